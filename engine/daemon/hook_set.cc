#include "engine/daemon/hook_set.h"

#include <algorithm>
#include <utility>

#include "engine/base/clock.h"
#include "engine/compile/plan/placement.h"
#include "engine/daemon/hook_info.h"

namespace vigil::daemon {
namespace {

bool is_return(const plan::HookKey& key) { return plan::is_return_half(key.mechanism); }

decode::Half half_of(const plan::HookKey& key) {
  return is_return(key) ? decode::Half::returned : decode::Half::entry;
}

// A call is remembered at its entry only to be reported by its return, so the return
// half comes first and goes last.
bool comes_before(const plan::HookKey& a, const plan::HookKey& b) {
  if (is_return(a) != is_return(b)) return is_return(a);
  return a < b;
}

}  // namespace

std::uint32_t HookSet::function_number(const std::string& symbol) {
  const auto next = static_cast<std::uint32_t>(function_numbers_.size() + 1);
  return function_numbers_.try_emplace(symbol, next).first->second;
}

api::Outcome<void> HookSet::prepare(const plan::HookKey& key,
                                    const std::vector<plan::LoadedPolicy>& policies,
                                    const plan::FollowSets& follow_sets, Change& change) {
  auto plan = plan::plan(key, policies, follow_sets);
  if (!plan) return api::Failure{api::FailureKind::refused, plan.error().message()};
  if (plan->placements.empty()) {
    change.kernel.removed.push_back(key);
    return {};
  }
  plan->function_number = function_number(plan::traced_symbol(key, policies));
  plan->generation = ++generations_[key];
  plan->memo = ++memos_;
  publish(*plan, policies);
  change.kernel.programs.push_back(codegen::generate(*plan));
  change.hooks.push_back({{}, std::move(plan->placements), plan->generation});
  return {};
}

// Before the program runs: its first record may come at once.
void HookSet::publish(const plan::HookPlan& plan, const std::vector<plan::LoadedPolicy>& policies) {
  std::map<std::uint32_t, const check::CheckedPolicy*> by_id;
  for (const auto& loaded : policies) by_id[loaded.id] = loaded.policy;
  const auto info_of = is_return(plan.key) ? return_info : hook_info;
  for (const auto& placement : plan.placements)
    registry_.publish(
        {placement.policy_id, placement.hook_index, plan.generation, half_of(plan.key)},
        info_of(*by_id.at(placement.policy_id), placement));
}

// Whatever was tried: events of these hooks come from what runs now.
void HookSet::settle(const std::set<plan::HookKey>& keys) {
  const auto now = boot_time_ns();
  for (const auto& key : keys) {
    const auto hook = running_.find(key);
    if (hook == running_.end()) continue;
    for (const auto& placement : hook->second.placements)
      registry_.settle(
          {placement.policy_id, placement.hook_index, hook->second.generation, half_of(key)}, now);
  }
}

api::Outcome<HookSet::Change> HookSet::prepare_all(const std::set<plan::HookKey>& keys,
                                                   const std::vector<plan::LoadedPolicy>& policies,
                                                   const plan::FollowSets& follow_sets) {
  std::vector<plan::HookKey> in_order(keys.begin(), keys.end());
  std::ranges::sort(in_order, comes_before);
  Change change;
  for (const auto& key : in_order)
    if (auto prepared = prepare(key, policies, follow_sets, change); !prepared)
      return prepared.error();
  std::ranges::reverse(change.kernel.removed);
  return change;
}

api::Outcome<void> HookSet::perform(Change change) {
  auto reports = kernel_.change(change.kernel);
  if (!reports) return api::Failure{api::FailureKind::kernel, reports.error().message()};
  for (std::size_t i = 0; i < reports->size(); ++i) {
    Hook& hook = change.hooks[i];
    hook.report = (*reports)[i];
    running_[hook.report.key] = std::move(hook);
  }
  for (const auto& key : change.kernel.removed) running_.erase(key);
  return {};
}

api::Outcome<void> HookSet::rebuild(const std::set<plan::HookKey>& keys,
                                    const std::vector<plan::LoadedPolicy>& policies,
                                    const plan::FollowSets& follow_sets) {
  auto change = prepare_all(keys, policies, follow_sets);
  auto outcome = change ? perform(std::move(*change)) : change.error();
  settle(keys);
  return outcome;
}

}  // namespace vigil::daemon
