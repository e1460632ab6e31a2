// What the author of a policy that is right hardly means: selectors that never match, actions and
// events for all that runs, decisions by what the program can still change.
#pragma once

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"

namespace vigil::check {

// Warnings only.
void advise(const CheckedPolicy& policy, Diagnostics& diagnostics);

}  // namespace vigil::check
