// BPF programs that the kernel has loaded, and what they cost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/fd.h"

namespace vigil::testing {

struct LoadedProgram {
  std::uint32_t id = 0;
  std::string name;
  std::uint32_t instructions = 0;
  std::uint32_t verified_instructions = 0;
  std::uint64_t memory_bytes = 0;
};

std::vector<LoadedProgram> loaded_programs();

// The newest map of that name; invalid when there is none.
UniqueFd map_named(const std::string& name);

// One line of the table, and its heading.
void print_heading();
void print_row(const std::string& name, std::uint32_t instructions, std::uint32_t verified,
               std::uint64_t memory_bytes, const std::string& verdict);

}  // namespace vigil::testing
