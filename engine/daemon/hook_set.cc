#include "engine/daemon/hook_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/clock.h"
#include "engine/daemon/hook_info.h"

namespace vigil::daemon {
namespace {

bool is_return(const plan::HookKey& key) { return key.mechanism == schema::Mechanism::kretprobe; }

// A call is remembered at its entry only to be reported by its return, so the return
// half comes first and goes last.
bool comes_before(const plan::HookKey& a, bool a_removed, const plan::HookKey& b, bool b_removed) {
  if (a_removed != b_removed) return b_removed;
  if (is_return(a) != is_return(b)) return is_return(a) != a_removed;
  return a < b;
}

}  // namespace

std::uint32_t HookSet::function_number(const std::string& symbol) {
  const auto next = static_cast<std::uint32_t>(function_numbers_.size() + 1);
  return function_numbers_.try_emplace(symbol, next).first->second;
}

api::Outcome<HookSet::Step> HookSet::prepare(const plan::HookKey& key,
                                             const std::vector<plan::LoadedPolicy>& policies,
                                             const plan::FollowSets& follow_sets) {
  auto plan = plan::plan(key, policies, follow_sets);
  if (!plan) return api::Failure{api::FailureKind::refused, plan.error().message()};
  Step step{.key = key, .placements = {}, .program = {}, .report = {}, .generation = 0};
  if (plan->placements.empty()) return step;
  plan->function_number = function_number(plan::traced_symbol(key, policies));
  step.generation = plan->generation = ++generations_[key];
  publish(*plan, policies);
  step.program = codegen::generate(*plan);
  step.placements = std::move(plan->placements);
  return step;
}

// Before the program runs: its first record may come at once. A return half has no
// values of its own.
void HookSet::publish(const plan::HookPlan& plan, const std::vector<plan::LoadedPolicy>& policies) {
  if (is_return(plan.key)) return;
  std::map<std::uint32_t, const check::CheckedPolicy*> by_id;
  for (const auto& loaded : policies) by_id[loaded.id] = loaded.policy;
  for (const auto& placement : plan.placements)
    registry_.publish({placement.policy_id, placement.hook_index, plan.generation},
                      hook_info(*by_id.at(placement.policy_id), placement));
}

// Whatever was tried: events of these hooks come from what runs now.
void HookSet::settle(const std::set<plan::HookKey>& keys) {
  const auto now = boot_time_ns();
  for (const auto& key : keys) {
    const auto hook = running_.find(key);
    if (hook == running_.end() || is_return(key)) continue;
    for (const auto& placement : hook->second.placements)
      registry_.settle({placement.policy_id, placement.hook_index, hook->second.generation}, now);
  }
}

Result<void> HookSet::perform(Step& step) {
  if (!step.program) return kernel_.remove(step.key);
  TRY(step.report, kernel_.install(*step.program));
  return {};
}

Result<void> HookSet::undo(const plan::HookKey& key) {
  const auto before = programs_.find(key);
  if (before == programs_.end()) return kernel_.remove(key);
  auto installed = kernel_.install(before->second);
  if (!installed) return installed.error();
  return {};
}

// A failed install left its hook as it was; a failed removal may not have.
api::Failure HookSet::roll_back(const std::vector<Step>& steps, std::size_t failed, const Error& error) {
  std::string message = error.message();
  const std::size_t touched = steps[failed].program ? failed : failed + 1;
  for (std::size_t i = touched; i-- > 0;)
    if (auto undone = undo(steps[i].key); !undone)
      message += fmt::format("; then putting back {} failed: {}", plan::to_string(steps[i].key),
                             undone.error().message());
  return {api::FailureKind::kernel, message};
}

void HookSet::commit(std::vector<Step> steps) {
  for (auto& step : steps) {
    if (step.program) {
      running_[step.key] = {step.report, std::move(step.placements), step.generation};
      programs_[step.key] = std::move(*step.program);
    } else {
      running_.erase(step.key);
      programs_.erase(step.key);
    }
  }
}

api::Outcome<std::vector<HookSet::Step>> HookSet::prepare_all(
    const std::set<plan::HookKey>& keys, const std::vector<plan::LoadedPolicy>& policies,
    const plan::FollowSets& follow_sets) {
  std::vector<Step> steps;
  for (const auto& key : keys) {
    auto step = prepare(key, policies, follow_sets);
    if (!step) return step.error();
    steps.push_back(std::move(*step));
  }
  std::ranges::sort(steps, [](const Step& a, const Step& b) {
    return comes_before(a.key, !a.program, b.key, !b.program);
  });
  return steps;
}

api::Outcome<void> HookSet::perform_all(std::vector<Step> steps) {
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (auto done = perform(steps[i]); !done) return roll_back(steps, i, done.error());
  commit(std::move(steps));
  return {};
}

api::Outcome<void> HookSet::rebuild(const std::set<plan::HookKey>& keys,
                                    const std::vector<plan::LoadedPolicy>& policies,
                                    const plan::FollowSets& follow_sets) {
  auto steps = prepare_all(keys, policies, follow_sets);
  auto outcome = steps ? perform_all(std::move(*steps)) : steps.error();
  settle(keys);
  return outcome;
}

}  // namespace vigil::daemon
