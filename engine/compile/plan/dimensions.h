// DimensionSet: the conditions of all rules of a hook, gathered by what they look at.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/classify.h"
#include "engine/compile/plan/hook_plan.h"
#include "engine/compile/plan/plan.h"
#include "engine/compile/plan/value_facts.h"

namespace vigil::plan {

class DimensionSet {
 public:
  // Rules come in ascending order. What the conditions point to outlives the set.
  void add(std::uint32_t rule, const check::ArgCondition& condition, std::uint8_t slot,
           schema::ArgType type);
  Result<void> add(std::uint32_t rule, const check::BinaryCondition& condition,
                   const FollowSets& follow_sets);
  Result<void> add(std::uint32_t rule, const check::PidCondition& condition,
                   const FollowSets& follow_sets);
  void add(std::uint32_t rule, const check::ProcessCondition& condition);
  Result<void> add(std::uint32_t rule, const check::WorkloadCondition& condition,
                   const WorkloadSets& workload_sets);

  // As if `rule` and those after it had never been added.
  void forget_from(std::uint32_t rule);

  std::size_t size() const { return dimensions_.size(); }
  // In the order they are evaluated: cheapest first, one slot's next to each other.
  std::vector<Dimension> classify(RowTable& rows) const;

 private:
  enum class Kind : std::uint8_t {
    numbers,
    signed_numbers,
    any_bit,
    no_bit,
    addresses,
    text,
    text_reversed,
    substring,
    substring_any_case,
  };
  struct Key {
    ReadCost cost = ReadCost::tgid;
    std::uint8_t slot = 0;
    Field field = Field::value;
    Kind kind = Kind::numbers;
    // any_bit, substring: a rule's second term needs a dimension of its own
    std::uint32_t copy = 0;
    auto operator<=>(const Key&) const = default;
  };
  struct Pending {
    Span span;
    std::variant<Conditions<TextTest>, Conditions<RangeTest>, Conditions<AddressTest>,
                 Conditions<BitTest>>
        conditions;
  };

  template <typename Test>
  void add(const Key& key, Term term, Test test, const Span& span);
  template <typename Test>
  Key free_of(Key key, std::uint32_t rule) const;
  void add_text(Key key, Term term, const check::TextCondition& text, const Span& span);
  void add_bits(Key key, Term term, const BitTest& bits, const Span& span);
  Result<void> add_set(Field field, Term term, const FollowSet& set, const FollowSets& follow_sets,
                       const Span& span);
  static Dimension classify(const Key& key, const Pending& pending, RowTable& rows);

  std::map<Key, Pending> dimensions_;
};

}  // namespace vigil::plan
