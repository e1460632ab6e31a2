#include "engine/compile/plan/expressions.h"

#include <algorithm>

#include "engine/compile/plan/classify.h"

namespace vigil::plan {
namespace {

using check::Expression;
using Kind = Expression::Kind;

bool is_probe(Kind kind) {
  return kind == Kind::is_text || kind == Kind::starts_with || kind == Kind::ends_with ||
         kind == Kind::contains;
}

constexpr RowId row_of_cut = 2;

TextProbe probe_of(const Expression& asked) {
  const std::vector<std::string> values = {asked.text};
  RowTable rows(1, 2);
  rows.intern(Row::none(1));
  Conditions<TextTest> conditions;
  conditions.terms.push_back({.rule = 0, .sense = Sense::plain});
  const TextMatch match = asked.kind == Kind::is_text ? TextMatch::whole : TextMatch::start;
  conditions.tests.push_back({.match = match, .values = &values});
  TextProbe probe{.slot = static_cast<std::uint8_t>(asked.operands[0].argument), .classifier = {}};
  if (asked.kind == Kind::contains) {
    SubstringClassifier found = classify_substrings(conditions, LetterCase::kept, rows);
    found.row_cut = row_of_cut;
    probe.classifier = std::move(found);
    return probe;
  }
  const bool reversed = asked.kind == Kind::ends_with;
  TrieClassifier trie =
      classify_text(conditions, reversed ? Direction::reversed : Direction::forward, rows);
  trie.row_cut = row_of_cut;
  probe.classifier = std::move(trie);
  return probe;
}

}  // namespace

void Expressions::resolve(Expression& expression, std::span<const std::uint8_t> slots) {
  if (expression.kind == Kind::argument) expression.argument = slots[expression.argument];
  for (Expression& operand : expression.operands) resolve(operand, slots);
  if (!is_probe(expression.kind)) return;
  expression.number = probes_.size();
  probes_.push_back(probe_of(expression));
}

void Expressions::add(std::uint32_t rule, const Expression& expression, const Span& span,
                      std::span<const std::uint8_t> slots) {
  expressions_.push_back({.rule = rule, .expression = expression, .span = span});
  first_probes_.push_back(probes_.size());
  resolve(expressions_.back().expression, slots);
}

void Expressions::forget_from(std::uint32_t rule) {
  const auto first = std::ranges::lower_bound(expressions_, rule, {}, &RuleExpression::rule);
  const auto kept = static_cast<std::size_t>(first - expressions_.begin());
  if (kept == expressions_.size()) return;
  expressions_.resize(kept);
  probes_.resize(first_probes_[kept]);
  first_probes_.resize(kept);
}

void Expressions::move_to(HookPlan& plan) {
  plan.expressions = std::move(expressions_);
  plan.probes = std::move(probes_);
}

std::uint32_t slots_of(const Expression& expression) {
  std::uint32_t slots = 0;
  if (expression.kind == Kind::argument) slots |= std::uint32_t{1} << expression.argument;
  for (const Expression& operand : expression.operands) slots |= slots_of(operand);
  return slots;
}

}  // namespace vigil::plan
