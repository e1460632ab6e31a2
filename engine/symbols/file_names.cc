#include "engine/symbols/file_names.h"

#include <sys/stat.h>

#include <utility>

namespace vigil::symbols {

const elf::FunctionNames* FileNames::find(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return nullptr;
  const Id id{status.st_dev, status.st_ino, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
  const auto [found, is_new] = files_.try_emplace(id);
  if (is_new) {
    if (auto names = elf::FunctionNames::read(path)) found->second.names = std::move(*names);
    found->second.place = order_.insert(order_.end(), id);
    bytes_ += bytes_of(found->second);
    make_room(id);
  }
  return found->second.names ? &*found->second.names : nullptr;
}

std::size_t FileNames::bytes_of(const File& file) {
  return sizeof file + (file.names ? file.names->memory_bytes() : 0);
}

void FileNames::make_room(const Id& keep) {
  while ((files_.size() > max_files || bytes_ > max_bytes) && order_.front() != keep) {
    const auto oldest = files_.find(order_.front());
    bytes_ -= bytes_of(oldest->second);
    order_.pop_front();
    files_.erase(oldest);
  }
}

}  // namespace vigil::symbols
