#include "engine/compile/plan/follow.h"

#include <algorithm>
#include <set>

#include "engine/compile/plan/hook_limits.h"

namespace vigil::plan {

FollowSet follow_set_of(const check::PidCondition& condition) {
  FollowSet set{.pids = condition.pids, .in_namespace = condition.in_namespace};
  std::ranges::sort(set.pids);
  set.pids.erase(std::unique(set.pids.begin(), set.pids.end()), set.pids.end());
  return set;
}

FollowSet follow_set_of(const check::BinaryCondition& condition) {
  FollowSet set{.match = condition.test.kind, .paths = condition.test.values};
  std::ranges::sort(set.paths);
  set.paths.erase(std::unique(set.paths.begin(), set.paths.end()), set.paths.end());
  return set;
}

std::vector<FollowSet> follow_sets_of(const check::CheckedPolicy& policy) {
  std::set<FollowSet> sets;
  for (const check::Hook& hook : policy.hooks()) {
    for (const check::Selector& selector : hook.selectors) {
      for (const check::PidCondition& condition : selector.pids) {
        if (condition.follow_forks) sets.insert(follow_set_of(condition));
      }
      for (const check::BinaryCondition& condition : selector.binaries) {
        if (condition.whose != check::BinaryCondition::Whose::own)
          sets.insert(follow_set_of(condition));
      }
    }
  }
  return {sets.begin(), sets.end()};
}

std::vector<check::LabelRequirements> workload_sets_of(const check::CheckedPolicy& policy) {
  std::set<check::LabelRequirements> sets;
  for (const check::Hook& hook : policy.hooks())
    for (const check::Selector& selector : hook.selectors)
      if (selector.workload && selector.workload->containers)
        sets.insert(*selector.workload->containers);
  sets.erase(check::LabelRequirements{});  // any container
  return {sets.begin(), sets.end()};
}

void OwnNumbers::add(const check::CheckedPolicy& policy) {
  for (const FollowSet& set : follow_sets_of(policy))
    follow.try_emplace(set, static_cast<std::uint32_t>(follow.size()));
  for (const check::LabelRequirements& set : workload_sets_of(policy))
    workloads.try_emplace(set, first_workload_set + static_cast<std::uint32_t>(workloads.size()));
}

}  // namespace vigil::plan
