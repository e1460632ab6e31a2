#include <algorithm>

#include "engine/compile/plan/placement.h"
#include "engine/compile/plan/plan.h"
#include "engine/schema/codes.h"

namespace vigil::plan {
namespace {

const Span& first_on(const HookKey& key, const check::CheckedPolicy& policy) {
  const auto& hooks = policy.hooks();
  return std::ranges::find_if(hooks,
                              [&](const check::Hook& hook) {
                                return entry_key(hook) == key || return_key(hook) == key;
                              })
      ->span;
}

}  // namespace

void report_misfits(const check::CheckedPolicy& policy, Diagnostics& diagnostics) {
  OwnNumbers numbers;
  numbers.add(policy);
  for (const HookKey& key : hooks_of(policy)) {
    if (const auto made = plan(key, {{&policy, 1, 0}}, numbers.all()); !made)
      diagnostics.error(schema::code::too_much.code, first_on(key, policy), made.error().message(),
                        "ask for less, or split the policy");
  }
}

}  // namespace vigil::plan
