// The expressions of rules, and what they ask of texts.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::plan {

class Expressions {
 public:
  // `slots`: by position in the hook's arguments.
  void add(std::uint32_t rule, const check::Expression& expression, const Span& span,
           std::span<const std::uint8_t> slots);

  // Of this rule and of all behind it.
  void forget_from(std::uint32_t rule);

  std::size_t probes() const { return probes_.size(); }
  void move_to(HookPlan& plan);

 private:
  void resolve(check::Expression& expression, std::span<const std::uint8_t> slots);

  std::vector<RuleExpression> expressions_;
  std::vector<std::size_t> first_probes_;  // of each
  std::vector<TextProbe> probes_;
};

// The slots that an expression looks at, with those of its probes: a bit each.
std::uint32_t slots_of(const check::Expression& expression);

}  // namespace vigil::plan
