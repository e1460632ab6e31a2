// The functions of files, each read once as long as there is room.
#pragma once

#include <compare>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>

#include "engine/elf/function_names.h"

namespace vigil::symbols {

// A file as it is now, whatever it is called.
struct FileId {
  std::uint64_t device = 0, inode = 0;
  std::int64_t modified_s = 0, modified_ns = 0;
  auto operator<=>(const FileId&) const = default;
};
// None: there is no file at this path.
std::optional<FileId> identify(const std::string& path);

// Used by one thread.
class FileNames {
 public:
  // The files that were read first go first.
  static constexpr std::size_t max_files = 256;
  static constexpr std::size_t max_bytes = 128u << 20;

  // Opened at `path` if it is not known, and there then. Null: it cannot be read, or is no program.
  // Lasts until the next call.
  const elf::FunctionNames* find(const FileId& file, const std::string& path);

 private:
  struct File {
    std::optional<elf::FunctionNames> names;  // none: it has none, and is not asked again
    std::list<FileId>::iterator place;
  };
  static std::size_t bytes_of(const File& file);
  void make_room(const FileId& keep);

  std::map<FileId, File> files_;
  std::list<FileId> order_;  // oldest first
  std::size_t bytes_ = 0;
};

}  // namespace vigil::symbols
