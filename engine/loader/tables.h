// Tables: the read-only maps of one hook program.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/loader/join.h"

namespace vigil::loader {

struct Tables {
  std::vector<UniqueFd> fds;  // owners
  MapFds by_name;
  std::uint64_t memory_bytes = 0;  // as the kernel accounts it
};

// One frozen map per table: the verifier then knows their contents.
// What a map or program costs, as the kernel accounts it.
std::uint64_t map_memory(int fd);

Result<Tables> make_tables(const std::vector<codegen::Table>& tables);

}  // namespace vigil::loader
