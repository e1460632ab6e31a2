#include "engine/compile/plan/name_gate.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "engine/compile/plan/classify.h"

namespace vigil::plan {
namespace {

bool has_name(schema::ArgType type) {
  using enum schema::ArgType;
  return type == file || type == path || type == dentry || type == linux_binprm;
}

bool tells_the_end(check::TextCondition::Kind kind) {
  using enum check::TextCondition::Kind;
  switch (kind) {
    case equal:
    case postfix: return true;
    case prefix:
    case substring:
    case substring_ignoring_case: return false;
  }
  return false;
}

// What a value tells of the end of "/name": all that is looked at, or less where it begins later.
std::string_view end_of_name(std::string_view value) {
  const std::size_t slash = value.rfind('/');
  const std::string_view name = slash == value.npos ? value : value.substr(slash);
  return name.substr(name.size() - std::min(name.size(), name_end_bytes));
}

}  // namespace

void NameGates::add(const check::ArgCondition& condition, std::uint8_t slot, schema::ArgType type) {
  const auto* text = std::get_if<check::TextCondition>(&condition.test);
  if (!has_name(type) || text == nullptr || condition.negated) return;
  if (!tells_the_end(text->kind)) return;
  asked_by_rule_ |= std::uint32_t{1} << slot;
  for (const std::string& value : text->values) ends_[slot].emplace_back(end_of_name(value));
}

void NameGates::end_rule() {
  asked_by_all_ &= asked_by_rule_;
  asked_by_rule_ = 0;
  has_rules_ = true;
}

std::optional<NameGate> NameGates::finish() const {
  if (!has_rules_ || asked_by_all_ == 0) return std::nullopt;
  const auto slot = static_cast<std::uint8_t>(std::countr_zero(asked_by_all_));
  RowTable rows(1, 2);
  rows.intern(Row::none(1));
  Conditions<TextTest> conditions;
  conditions.terms.push_back({.rule = 0, .sense = Sense::plain});
  conditions.tests.push_back({.match = TextMatch::start, .values = &ends_[slot]});
  return NameGate{.slot = slot,
                  .ends = ends_[slot].size(),
                  .trie = classify_text(conditions, Direction::reversed, rows)};
}

}  // namespace vigil::plan
