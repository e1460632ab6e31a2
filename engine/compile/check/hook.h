// One hook: its function, arguments, return value, selectors.
#pragma once

#include <optional>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/check/code_files.h"
#include "engine/compile/check/kernel_types.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

// Nothing when there was an error.
std::optional<Hook> check_hook(const policy::Hook& hook, const KernelTypes& kernel,
                               const KernelTraits& traits, Diagnostics& diagnostics);

// One hook for each place in user space that it names. None when there was an error.
struct UserHooks {
  std::vector<Hook> all;
  bool file_rejected = false;  // by its digest, and the policy can do without
};
UserHooks check_user_hook(const policy::Hook& hook, const KernelTypes& kernel,
                          const CodeFiles& files, const KernelTraits& traits,
                          Diagnostics& diagnostics);

// What is wrong with a hook whatever its function is.
void check_without_function(const policy::Hook& hook, const KernelTypes& kernel,
                            const KernelTraits& traits, Diagnostics& diagnostics);

}  // namespace vigil::check
