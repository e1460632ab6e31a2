#include "engine/daemon/hook_set.h"

#include <algorithm>
#include <utility>

#include "engine/base/clock.h"
#include "engine/compile/plan/placement.h"
#include "engine/daemon/hook_info.h"

namespace vigil::daemon {
namespace {

bool is_return(const plan::HookKey& key) { return plan::is_return(key.mechanism); }

decode::Half half_of(const plan::HookKey& key) {
  return is_return(key) ? decode::Half::returned : decode::Half::entry;
}

// A call is remembered at its entry only to be reported by its return, so the return
// half comes first and goes last.
bool comes_before(const plan::HookKey& a, const plan::HookKey& b) {
  if (is_return(a) != is_return(b)) return is_return(a);
  return a < b;
}

// One for each policy's hook: where one goes on in the next part, it has the same slots there.
std::vector<plan::Placement> placements_of(const std::vector<plan::HookPlan>& parts) {
  std::vector<plan::Placement> all;
  for (const plan::HookPlan& part : parts) {
    for (const plan::Placement& placement : part.placements) {
      const bool goes_on = !all.empty() && all.back().policy_id == placement.policy_id &&
                           all.back().hook_index == placement.hook_index;
      if (!goes_on) all.push_back(placement);
    }
  }
  return all;
}

}  // namespace

std::uint32_t HookSet::function_number(const std::string& symbol) {
  const auto next = static_cast<std::uint32_t>(function_numbers_.size() + 1);
  return function_numbers_.try_emplace(symbol, next).first->second;
}

api::Outcome<void> HookSet::prepare(const plan::HookKey& key,
                                    const std::vector<plan::LoadedPolicy>& policies,
                                    const plan::Numbers& numbers, Change& change) {
  auto parts = plan::plan(key, policies, numbers);
  if (!parts) return api::Failure{api::FailureKind::refused, parts.error().message()};
  Hook hook{.report = {}, .placements = placements_of(*parts), .generation = 0};
  if (hook.placements.empty()) {
    change.kernel.removed.push_back(key);
    return {};
  }
  hook.generation = ++generations_[key];
  const auto number = function_number(plan::traced_symbol(key, policies));
  for (plan::HookPlan& part : *parts) {
    part.function_number = number;
    part.generation = hook.generation;
    part.memo = ++memos_;
  }
  publish(key, hook, policies);
  change.kernel.hooks.push_back(codegen::generate(*parts));
  change.hooks.push_back(std::move(hook));
  return {};
}

// Before the programs run: their first record may come at once.
void HookSet::publish(const plan::HookKey& key, const Hook& hook,
                      const std::vector<plan::LoadedPolicy>& policies) {
  std::map<std::uint32_t, const check::CheckedPolicy*> by_id;
  for (const auto& loaded : policies) by_id[loaded.id] = loaded.policy;
  const auto info_of = is_return(key) ? return_info : hook_info;
  for (const auto& placement : hook.placements)
    registry_.publish({placement.policy_id, placement.hook_index, hook.generation, half_of(key)},
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
                                                   const plan::Numbers& numbers) {
  std::vector<plan::HookKey> in_order(keys.begin(), keys.end());
  std::ranges::sort(in_order, comes_before);
  Change change;
  for (const auto& key : in_order)
    if (auto prepared = prepare(key, policies, numbers, change); !prepared) return prepared.error();
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
                                    const plan::Numbers& numbers) {
  auto change = prepare_all(keys, policies, numbers);
  auto outcome = change ? perform(std::move(*change)) : change.error();
  settle(keys);
  return outcome;
}

}  // namespace vigil::daemon
