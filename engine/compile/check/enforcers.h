// `enforcers`: functions that are stopped when another hook of the policy has asked for it.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/check/kernel_types.h"
#include "engine/compile/check/lists.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

// `hooks`: those of the policy that may notify. The hooks of enforcers count on from `first_index`.
std::vector<Hook> check_enforcers(const policy::Policy& policy, const std::vector<Hook>& hooks,
                                  std::uint32_t first_index, const Lists& lists,
                                  const KernelTypes& kernel, const KernelTraits& traits,
                                  Diagnostics& diagnostics);

}  // namespace vigil::check
