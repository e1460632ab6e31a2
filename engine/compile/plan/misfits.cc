#include <algorithm>

#include "engine/compile/plan/placement.h"
#include "engine/compile/plan/plan.h"
#include "engine/schema/codes.h"

namespace vigil::plan {
namespace {

FollowSets numbered(const std::vector<FollowSet>& sets) {
  FollowSets numbers;
  for (const FollowSet& set : sets)
    numbers.try_emplace(set, static_cast<std::uint32_t>(numbers.size()));
  return numbers;
}

const Span& first_on(const HookKey& key, const check::CheckedPolicy& policy) {
  const auto& hooks = policy.hooks();
  return std::ranges::find_if(hooks, [&](const check::Hook& hook) {
           return entry_key(hook) == key || return_key(hook) == key;
         })->span;
}

}  // namespace

void report_misfits(const check::CheckedPolicy& policy, Diagnostics& diagnostics) {
  const FollowSets sets = numbered(follow_sets_of(policy));
  for (const HookKey& key : hooks_of(policy)) {
    if (const auto made = plan(key, {{&policy, 1, 0}}, sets); !made)
      diagnostics.error(schema::code::too_much.code, first_on(key, policy), made.error().message(),
                        "ask for less, or split the policy");
  }
}

}  // namespace vigil::plan
