// What `policy list` says of a policy.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/daemon/policy_manager.h"

namespace vigil::daemon {
namespace {

std::string_view section_name(schema::Section section) {
  switch (section) {
    case schema::Section::kprobes:
    case schema::Section::fentries: return "kprobes";
    case schema::Section::tracepoints: return "tracepoints";
    case schema::Section::lsmhooks: return "lsmhooks";
    case schema::Section::uprobes: return "uprobes";
    case schema::Section::usdts: return "usdts";
  }
  return "";
}

std::string_view sensor_name(schema::Section section) {
  switch (section) {
    case schema::Section::kprobes: return "generic_kprobe";
    case schema::Section::fentries: return "generic_fentry";
    case schema::Section::tracepoints: return "generic_tracepoint";
    case schema::Section::lsmhooks: return "generic_lsm";
    case schema::Section::uprobes: return "generic_uprobe";
    case schema::Section::usdts: return "generic_usdt";
  }
  return "";
}

bool is_for_nobody(const check::CheckedPolicy& policy) {
  return policy.skipped_hooks().front().cause == check::SkippedHook::Cause::for_nobody;
}

api::HookState state_of(check::SkippedHook::Cause cause) {
  switch (cause) {
    case check::SkippedHook::Cause::no_function: return api::HookState::call_not_found;
    case check::SkippedHook::Cause::some_functions: return api::HookState::partial_call_not_found;
    case check::SkippedHook::Cause::other_file: return api::HookState::digest_rejected;
    case check::SkippedHook::Cause::for_nobody: return api::HookState::not_loaded;
  }
  return api::HookState::not_loaded;
}

api::PolicyState state_of(const check::CheckedPolicy& policy, api::Activation activation) {
  switch (activation) {
    case api::Activation::enable:
      if (policy.skipped_hooks().empty()) return api::PolicyState::enabled;
      return is_for_nobody(policy) ? api::PolicyState::skipped
                                   : api::PolicyState::partially_enabled;
    case api::Activation::disable: return api::PolicyState::disabled;
  }
  return api::PolicyState::disabled;
}

void add_skipped(const check::CheckedPolicy& policy, api::PolicyStatus& status) {
  for (const auto& hook : policy.skipped_hooks()) {
    status.hooks.push_back(
        {.section = std::string(section_name(hook.section)),
         .index = hook.index,
         .description = fmt::format("{}: skipped, {}", hook.function, hook.reason),
         .state = state_of(hook.cause)});
  }
}

api::EffectiveMode effective(const check::CheckedPolicy& policy, schema::PolicyMode mode) {
  if (!policy.enforces()) return api::EffectiveMode::monitor_only;
  switch (mode) {
    case schema::PolicyMode::enforce: return api::EffectiveMode::enforce;
    case schema::PolicyMode::monitor: return api::EffectiveMode::monitor;
  }
  return api::EffectiveMode::enforce;
}

std::uint64_t share_of_memory(const HookSet::Hook& hook) {
  std::set<std::uint32_t> policies;
  for (const auto& placement : hook.placements) policies.insert(placement.policy_id);
  return policies.empty() ? 0 : hook.report.memory_bytes / policies.size();
}

api::ActionCounters to_message(const loader::PolicyCounters& counters) {
  return {.post = counters.post,
          .nopost = counters.nopost,
          .signal = counters.signal,
          .monitor_signal = counters.monitor_signal,
          .override = counters.override,
          .monitor_override = counters.monitor_override,
          .notify_enforcer = counters.notify_enforcer,
          .monitor_notify_enforcer = counters.monitor_notify_enforcer,
          .set = counters.set,
          .monitor_set = counters.monitor_set,
          .post_lost = counters.post_lost,
          .rate_limited = counters.rate_limited};
}

bool names(const HookSet::Hook& hook, std::uint32_t policy_id) {
  for (const auto& placement : hook.placements)
    if (placement.policy_id == policy_id) return true;
  return false;
}

}  // namespace

void PolicyManager::add_placements(const Listed& policy, api::PolicyStatus& status) const {
  for (const auto& [key, hook] : listed_hooks_) {
    for (const auto& placement : hook.placements) {
      if (placement.policy_id != policy.id) continue;
      const auto& written = policy.runnable->policy.hooks()[placement.hook_index];
      status.hooks.push_back(
          {.section = std::string(written.enforcer ? "enforcers" : section_name(written.section)),
           .index = written.index,
           .description =
               fmt::format("{}: {}, {}", written.function, plan::to_string(key), placement.reason),
           .state = api::HookState::loaded});
    }
    if (names(hook, policy.id)) status.kernel_memory_bytes += share_of_memory(hook);
  }
  add_skipped(policy.runnable->policy, status);
  std::ranges::sort(status.hooks, {}, [](const api::PlacedHook& hook) {
    return std::tie(hook.index, hook.description);
  });
  for (const auto& hook : status.hooks)
    status.info += (status.info.empty() ? "" : "; ") + hook.description;
}

void PolicyManager::add_counters(const Listed& policy, api::PolicyStatus& status) const {
  auto sum = kernel_.policy_counters(policy.runnable->slot);
  if (!sum) return;
  for (const auto& id : policy.runnable->selectors()) {
    const auto counted = kernel_.selector_counters(id);
    if (!counted) continue;
    const auto& hook = policy.runnable->policy.hooks()[id.hook_index];
    status.selectors.push_back({.function = hook.function,
                                .hook_index = hook.index,
                                .selector = id.selector,
                                .label = hook.selectors[id.selector].label,
                                .counters = to_message(*counted)});
    *sum += *counted;
  }
  status.counters = to_message(*sum);
}

api::PolicyStatus PolicyManager::status(const Listed& policy) const {
  api::PolicyStatus status;
  status.id = policy.id;
  status.key = policy.key;
  status.error = policy.error;
  status.warnings = policy.warnings;
  if (!policy.runnable) {
    status.state = api::PolicyState::load_error;
    return status;
  }
  const auto& checked = policy.runnable->policy;
  status.state = state_of(checked, policy.activation);
  status.mode = effective(checked, policy.mode);
  std::set<std::string> sensors;
  for (const auto& hook : checked.hooks())
    sensors.emplace(hook.enforcer ? "__enforcer__" : sensor_name(hook.section));
  status.sensors.assign(sensors.begin(), sensors.end());
  add_placements(policy, status);
  add_counters(policy, status);
  return status;
}

std::vector<api::PolicyStatus> PolicyManager::list() {
  const std::lock_guard lock(listed_mutex_);
  std::vector<api::PolicyStatus> all;
  for (const auto& policy : listed_) all.push_back(status(policy));
  std::ranges::sort(all, {}, &api::PolicyStatus::id);
  return all;
}

}  // namespace vigil::daemon
