// What a program's memory is a copy of: /proc/PID/maps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::symbols {

struct Mapping {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t offset = 0;  // of `begin`, in the file
  std::string path;          // as the kernel shows it; "[vdso]" where it is no file

  bool is_file() const { return path.starts_with('/'); }
  bool holds(std::uint64_t address) const { return address >= begin && address < end; }
};

// Those with code and a name, ascending. Lines that are none are passed over.
std::vector<Mapping> parse_maps(std::string_view maps);

}  // namespace vigil::symbols
