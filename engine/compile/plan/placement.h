// Placement: which hooks of the kernel carry a hook of a policy.
#pragma once

#include <optional>
#include <string>

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::plan {

// Where the hook's selectors are decided. A hook that enforces goes where a call can be
// refused; one that only watches stays where its policy says.
HookKey entry_key(const check::Hook& hook);
// Where its return value is seen; none when the policy does not ask for it.
std::optional<HookKey> return_key(const check::Hook& hook);
// One sentence for people on why entry_key() is what it is.
std::string entry_reason(const check::Hook& hook);

// Code in user space.
bool is_user(schema::Mechanism mechanism);
// Whether a program of this mechanism can make the traced call fail.
bool can_refuse(schema::Mechanism mechanism);

}  // namespace vigil::plan
