// check(): a policy as written becomes one that holds on a kernel, or a list of mistakes.
#pragma once

#include <optional>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/check/kernel_types.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

// Nothing when there was an error. Warnings do not stop a policy.
std::optional<CheckedPolicy> check(const policy::Policy& policy, const KernelTypes& kernel,
                                   const KernelTraits& traits, Diagnostics& diagnostics);

}  // namespace vigil::check
