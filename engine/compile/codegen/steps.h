// Steps: in which order a hook program reads and matches, and for which rules at all.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/compile/plan/hook_plan.h"

namespace vigil::codegen {

// Reads one value (none: of the process) and matches the dimensions that look at it.
// Skipped when none of the rules that need it is left, so nothing later needs it either.
struct Step {
  std::optional<std::uint8_t> slot;
  bool lasts_until_exec = false;  // of the process, which keeps it until then
  std::vector<std::uint32_t> dimensions;
  std::optional<std::uint32_t> expression;  // of the plan: decided with what has been read
  std::uint64_t needed_by = 0;              // summary of the rules that look at or report it
  bool is_optional = false;                 // some rules could be left that do not need it
};

// Whether every rule looks at what a process keeps until it execs, so that some processes are of
// interest to none.
bool asks_for_processes(const plan::HookPlan& plan);

// In the order of the plan's dimensions, then values that are only reported.
std::vector<Step> steps_of(const plan::HookPlan& plan);

}  // namespace vigil::codegen
