// Classifiers: what the conditions of all rules on one value become, one function per
// kind. Terms are ordered by rule; tests point into the checked policies.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/hook_plan.h"
#include "engine/compile/plan/rows.h"

namespace vigil::plan {

// A value of the text holds the whole text, or what it starts with; of substrings neither is asked.
enum class TextMatch : std::uint8_t { whole, start };
struct TextTest {
  TextMatch match = TextMatch::whole;
  const std::vector<std::string>* values = nullptr;
};
using RangeTest = std::vector<check::IntegerRange>;
using AddressTest = const std::vector<check::AddressPrefix>*;
using BitTest = std::array<std::uint64_t, 4>;  // holds when the value has any of these bits

// The terms of one dimension; terms[i] is decided by tests[i].
template <typename Test>
struct Conditions {
  std::vector<Term> terms;
  std::vector<Test> tests;
};

enum class Direction : std::uint8_t { forward, reversed };
enum class LetterCase : std::uint8_t { kept, ignored };
enum class NumberOrder : std::uint8_t { unsigned_numbers, signed_numbers };
// How the set bits of a value narrow the rules: a plain term needs one of its bits (so
// a rule has at most one term), a negated one none.
enum class BitWidth : std::uint16_t { integer = 64, follow_sets = 256 };

TrieClassifier classify_text(const Conditions<TextTest>& conditions, Direction direction,
                             RowTable& rows);
// Plain terms only, at most one of a rule.
SubstringClassifier classify_substrings(const Conditions<TextTest>& conditions, LetterCase letters,
                                        RowTable& rows);
RangeClassifier classify_numbers(const Conditions<RangeTest>& conditions, NumberOrder order,
                                 RowTable& rows);
AddressClassifier classify_addresses(const Conditions<AddressTest>& conditions, RowTable& rows);
// All terms of one sense.
BitClassifier classify_bits(const Conditions<BitTest>& conditions, Sense sense, BitWidth width,
                            RowTable& rows);

}  // namespace vigil::plan
