#include "engine/compile/check/workloads.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/schema/codes.h"

namespace vigil::check {
namespace {

template <typename T>
void make_set(std::vector<T>& values) {
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
}

LabelRequirements requirements_of(const policy::LabelSelector& selector) {
  LabelRequirements all;
  for (const auto& [key, op, values] : selector.requirements) {
    LabelRequirement& requirement = all.emplace_back(key.value, op);
    for (const policy::Text& value : values) requirement.values.push_back(value.value);
    make_set(requirement.values);
  }
  make_set(all);
  return all;
}

bool asks_for_nothing(const policy::LabelSelector& selector) {
  return selector.requirements.empty();
}

}  // namespace

std::optional<WorkloadCondition> workload_condition(const policy::Workloads& workloads,
                                                    const Span& span) {
  const auto& [pod, container, host] = workloads;
  if (!pod && !container && !host) return std::nullopt;
  const bool everything =
      pod && asks_for_nothing(*pod) && container && asks_for_nothing(*container) && host;
  if (everything) return std::nullopt;
  WorkloadCondition condition{.host = host.has_value(), .containers = {}, .span = span};
  if (container && !pod) condition.containers = requirements_of(*container);
  return condition;
}

std::optional<WorkloadCondition> workload_condition(const policy::Policy& policy) {
  if (policy.name_space) return WorkloadCondition{.span = policy.name.span};
  return workload_condition(policy.workloads, policy.name.span);
}

void narrow(std::optional<WorkloadCondition>& condition,
            const std::optional<WorkloadCondition>& other) {
  if (!other) return;
  if (!condition) {
    condition = other;
    return;
  }
  condition->host = condition->host && other->host;
  if (!condition->containers || !other->containers) {
    condition->containers.reset();
    return;
  }
  condition->containers->insert(condition->containers->end(), other->containers->begin(),
                                other->containers->end());
  make_set(*condition->containers);
}

bool is_for_nobody(const std::optional<WorkloadCondition>& condition) {
  return condition && !condition->host && !condition->containers;
}

void warn_about_reach(const std::optional<WorkloadCondition>& condition,
                      const policy::Workloads& workloads, const Span& span,
                      Diagnostics& diagnostics) {
  if (is_for_nobody(condition)) {
    diagnostics.warning(schema::code::pointless.code, span,
                        fmt::format("this applies to no process: {}", nobody),
                        "write 'hostSelector: {}' for the processes of the host, "
                        "'containerSelector' without 'podSelector' for containers");
  } else if (condition && workloads.pod) {
    diagnostics.warning(schema::code::pointless.code, span,
                        "this applies to processes of the host only: nothing is known of pods here",
                        "leave only 'hostSelector' to say so");
  }
}

void warn_about_conflicts(const policy::Hook& hook, const std::optional<WorkloadCondition>& policy,
                          Diagnostics& diagnostics) {
  if (is_for_nobody(policy)) return;
  for (const policy::Selector& selector : hook.selectors) {
    auto condition = workload_condition(selector.workloads, selector.span);
    if (is_for_nobody(condition)) continue;
    narrow(condition, policy);
    if (!is_for_nobody(condition)) continue;
    diagnostics.warning(schema::code::pointless.code, selector.span,
                        "this selector applies to no process: the policy is for others than its "
                        "'matchWorkloads'",
                        "widen the policy's 'hostSelector' and 'containerSelector', or remove it");
  }
}

}  // namespace vigil::check
