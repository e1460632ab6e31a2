// A hook that names a list: one per set of functions that one program can serve.
#pragma once

#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/check/kernel_types.h"
#include "engine/compile/check/lists.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

bool names_list(const policy::Hook& hook);

struct ListHooks {
  std::vector<Hook> hooks;
  std::vector<policy::Text> absent;  // functions that the kernel lacks and the hook can do without
};

ListHooks check_list_hook(const policy::Hook& hook, const Lists& lists, const KernelTypes& kernel,
                          const KernelTraits& traits, Diagnostics& diagnostics);

}  // namespace vigil::check
