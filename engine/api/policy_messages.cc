#include "engine/api/policy_messages.h"

#include <fmt/format.h>

#include <algorithm>

namespace vigil::api {
namespace {

// A status travels as a header, and clients refuse headers past 8 KiB.
constexpr std::size_t message_limit_bytes = 6'000;
// As base64 it grows by a third.
constexpr std::size_t trailer_limit_bytes = 4'000;

grpc::StatusCode code_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::invalid: return grpc::StatusCode::INVALID_ARGUMENT;
    case FailureKind::already_exists: return grpc::StatusCode::ALREADY_EXISTS;
    case FailureKind::not_found: return grpc::StatusCode::NOT_FOUND;
    case FailureKind::refused: return grpc::StatusCode::FAILED_PRECONDITION;
    case FailureKind::exhausted: return grpc::StatusCode::RESOURCE_EXHAUSTED;
    case FailureKind::kernel: return grpc::StatusCode::INTERNAL;
  }
  return grpc::StatusCode::UNKNOWN;
}

tetragon::TracingPolicyState to_message(PolicyState state) {
  switch (state) {
    case PolicyState::enabled: return tetragon::TP_STATE_ENABLED;
    case PolicyState::skipped: return tetragon::TP_STATE_SKIPPED;
    case PolicyState::partially_enabled: return tetragon::TP_STATE_PARTIALLY_ENABLED;
    case PolicyState::disabled: return tetragon::TP_STATE_DISABLED;
    case PolicyState::load_error: return tetragon::TP_STATE_LOAD_ERROR;
  }
  return tetragon::TP_STATE_UNKNOWN;
}

tetragon::HookState to_message(HookState state) {
  switch (state) {
    case HookState::loaded: return tetragon::STATUS_LOADED;
    case HookState::not_loaded: return tetragon::STATUS_UNSPECIFIED;
    case HookState::digest_rejected: return tetragon::STATUS_DIGEST_REJECTED;
    case HookState::call_not_found: return tetragon::STATUS_CALL_NOT_FOUND;
    case HookState::partial_call_not_found: return tetragon::STATUS_PARTIAL_CALL_NOT_FOUND;
  }
  return tetragon::STATUS_UNSPECIFIED;
}

tetragon::TracingPolicyMode to_message(EffectiveMode mode) {
  switch (mode) {
    case EffectiveMode::enforce: return tetragon::TP_MODE_ENFORCE;
    case EffectiveMode::monitor: return tetragon::TP_MODE_MONITOR;
    case EffectiveMode::monitor_only: return tetragon::TP_MODE_MONITOR_ONLY;
  }
  return tetragon::TP_MODE_UNKNOWN;
}

void fill(tetragon::TracingPolicyActionCounters& message, const ActionCounters& counters) {
  message.set_post(counters.post);
  message.set_nopost(counters.nopost);
  message.set_signal(counters.signal);
  message.set_monitor_signal(counters.monitor_signal);
  message.set_override(counters.override);
  message.set_monitor_override(counters.monitor_override);
  message.set_notify_enforcer(counters.notify_enforcer);
  message.set_monitor_notify_enforcer(counters.monitor_notify_enforcer);
  message.set_set(counters.set);
  message.set_monitor_set(counters.monitor_set);
}

void fill(tetragon::TracingPolicySelectorActionCounters& message,
          const SelectorCounters& selector) {
  message.set_hook(selector.function);
  message.mutable_hook_index()->set_value(selector.hook_index);
  message.mutable_selector_index()->set_value(selector.selector);
  message.set_selector_label(selector.label);
  fill(*message.mutable_action_counters(), selector.counters);
}

void fill(tetragon::HookStatus& message, const PlacedHook& hook) {
  message.set_section(hook.section);
  message.set_state(to_message(hook.state));
  message.set_hook_description(hook.description);
  message.set_hook_idx(hook.index);
}

// Cut at the end of a line where there is one.
std::string shortened(std::string text, std::size_t limit_bytes) {
  if (text.size() <= limit_bytes) return text;
  text.resize(std::min(text.rfind('\n', limit_bytes), limit_bytes));
  return text + "\n(more was found; `vigil policy check` shows all of it)\n";
}

}  // namespace

grpc::Status to_status(const Failure& failure) {
  return {code_of(failure.kind), shortened(failure.message, message_limit_bytes)};
}

std::string to_trailer(const std::string& warnings) {
  return shortened(warnings, trailer_limit_bytes);
}

grpc::Status to_status(const Outcome<void>& outcome) {
  return outcome ? grpc::Status::OK : to_status(outcome.error());
}

tetragon::TracingPolicyStatus to_message(const PolicyStatus& policy) {
  tetragon::TracingPolicyStatus message;
  message.set_id(policy.id);
  message.set_name(policy.key.name);
  message.set_domain(policy.key.domain);
  message.set_info(policy.warnings.empty() ? policy.info : policy.info + '\n' + policy.warnings);
  for (const auto& sensor : policy.sensors) message.add_sensors(sensor);
  message.set_state(to_message(policy.state));
  message.set_mode(to_message(policy.mode));
  message.set_error(policy.error);
  message.set_kernel_memory_bytes(policy.kernel_memory_bytes);
  if (policy.counters) fill(*message.mutable_stats()->mutable_action_counters(), *policy.counters);
  for (const auto& selector : policy.selectors)
    fill(*message.mutable_stats()->add_selector_action_counters(), selector);
  for (const auto& hook : policy.hooks) fill(*message.add_hook_statuses(), hook);
  return message;
}

std::string domain_or_default(const std::string& domain) {
  return domain.empty() ? "grpc" : domain;
}

Outcome<PolicyChange> change_of(const tetragon::ConfigureTracingPolicyRequest& request) {
  PolicyChange change;
  if (request.has_enable())
    change.activation = request.enable() ? Activation::enable : Activation::disable;
  if (request.has_mode()) {
    if (request.mode() == tetragon::TP_MODE_ENFORCE)
      change.mode = RequestedMode::enforce;
    else if (request.mode() == tetragon::TP_MODE_MONITOR)
      change.mode = RequestedMode::monitor;
    else
      return Failure{FailureKind::invalid, "a policy's mode can be set to ENFORCE or MONITOR"};
  }
  return change;
}

}  // namespace vigil::api
