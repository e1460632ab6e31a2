#include "engine/symbols/file_names.h"

#include <sys/stat.h>

#include <utility>

namespace vigil::symbols {

std::optional<FileId> identify(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileId{status.st_dev, status.st_ino, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

const elf::FunctionNames* FileNames::find(const FileId& file, const std::string& path) {
  auto found = files_.find(file);
  if (found == files_.end()) {
    auto names = elf::FunctionNames::read(path);
    if (!names && identify(path) != file) return nullptr;  // gone: nothing is known of it
    found = files_.try_emplace(file).first;
    if (names) found->second.names = std::move(*names);
    found->second.place = order_.insert(order_.end(), file);
    bytes_ += bytes_of(found->second);
    make_room(file);
  }
  return found->second.names ? &*found->second.names : nullptr;
}

std::size_t FileNames::bytes_of(const File& file) {
  return sizeof file + (file.names ? file.names->memory_bytes() : 0);
}

void FileNames::make_room(const FileId& keep) {
  while ((files_.size() > max_files || bytes_ > max_bytes) && order_.front() != keep) {
    const auto oldest = files_.find(order_.front());
    bytes_ -= bytes_of(oldest->second);
    order_.pop_front();
    files_.erase(oldest);
  }
}

}  // namespace vigil::symbols
