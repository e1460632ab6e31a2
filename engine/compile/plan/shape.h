// The shape of a hook's rules: what they look at and how, whatever the values.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/compile/check/checked_policy.h"

namespace vigil::plan {

// Equal for hooks whose selectors look at the same things. Only good for sorting.
using Shape = std::vector<std::uint32_t>;

Shape shape_of(const check::Hook& hook);

}  // namespace vigil::plan
