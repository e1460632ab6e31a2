#include "engine/compile/plan/shape.h"

#include <algorithm>

namespace vigil::plan {
namespace {

enum class Looks : std::uint32_t { at_argument, at_binary, at_pid, at_process, at_workload };

std::uint32_t code(Looks looks, std::uint32_t where, std::uint32_t how, bool negated) {
  return static_cast<std::uint32_t>(looks) << 24 | where << 8 | how << 1 | (negated ? 1 : 0);
}

std::uint32_t kind_of(const check::ArgCondition& condition) {
  const auto* text = std::get_if<check::TextCondition>(&condition.test);
  const auto kind = text == nullptr ? 0 : 1 + static_cast<std::uint32_t>(text->kind);
  return static_cast<std::uint32_t>(condition.test.index()) << 3 | kind;
}

std::uint32_t kind_of(const check::PidCondition& condition) {
  return (condition.in_namespace ? 1 : 0) | (condition.follow_forks ? 2 : 0);
}

}  // namespace

Shape shape_of(const check::Hook& hook) {
  Shape shape;
  for (const check::Selector& selector : hook.selectors) {
    for (const auto& condition : selector.arguments) {
      const bool of_many = std::holds_alternative<check::Expression>(condition.test);
      const std::uint32_t index = of_many ? 0 : hook.value(condition.argument).index;
      shape.push_back(code(Looks::at_argument, index, kind_of(condition), condition.negated));
    }
    for (const auto& condition : selector.binaries)
      shape.push_back(code(Looks::at_binary, static_cast<std::uint32_t>(condition.whose),
                           static_cast<std::uint32_t>(condition.test.kind), condition.negated));
    for (const auto& condition : selector.pids)
      shape.push_back(code(Looks::at_pid, 0, kind_of(condition), condition.negated));
    for (const auto& condition : selector.process)
      shape.push_back(code(Looks::at_process, static_cast<std::uint32_t>(condition.value), 0,
                           condition.negated));
    if (selector.workload) shape.push_back(code(Looks::at_workload, 0, 0, false));
  }
  std::ranges::sort(shape);
  const auto repeated = std::ranges::unique(shape);
  shape.erase(repeated.begin(), repeated.end());
  return shape;
}

}  // namespace vigil::plan
