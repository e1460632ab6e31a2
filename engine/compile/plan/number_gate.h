// Whether a number alone, as the function was given it, tells that no rule can match.
#pragma once

#include <optional>

#include "engine/compile/plan/hook_plan.h"

namespace vigil::plan {

// From the first dimension of a number that has classes without rules. The plan's dimensions and
// rows must be complete. None: no number decides alone, or none can be had before a frame is taken.
std::optional<NumberGate> number_gate(const HookPlan& plan);

}  // namespace vigil::plan
