// Program arrays: what tail calls go through.
#pragma once

#include <cstdint>

#include "engine/base/fd.h"
#include "engine/base/result.h"

namespace vigil::loader {

Result<UniqueFd> make_program_array(const char* name, std::uint32_t entries);
// From the next tail call on. The array keeps the program.
Result<void> put_program(int array, std::uint32_t index, int program);

// Returns when every run of a program that was under way has ended.
Result<void> wait_for_running_programs();

}  // namespace vigil::loader
