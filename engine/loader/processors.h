// The processors that a machine can have.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace vigil::loader {

// Their numbers, ascending, of a list as the kernel writes it: "0-3,8"; there may be gaps.
Result<std::vector<std::uint32_t>> parse_processors(std::string_view list);

// In the order of the values of a per-CPU map. Never empty.
Result<std::vector<std::uint32_t>> possible_processors();

}  // namespace vigil::loader
