// Which processes a policy or a selector is for, as far as is known here.
#pragma once

#include <optional>

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

enum class Reach : std::uint8_t {
  everything,
  host,     // processes outside of containers
  nothing,  // pods or containers of which nothing is known
};

Reach reach_of(const policy::Workloads& workloads);
// Of the policy, with its kind.
Reach reach_of(const policy::Policy& policy);

// What narrows a selector to them; none: nothing does.
std::optional<ProcessCondition> reach_condition(Reach reach, const Span& span);

// Says where a policy or selector is for nobody, or for less than it says.
void warn_about_reach(Reach reach, const policy::Workloads& workloads, const Span& span,
                      Diagnostics& diagnostics);

constexpr std::string_view nobody = "it is for pods, and nothing is known of pods here";

}  // namespace vigil::check
