// Parts of a plan in a few words, for explain and for the notes beside instructions.
#pragma once

#include <string>

#include "engine/compile/plan/hook_plan.h"

namespace vigil::plan {

std::string describe(const Slot& slot);  // "file argument 0"
std::string describe(const HookPlan& plan,
                     const Dimension& dimension);  // "destination port of sock argument 0"
std::string describe(const Rule& rule);            // "refuse with -1, send signal 9, post"
std::string place(const Span& span);               // "deny.yaml:12"

}  // namespace vigil::plan
