#include "engine/compile/check/implication.h"

#include <algorithm>
#include <type_traits>

namespace vigil::check {
namespace {

using Kind = TextCondition::Kind;

// Ranges as arcs of the circle of 64-bit patterns: on it signed and unsigned ones are alike.
bool holds(const IntegerRange& range, std::uint64_t value) {
  return value - range.first <= range.last - range.first;
}

bool covers(const IntegerRange& wide, const IntegerRange& narrow) {
  const std::uint64_t room = wide.last - wide.first, before = narrow.first - wide.first;
  return before <= room && narrow.last - narrow.first <= room - before;
}

bool disjoint(const IntegerRange& a, const IntegerRange& b) {
  return !holds(a, b.first) && !holds(b, a.first);
}

bool covers(const AddressPrefix& wide, const AddressPrefix& narrow) {
  if (wide.is_ipv6 != narrow.is_ipv6 || wide.length > narrow.length) return false;
  for (std::size_t bit = 0; bit < wide.length; ++bit) {
    const unsigned mask = 0x80U >> bit % 8;
    if (((wide.bytes[bit / 8] ^ narrow.bytes[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

// An IPv6 prefix may hold IPv4 addresses that are mapped into it.
bool disjoint(const AddressPrefix& a, const AddressPrefix& b) {
  return a.is_ipv6 == b.is_ipv6 && !covers(a, b) && !covers(b, a);
}

// One value of a text condition.
struct Piece {
  Kind kind;
  const std::string& text;
};

bool covers(const Piece& wide, const Piece& narrow) {
  if (wide.kind != narrow.kind && narrow.kind != Kind::equal) return false;
  switch (wide.kind) {
    case Kind::prefix: return narrow.text.starts_with(wide.text);
    case Kind::postfix: return narrow.text.ends_with(wide.text);
    case Kind::equal:
    case Kind::substring:
    case Kind::substring_ignoring_case: break;
  }
  return wide.kind == narrow.kind && wide.text == narrow.text;
}

bool has_fixed_end(Kind kind) {
  return kind == Kind::equal || kind == Kind::prefix || kind == Kind::postfix;
}

bool disjoint(const Piece& a, const Piece& b) {
  const bool comparable = a.kind == b.kind || a.kind == Kind::equal || b.kind == Kind::equal;
  if (!comparable || !has_fixed_end(a.kind) || !has_fixed_end(b.kind)) return false;
  return !covers(a, b) && !covers(b, a);
}

// Of the values that are ORed.
template <typename Values>
bool all_covered(const Values& wide, const Values& narrow) {
  return !narrow.empty() && std::ranges::all_of(narrow, [&](const auto& value) {
    return std::ranges::any_of(wide, [&](const auto& other) { return covers(other, value); });
  });
}

template <typename Values>
bool all_disjoint(const Values& a, const Values& b) {
  return !a.empty() && !b.empty() && std::ranges::all_of(a, [&](const auto& value) {
    return std::ranges::all_of(b, [&](const auto& other) { return disjoint(value, other); });
  });
}

std::vector<Piece> pieces(const TextCondition& test) {
  std::vector<Piece> all;
  all.reserve(test.values.size());
  for (const std::string& text : test.values) all.push_back({test.kind, text});
  return all;
}

std::vector<IntegerRange> ranges(const std::vector<std::uint32_t>& numbers) {
  std::vector<IntegerRange> all;
  all.reserve(numbers.size());
  for (const std::uint32_t number : numbers) all.push_back({number, number});
  return all;
}

// Tests of the same kind, as if neither were negated.
bool covers(const IntegerCondition& wide, const IntegerCondition& narrow) {
  return wide.field == narrow.field && all_covered(wide.ranges, narrow.ranges);
}
bool disjoint(const IntegerCondition& a, const IntegerCondition& b) {
  return a.field == b.field && all_disjoint(a.ranges, b.ranges);
}
bool covers(const MaskCondition& wide, const MaskCondition& narrow) {
  return narrow.mask != 0 && (narrow.mask & ~wide.mask) == 0;
}
// A value may have bits of both.
bool disjoint(const MaskCondition&, const MaskCondition&) { return false; }
bool covers(const TextCondition& wide, const TextCondition& narrow) {
  return all_covered(pieces(wide), pieces(narrow));
}
bool disjoint(const TextCondition& a, const TextCondition& b) {
  return all_disjoint(pieces(a), pieces(b));
}
bool covers(const AddressCondition& wide, const AddressCondition& narrow) {
  return wide.field == narrow.field && all_covered(wide.prefixes, narrow.prefixes);
}
bool disjoint(const AddressCondition& a, const AddressCondition& b) {
  return a.field == b.field && all_disjoint(a.prefixes, b.prefixes);
}
bool covers(const Expression& wide, const Expression& narrow) { return wide == narrow; }
bool disjoint(const Expression&, const Expression&) { return false; }
bool covers(const std::vector<IntegerRange>& wide, const std::vector<IntegerRange>& narrow) {
  return all_covered(wide, narrow);
}
bool disjoint(const std::vector<IntegerRange>& a, const std::vector<IntegerRange>& b) {
  return all_disjoint(a, b);
}

template <typename... Tests>
bool covers(const std::variant<Tests...>& wide, const std::variant<Tests...>& narrow) {
  return std::visit(
      []<typename W, typename N>(const W& w, const N& n) {
        if constexpr (std::is_same_v<W, N>)
          return covers(w, n);
        else
          return false;
      },
      wide, narrow);
}

template <typename... Tests>
bool disjoint(const std::variant<Tests...>& a, const std::variant<Tests...>& b) {
  return std::visit(
      []<typename A, typename B>(const A& one, const B& other) {
        if constexpr (std::is_same_v<A, B>)
          return disjoint(one, other);
        else
          return false;
      },
      a, b);
}

// What conditions look at.
bool same_subject(const ArgCondition& a, const ArgCondition& b) {
  return a.argument == b.argument && a.without == b.without;
}
bool same_subject(const BinaryCondition& a, const BinaryCondition& b) { return a.whose == b.whose; }
bool same_subject(const PidCondition& a, const PidCondition& b) {
  return a.in_namespace == b.in_namespace && a.follow_forks == b.follow_forks;
}
bool same_subject(const ProcessCondition& a, const ProcessCondition& b) {
  return a.value == b.value;
}

// Of several values, as those of all ancestors, two tests may each find one that they like.
bool looks_at_one(const ArgCondition&) { return true; }
bool looks_at_one(const BinaryCondition& condition) {
  return condition.whose == BinaryCondition::Whose::own ||
         condition.whose == BinaryCondition::Whose::parent;
}
bool looks_at_one(const PidCondition& condition) { return !condition.follow_forks; }
bool looks_at_one(const ProcessCondition&) { return true; }

const auto& test_of(const auto& condition) { return condition.test; }
std::vector<IntegerRange> test_of(const PidCondition& condition) { return ranges(condition.pids); }

// Where `narrow` holds, `wide` does.
template <typename Condition>
bool implies(const Condition& narrow, const Condition& wide) {
  if (!same_subject(narrow, wide)) return false;
  if (narrow.negated) return wide.negated && covers(test_of(narrow), test_of(wide));
  if (wide.negated) return looks_at_one(wide) && disjoint(test_of(narrow), test_of(wide));
  return covers(test_of(wide), test_of(narrow));
}

template <typename Condition>
bool exclude_each_other(const Condition& a, const Condition& b) {
  if (!same_subject(a, b) || (a.negated && b.negated)) return false;
  if (a.negated) return covers(test_of(a), test_of(b));
  if (b.negated) return covers(test_of(b), test_of(a));
  return looks_at_one(a) && disjoint(test_of(a), test_of(b));
}

template <typename Condition>
bool each_implied(const std::vector<Condition>& wide, const std::vector<Condition>& narrow) {
  return std::ranges::all_of(wide, [&](const Condition& wanted) {
    return std::ranges::any_of(narrow,
                               [&](const Condition& given) { return implies(given, wanted); });
  });
}

template <typename Condition>
std::optional<Conflict> conflict_among(const std::vector<Condition>& conditions) {
  for (std::size_t i = 0; i < conditions.size(); ++i)
    for (std::size_t j = i + 1; j < conditions.size(); ++j)
      if (exclude_each_other(conditions[i], conditions[j]))
        return Conflict{conditions[i].span, conditions[j].span};
  return std::nullopt;
}

// Wherever `narrow` is, `wide` is.
bool covers(const std::optional<WorkloadCondition>& wide,
            const std::optional<WorkloadCondition>& narrow) {
  if (!wide) return true;
  if (!narrow || (narrow->host && !wide->host)) return false;
  return !narrow->containers ||
         (wide->containers && std::ranges::includes(*narrow->containers, *wide->containers));
}

std::size_t value_count(const IntegerCondition& test) { return test.ranges.size(); }
std::size_t value_count(const MaskCondition&) { return 1; }
std::size_t value_count(const TextCondition& test) { return test.values.size(); }
std::size_t value_count(const AddressCondition& test) { return test.prefixes.size(); }
std::size_t value_count(const Expression& test) {
  std::size_t count = 1;
  for (const Expression& operand : test.operands) count += value_count(operand);
  return count;
}
std::size_t value_count(const std::vector<IntegerRange>& test) { return test.size(); }
template <typename... Tests>
std::size_t value_count(const std::variant<Tests...>& test) {
  return std::visit([](const auto& one) { return value_count(one); }, test);
}

std::size_t value_count(const ArgCondition& condition) { return value_count(condition.test); }
std::size_t value_count(const BinaryCondition& condition) { return value_count(condition.test); }
std::size_t value_count(const PidCondition& condition) { return condition.pids.size(); }
std::size_t value_count(const ProcessCondition& condition) { return value_count(condition.test); }

// How much there is to compare.
struct Weight {
  std::size_t sum = 0;      // of all values, and one for each condition
  std::size_t squares = 0;  // of those of each condition

  template <typename Condition>
  void add(const std::vector<Condition>& conditions) {
    for (const Condition& condition : conditions) {
      const std::size_t count = 1 + value_count(condition);
      sum += count;
      squares += count * count;
    }
  }
};

Weight weight_of(const Selector& selector) {
  Weight weight;
  weight.add(selector.arguments);
  weight.add(selector.binaries);
  weight.add(selector.pids);
  weight.add(selector.process);
  weight.add(selector.return_arguments);
  return weight;
}

}  // namespace

bool covers(const Selector& wide, const Selector& narrow, Effort& effort) {
  if (!effort.allows(1 + weight_of(wide).sum * weight_of(narrow).sum)) return false;
  return covers(wide.workload, narrow.workload) && each_implied(wide.arguments, narrow.arguments) &&
         each_implied(wide.binaries, narrow.binaries) && each_implied(wide.pids, narrow.pids) &&
         each_implied(wide.process, narrow.process) &&
         each_implied(wide.return_arguments, narrow.return_arguments);
}

std::optional<Conflict> conflict_in(const Selector& selector, Effort& effort) {
  const Weight weight = weight_of(selector);
  if (!effort.allows(weight.sum * weight.sum - weight.squares)) return std::nullopt;
  if (auto found = conflict_among(selector.arguments)) return found;
  if (auto found = conflict_among(selector.binaries)) return found;
  if (auto found = conflict_among(selector.pids)) return found;
  if (auto found = conflict_among(selector.process)) return found;
  return conflict_among(selector.return_arguments);
}

}  // namespace vigil::check
