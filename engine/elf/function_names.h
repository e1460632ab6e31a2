// Which function an instruction belongs to, in any file that a program has mapped: whoever runs it
// may have made it to be expensive, so what is kept of it is bounded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/elf/segments.h"

namespace vigil::elf {

class FunctionNames {
 public:
  // Larger files, and what is more than that in one, have no names.
  static constexpr std::uint64_t max_file_bytes = 256u << 20;
  static constexpr std::uint64_t max_table_bytes = 48u << 20;  // of symbols: two million
  static constexpr std::size_t max_name_bytes = 1024;
  static constexpr std::size_t max_names_bytes = 32u << 20;

  static Result<FunctionNames> read(const std::string& path);

  struct Found {
    std::string_view name;  // lasts as long as the names
    std::uint64_t offset = 0;
  };
  // None: there is no function at this place of the file, or it has no name.
  std::optional<Found> find(std::uint64_t file_offset) const;

  std::size_t memory_bytes() const;

 private:
  struct Function {
    std::uint64_t address = 0, size_bytes = 0;  // size 0: not told
    std::uint32_t name_at = 0, name_size = 0;
  };
  void add_table(Elf* elf, Elf_Scn* section);
  void add(const Elf_Data& names, std::uint64_t name_at, std::uint64_t address,
           std::uint64_t size_bytes);

  std::vector<Segment> segments_;
  std::vector<Function> functions_;  // ascending
  std::string names_;
};

}  // namespace vigil::elf
