// One plan per shape that generated programs can have, on functions that every tested
// kernel has: to be loaded, not to be triggered.
#pragma once

#include <vector>

#include "engine/compile/plan/hook_plan.h"

namespace vigil::testing {

// The policy of a plan's first placement names the shape: "lsm, 65 rules".
std::vector<plan::HookPlan> plan_shapes();
// Hooks that are too much for one program.
std::vector<std::vector<plan::HookPlan>> shapes_in_parts();

}  // namespace vigil::testing
