#include "engine/compile/check/workloads.h"

#include <fmt/format.h>

#include "engine/schema/codes.h"

namespace vigil::check {

Reach reach_of(const policy::Workloads& workloads) {
  const auto& [pod, container, host] = workloads;
  if (!pod && !container && !host) return Reach::everything;
  const bool all = pod && pod->keys.empty() && container && container->keys.empty() && host;
  if (all) return Reach::everything;
  return host ? Reach::host : Reach::nothing;
}

Reach reach_of(const policy::Policy& policy) {
  return policy.name_space ? Reach::nothing : reach_of(policy.workloads);
}

std::optional<ProcessCondition> reach_condition(Reach reach, const Span& span) {
  using Ranges = std::vector<IntegerRange>;
  ProcessCondition condition{.value = schema::ProcessValue::in_container,
                             .negated = false,
                             .test = Ranges{},
                             .span = span};
  switch (reach) {
    case Reach::everything: return std::nullopt;
    case Reach::host: condition.test = Ranges{{0, 0}}; break;
    case Reach::nothing: break;
  }
  return condition;
}

void warn_about_reach(Reach reach, const policy::Workloads& workloads, const Span& span,
                      Diagnostics& diagnostics) {
  if (reach == Reach::nothing) {
    diagnostics.warning(schema::code::pointless.code, span,
                        fmt::format("this applies to no process: {}", nobody),
                        "write 'hostSelector: {}' for the processes of the host");
  } else if (reach == Reach::host && (workloads.pod || workloads.container)) {
    diagnostics.warning(schema::code::pointless.code, span,
                        "this applies to processes of the host only: nothing is known of pods here",
                        "leave only 'hostSelector' to say so");
  }
}

}  // namespace vigil::check
