// matchNamespaces, matchCapabilities and matchCurrentCred to what the plan compares.
#pragma once

#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/check/kernel_types.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

// All of them hold where the filter does. None: there was an error.
std::vector<ProcessCondition> check_process_filter(const policy::ProcessFilter& filter,
                                                   const KernelTraits& traits,
                                                   Diagnostics& diagnostics);

}  // namespace vigil::check
