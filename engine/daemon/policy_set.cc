#include "engine/daemon/policy_set.h"

#include <algorithm>

#include "engine/base/clock.h"
#include "kernel/include/runtime_abi.h"

namespace vigil::daemon {
namespace {

std::set<plan::FollowSet> follow_sets_of(const std::vector<RunnablePtr>& policies) {
  std::set<plan::FollowSet> all;
  for (const auto& runnable : policies)
    for (auto& set : plan::follow_sets_of(runnable->policy)) all.insert(std::move(set));
  return all;
}

std::set<check::LabelRequirements> workload_sets_of(const std::vector<RunnablePtr>& policies) {
  std::set<check::LabelRequirements> all;
  for (const auto& runnable : policies)
    for (auto& set : plan::workload_sets_of(runnable->policy)) all.insert(std::move(set));
  return all;
}

void add_hooks_of_missing(const std::vector<RunnablePtr>& policies,
                          const std::vector<RunnablePtr>& others, std::set<plan::HookKey>& hooks) {
  const std::set<RunnablePtr> known(others.begin(), others.end());
  for (const auto& runnable : policies)
    if (!known.contains(runnable))
      for (auto& key : plan::hooks_of(runnable->policy)) hooks.insert(std::move(key));
}

std::vector<plan::LoadedPolicy> loaded(const std::vector<RunnablePtr>& policies) {
  std::vector<plan::LoadedPolicy> all;
  for (const auto& runnable : policies)
    all.push_back({&runnable->policy, runnable->id, runnable->slot});
  return all;
}

}  // namespace

std::vector<loader::SelectorId> RunnablePolicy::selectors() const {
  std::vector<loader::SelectorId> all;
  for (std::size_t hook = 0; hook < policy.hooks().size(); ++hook)
    for (std::size_t selector = 0; selector < policy.hooks()[hook].selectors.size(); ++selector)
      all.push_back({id, static_cast<std::uint16_t>(hook), static_cast<std::uint16_t>(selector)});
  return all;
}

RunnablePolicy::~RunnablePolicy() {
  for (const auto& selector : selectors()) books_.kernel.forget_selector(selector);
  books_.registry.retire(id, boot_time_ns());
  books_.slots.give_back(slot);
}

PolicySet::PolicySet(loader::Kernel& kernel, decode::HookMap& registry)
    : follow_(kernel, 64 * VG_FOLLOW_WORDS),
      workloads_(kernel, 64 * VG_WORKLOAD_WORDS),
      hooks_(kernel, registry) {}

api::Outcome<void> PolicySet::run(std::vector<RunnablePtr> wanted) {
  std::set<plan::HookKey> touched;
  add_hooks_of_missing(wanted, running_, touched);
  add_hooks_of_missing(running_, wanted, touched);

  auto outcome = follow_.add(follow_sets_of(wanted));
  if (outcome) outcome = workloads_.add(workload_sets_of(wanted));
  if (outcome)
    outcome = hooks_.rebuild(touched, loaded(wanted), {follow_.sets(), workloads_.sets()});
  if (outcome) running_ = std::move(wanted);
  follow_.keep(follow_sets_of(running_));
  workloads_.keep(workload_sets_of(running_));
  return outcome;
}

}  // namespace vigil::daemon
