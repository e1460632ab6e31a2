// check(): a policy as written becomes one that holds on a kernel, or a list of mistakes.
#pragma once

#include <optional>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/check/code_files.h"
#include "engine/compile/check/kernel_types.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

// Where a policy is to hold.
struct Host {
  const KernelTypes& kernel;
  KernelTraits traits;
  const CodeFiles& files;
};

// Nothing when there was an error. Warnings do not stop a policy.
std::optional<CheckedPolicy> check(const policy::Policy& policy, const Host& host,
                                   Diagnostics& diagnostics);

}  // namespace vigil::check
