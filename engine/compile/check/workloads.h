// Which processes a policy or a selector is for: of the host, or of containers. Of pods nothing is
// known here.
#pragma once

#include <optional>
#include <string_view>

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

// What narrows a selector to them; none: nothing does.
std::optional<WorkloadCondition> workload_condition(const policy::Workloads& workloads,
                                                    const Span& span);
// Of the policy, with its kind.
std::optional<WorkloadCondition> workload_condition(const policy::Policy& policy);

// What is left of `condition` when `other` has to hold, too.
void narrow(std::optional<WorkloadCondition>& condition,
            const std::optional<WorkloadCondition>& other);

bool is_for_nobody(const std::optional<WorkloadCondition>& condition);

// Says where a policy or selector is for nobody, or for less than it says.
void warn_about_reach(const std::optional<WorkloadCondition>& condition,
                      const policy::Workloads& workloads, const Span& span,
                      Diagnostics& diagnostics);

// Says which selectors of a hook are for nobody since the policy is for others.
void warn_about_conflicts(const policy::Hook& hook, const std::optional<WorkloadCondition>& policy,
                          Diagnostics& diagnostics);

constexpr std::string_view nobody = "it is for pods, and nothing is known of pods here";

}  // namespace vigil::check
