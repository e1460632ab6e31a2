#include "engine/compile/plan/dimensions.h"

#include <algorithm>

#include <fmt/core.h>

#include "engine/compile/plan/follow.h"
#include "engine/compile/plan/hook_limits.h"
#include "engine/schema/arg_types.h"

namespace vigil::plan {
namespace {

template <typename... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};

Term term_of(std::uint32_t rule, bool negated) {
  return {rule, negated ? Sense::negated : Sense::plain};
}

Field field_of(check::IntegerCondition::Field field) {
  switch (field) {
    case check::IntegerCondition::Field::value: return Field::value;
    case check::IntegerCondition::Field::source_port: return Field::source_port;
    case check::IntegerCondition::Field::destination_port: return Field::destination_port;
    case check::IntegerCondition::Field::protocol: return Field::protocol;
    case check::IntegerCondition::Field::family: return Field::family;
    case check::IntegerCondition::Field::state: return Field::state;
    case check::IntegerCondition::Field::file_type: return Field::file_type;
  }
  return Field::value;
}

Field field_of(check::AddressCondition::Field field) {
  switch (field) {
    case check::AddressCondition::Field::source: return Field::source_address;
    case check::AddressCondition::Field::destination: return Field::destination_address;
  }
  return Field::source_address;
}

// The process id in its namespace of a process of the host: in no followForks set, nor outside of
// one.
constexpr std::uint32_t host_ns_tgid = 0;

bool is_of_sets(Field field) { return field >= Field::follow && field <= Field::ancestor_binary; }

// Of its containers, if it is for any.
std::optional<std::uint32_t> number_of(const check::WorkloadCondition& condition,
                                       const WorkloadSets& workload_sets) {
  if (!condition.containers || condition.containers->empty()) return workload_of_any_container;
  const auto found = workload_sets.find(*condition.containers);
  if (found == workload_sets.end()) return std::nullopt;
  return found->second;
}

RangeTest ranges_of(const std::vector<std::uint32_t>& values) {
  RangeTest ranges;
  for (std::uint32_t value : values) ranges.push_back({value, value});
  return ranges;
}

}  // namespace

template <typename Test>
void DimensionSet::add(const Key& key, Term term, Test test, const Span& span) {
  auto [entry, is_new] = dimensions_.try_emplace(key);
  Pending& pending = entry->second;
  if (is_new) pending = {span, Conditions<Test>{}};
  auto& conditions = std::get<Conditions<Test>>(pending.conditions);
  conditions.terms.push_back(term);
  conditions.tests.push_back(std::move(test));
}

void DimensionSet::add_text(Key key, Term term, const check::TextCondition& text,
                            const Span& span) {
  using enum check::TextCondition::Kind;
  TextMatch match = TextMatch::start;
  switch (text.kind) {
    case equal: match = TextMatch::whole; [[fallthrough]];
    case prefix: key.kind = Kind::text; break;
    case postfix: key.kind = Kind::text_reversed; break;
    case substring: key.kind = Kind::substring; break;
    case substring_ignoring_case: key.kind = Kind::substring_any_case; break;
  }
  if (key.kind == Kind::substring || key.kind == Kind::substring_any_case)
    key = free_of<TextTest>(key, term.rule);
  add(key, term, TextTest{match, &text.values}, span);
}

// The first copy in which the rule has no term yet.
template <typename Test>
DimensionSet::Key DimensionSet::free_of(Key key, std::uint32_t rule) const {
  const auto taken = [&] {
    const auto found = dimensions_.find(key);
    if (found == dimensions_.end()) return false;
    return std::get<Conditions<Test>>(found->second.conditions).terms.back().rule == rule;
  };
  while (taken()) ++key.copy;
  return key;
}

void DimensionSet::add_bits(Key key, Term term, const BitTest& bits, const Span& span) {
  key.kind = term.sense == Sense::negated ? Kind::no_bit : Kind::any_bit;
  if (key.kind == Kind::any_bit) key = free_of<BitTest>(key, term.rule);
  add(key, term, bits, span);
}

void DimensionSet::add(std::uint32_t rule, const check::ArgCondition& condition, std::uint8_t slot,
                       schema::ArgType type) {
  const Term term = term_of(rule, condition.negated);
  Key key{.cost = facts_of(type).cost,
          .slot = slot,
          .field = Field::value,
          .kind = Kind::numbers,
          .copy = 0};
  const auto add_numbers = [&](const check::IntegerCondition& test) {
    key.field = field_of(test.field);
    if (schema::info(type).is_signed && key.field == Field::value) key.kind = Kind::signed_numbers;
    add(key, term, RangeTest(test.ranges), condition.span);
  };
  const auto add_mask = [&](const check::MaskCondition& test) {
    add_bits(key, term, BitTest{test.mask}, condition.span);
  };
  const auto add_words = [&](const check::TextCondition& test) {
    add_text(key, term, test, condition.span);
  };
  const auto add_prefixes = [&](const check::AddressCondition& test) {
    key.field = field_of(test.field);
    key.kind = Kind::addresses;
    add(key, term, AddressTest(&test.prefixes), condition.span);
  };
  const auto is_no_dimension = [](const check::Expression&) {};
  std::visit(Match{add_numbers, add_mask, add_words, add_prefixes, is_no_dimension},
             condition.test);
}

Result<void> DimensionSet::add_set(Field field, Term term, const FollowSet& set,
                                   const FollowSets& follow_sets, const Span& span) {
  const auto found = follow_sets.find(set);
  if (found == follow_sets.end() || found->second >= follow_set_bits) {
    return Error(fmt::format("line {}: no number is left for what it follows ({} at a time)",
                             span.line, follow_set_bits));
  }
  BitTest bits{};
  bits[found->second / 64] = std::uint64_t{1} << (found->second % 64);
  add_bits({.cost = ReadCost::follow, .slot = 0, .field = field, .kind = Kind::any_bit, .copy = 0},
           term, bits, span);
  return {};
}

Result<void> DimensionSet::add(std::uint32_t rule, const check::BinaryCondition& condition,
                               const FollowSets& follow_sets) {
  using Whose = check::BinaryCondition::Whose;
  const Term term = term_of(rule, condition.negated);
  const auto add_to = [&](Field field) {
    return add_set(field, term, follow_set_of(condition), follow_sets, condition.span);
  };
  switch (condition.whose) {
    case Whose::own: break;
    case Whose::family: return add_to(Field::binary_family);
    case Whose::parent: return add_to(Field::parent_binary);
    case Whose::ancestor: return add_to(Field::ancestor_binary);
  }
  add_text(
      {.cost = ReadCost::binary, .slot = 0, .field = Field::binary, .kind = Kind::text, .copy = 0},
      term, condition.test, condition.span);
  return {};
}

Result<void> DimensionSet::add(std::uint32_t rule, const check::PidCondition& condition,
                               const FollowSets& follow_sets) {
  const Term term = term_of(rule, condition.negated);
  const Key number{.cost = condition.in_namespace ? ReadCost::ns_tgid : ReadCost::tgid,
                   .slot = 0,
                   .field = condition.in_namespace ? Field::ns_tgid : Field::tgid,
                   .kind = Kind::numbers,
                   .copy = 0};
  if (!condition.follow_forks) {
    add(number, term, ranges_of(condition.pids), condition.span);
    return {};
  }
  if (condition.in_namespace) {
    add(number, {rule, Sense::negated}, ranges_of({host_ns_tgid}), condition.span);
  }
  return add_set(Field::follow, term, follow_set_of(condition), follow_sets, condition.span);
}

void DimensionSet::add(std::uint32_t rule, const check::ProcessCondition& condition) {
  const Term term = term_of(rule, condition.negated);
  const Key key{.cost = ReadCost::process_value,
                .slot = static_cast<std::uint8_t>(condition.value),
                .field = Field::process_value,
                .kind = Kind::numbers,
                .copy = 0};
  const auto add_numbers = [&](const std::vector<check::IntegerRange>& ranges) {
    add(key, term, RangeTest(ranges), condition.span);
  };
  const auto add_mask = [&](const check::MaskCondition& test) {
    add_bits(key, term, BitTest{test.mask}, condition.span);
  };
  std::visit(Match{add_numbers, add_mask}, condition.test);
}

// One term of a rule at most: its row is then the sum of those of all numbers that a process has.
Result<void> DimensionSet::add(std::uint32_t rule, const check::WorkloadCondition& condition,
                               const WorkloadSets& workload_sets) {
  const auto number = number_of(condition, workload_sets);
  if (!number) {
    return Error(fmt::format("line {}: no number is left for its containers ({} sets at a time)",
                             condition.span.line, max_workload_sets));
  }
  std::vector<std::uint32_t> places;
  if (condition.host) places.push_back(workload_of_host);
  if (condition.containers) places.push_back(*number);
  add({.cost = ReadCost::workload,
       .slot = 0,
       .field = Field::workload,
       .kind = Kind::numbers,
       .copy = 0},
      {rule, Sense::plain}, ranges_of(places), condition.span);
  return {};
}

void DimensionSet::forget_from(std::uint32_t rule) {
  const auto forget = [&](auto& conditions) {
    while (!conditions.terms.empty() && conditions.terms.back().rule >= rule) {
      conditions.terms.pop_back();
      conditions.tests.pop_back();
    }
    return conditions.terms.empty();
  };
  for (auto entry = dimensions_.begin(); entry != dimensions_.end();) {
    const bool is_empty = std::visit(forget, entry->second.conditions);
    entry = is_empty ? dimensions_.erase(entry) : std::next(entry);
  }
}

std::vector<Dimension> DimensionSet::classify(RowTable& rows) const {
  std::vector<Dimension> dimensions;
  dimensions.reserve(dimensions_.size());
  for (const auto& [key, pending] : dimensions_) dimensions.push_back(classify(key, pending, rows));
  return dimensions;
}

Dimension DimensionSet::classify(const Key& key, const Pending& pending, RowTable& rows) {
  const auto classifier = [&]() -> decltype(Dimension::classifier) {
    const auto& conditions = pending.conditions;
    const BitWidth width = is_of_sets(key.field) ? BitWidth::follow_sets : BitWidth::integer;
    const auto text = [&](Direction direction) {
      return classify_text(std::get<Conditions<TextTest>>(conditions), direction, rows);
    };
    const auto substrings = [&](LetterCase letters) {
      return classify_substrings(std::get<Conditions<TextTest>>(conditions), letters, rows);
    };
    const auto numbers = [&](NumberOrder order) {
      return classify_numbers(std::get<Conditions<RangeTest>>(conditions), order, rows);
    };
    const auto bits = [&](Sense sense) {
      return classify_bits(std::get<Conditions<BitTest>>(conditions), sense, width, rows);
    };
    switch (key.kind) {
      case Kind::numbers: return numbers(NumberOrder::unsigned_numbers);
      case Kind::signed_numbers: return numbers(NumberOrder::signed_numbers);
      case Kind::any_bit: return bits(Sense::plain);
      case Kind::no_bit: return bits(Sense::negated);
      case Kind::addresses:
        return classify_addresses(std::get<Conditions<AddressTest>>(conditions), rows);
      case Kind::text: return text(Direction::forward);
      case Kind::text_reversed: return text(Direction::reversed);
      case Kind::substring: return substrings(LetterCase::kept);
      case Kind::substring_any_case: return substrings(LetterCase::ignored);
    }
    return {};
  };
  const auto terms = [](const auto& conditions) { return std::span<const Term>(conditions.terms); };
  const Row unreadable = indifferent_rules(rows.rules(), std::visit(terms, pending.conditions));
  return {.field = key.field,
          .slot = key.slot,
          .row_none = rows.intern(unreadable),
          .classifier = classifier(),
          .span = pending.span};
}

}  // namespace vigil::plan
