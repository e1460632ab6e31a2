#pragma once

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/plan.h"

namespace vigil::plan {

// The set that a matchPIDs condition with followForks names.
FollowSet follow_set_of(const check::PidCondition& condition);
// The one that a condition on other programs than the process's own names.
FollowSet follow_set_of(const check::BinaryCondition& condition);

}  // namespace vigil::plan
