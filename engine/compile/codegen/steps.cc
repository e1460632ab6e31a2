#include "engine/compile/codegen/steps.h"

#include <algorithm>

#include "engine/compile/codegen/tables.h"
#include "engine/compile/plan/expressions.h"

namespace vigil::codegen {
namespace {

// Of the process: how long it stays what it is.
enum class Lasts : std::uint8_t { until_exec, not_at_all };
std::optional<Lasts> of_process(plan::Field field) {
  switch (field) {
    case plan::Field::value:
    case plan::Field::source_port:
    case plan::Field::destination_port:
    case plan::Field::protocol:
    case plan::Field::family:
    case plan::Field::state:
    case plan::Field::source_address:
    case plan::Field::destination_address:
    case plan::Field::file_type: return std::nullopt;
    case plan::Field::tgid:
    case plan::Field::ns_tgid:
    case plan::Field::binary:
    case plan::Field::follow:
    case plan::Field::binary_family:
    case plan::Field::parent_binary:
    case plan::Field::ancestor_binary: return Lasts::until_exec;
    case plan::Field::process_value:
    case plan::Field::workload: return Lasts::not_at_all;
  }
  return std::nullopt;
}

std::optional<std::uint8_t> slot_of(const plan::Dimension& dimension) {
  if (of_process(dimension.field)) return std::nullopt;
  return dimension.slot;
}

plan::Row rules_that_need(const plan::HookPlan& plan, const Step& step) {
  plan::Row rules = plan::Row::none(plan.rules.size());
  for (std::size_t rule = 0; rule < plan.rules.size(); ++rule) {
    const bool reports = step.slot && (plan.rules[rule].used_slots() >> *step.slot & 1) != 0;
    const bool looks = std::ranges::any_of(step.dimensions, [&](std::uint32_t dimension) {
      return !plan.rows[plan.dimensions[dimension].row_none].test(rule);
    });
    if (reports || looks) rules.set(rule);
  }
  for (std::size_t i = 0; i < plan.expressions.size(); ++i) {
    const plan::RuleExpression& each = plan.expressions[i];
    const bool looks = step.slot && (plan::slots_of(each.expression) >> *step.slot & 1) != 0;
    if (looks || step.expression == i) rules.set(each.rule);
  }
  return rules;
}

}  // namespace

bool asks_for_processes(const plan::HookPlan& plan) {
  for (std::size_t rule = 0; rule < plan.rules.size(); ++rule) {
    const bool asks = std::ranges::any_of(plan.dimensions, [&](const plan::Dimension& dimension) {
      return of_process(dimension.field) == Lasts::until_exec &&
             !plan.rows[dimension.row_none].test(rule);
    });
    if (!asks) return false;
  }
  return !plan.rules.empty();
}

std::vector<Step> steps_of(const plan::HookPlan& plan) {
  std::vector<Step> steps;
  std::vector<bool> placed(plan.slots.size());
  for (std::uint32_t i = 0; i < plan.dimensions.size(); ++i) {
    const auto slot = slot_of(plan.dimensions[i]);
    const bool lasts = of_process(plan.dimensions[i].field) == Lasts::until_exec;
    if (!slot || steps.empty() || steps.back().slot != slot)
      steps.push_back({.slot = slot, .lasts_until_exec = lasts});
    steps.back().dimensions.push_back(i);
    if (slot) placed[*slot] = true;
  }
  for (std::uint32_t i = 0; i < plan.expressions.size(); ++i) {
    const std::uint32_t slots = plan::slots_of(plan.expressions[i].expression);
    for (std::size_t slot = 0; slot < plan.slots.size(); ++slot) {
      if ((slots >> slot & 1) == 0 || placed[slot]) continue;
      steps.push_back({.slot = static_cast<std::uint8_t>(slot)});
      placed[slot] = true;
    }
    steps.push_back({.expression = i});
  }
  for (std::size_t slot = 0; slot < plan.slots.size(); ++slot) {
    if (!placed[slot]) steps.push_back({.slot = static_cast<std::uint8_t>(slot)});
  }
  const RowShape shape = row_shape(plan.rules.size());
  const std::uint64_t all = summary(plan::Row::all(plan.rules.size()), shape);
  bool all_left = true;
  for (Step& step : steps) {
    step.needed_by = summary(rules_that_need(plan, step), shape);
    step.is_optional = !all_left && step.needed_by != all;
    if (!step.dimensions.empty() || step.expression) all_left = false;
  }
  std::erase_if(steps, [](const Step& step) { return step.needed_by == 0; });
  return steps;
}

}  // namespace vigil::codegen
