// What events say of the policy's hook behind them.
#pragma once

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/hook_plan.h"
#include "engine/stream/event/event.h"

namespace vigil::daemon {

event::HookInfoPtr hook_info(const check::CheckedPolicy& policy, const plan::Placement& placement);
// What the records of its return half show.
event::HookInfoPtr return_info(const check::CheckedPolicy& policy,
                               const plan::Placement& placement);

}  // namespace vigil::daemon
