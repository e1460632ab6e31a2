#pragma once

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::plan {

// What a selector's actions are where the hook has been placed. Numbers of the policy,
// the hook and the values it reports are the caller's to fill in.
Rule lower(const check::Selector& selector, schema::Mechanism mechanism);
// The same of its return half.
Rule lower_return(const check::Selector& selector);

}  // namespace vigil::plan
