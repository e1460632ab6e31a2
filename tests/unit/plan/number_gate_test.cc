#include "engine/compile/plan/number_gate.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "engine/compile/plan/plan.h"
#include "tests/support/one_plan.h"
#include "tests/support/policy_builder.h"

namespace vigil::plan {
namespace {

using check::ArgCondition;
using check::IntegerRange;
using schema::ArgType;
using testing::numbers;

using Rules = std::vector<std::vector<ArgCondition>>;

std::optional<NumberGate> gate_of(const Rules& rules, ArgType type = ArgType::uint32) {
  check::Hook hook = testing::kprobe_hook(
      "tcp_connect", {testing::argument(type, 0), testing::argument(ArgType::file, 1)});
  for (const auto& conditions : rules) hook.selectors.push_back({.arguments = conditions});
  const auto policy = check::PolicyBuilder::build("p", {hook});
  return testing::one_plan({schema::Mechanism::kprobe, "tcp_connect"}, {{&policy, 1, 0}}, {})
      .value()
      .number_gate;
}

bool passes(const NumberGate& gate, std::uint64_t number) {
  if (gate.is_signed) number ^= std::uint64_t{1} << 63;
  return std::ranges::any_of(gate.stretches, [&](const NumberGate::Stretch& stretch) {
    return stretch.first <= number && number <= stretch.last;
  });
}

bool is_in_order(const NumberGate& gate) {
  for (std::size_t i = 1; i < gate.stretches.size(); ++i)
    if (gate.stretches[i].first <= gate.stretches[i - 1].last + 1) return false;
  return std::ranges::all_of(gate.stretches,
                             [](const auto& each) { return each.first <= each.last; });
}

ArgCondition path() { return testing::text(1, check::TextCondition::Kind::prefix, {"/srv/"}); }

TEST(NumberGate, passes_what_a_rule_asks_for) {
  const auto gate = gate_of({{numbers(0, {{5, 7}})}, {numbers(0, {{9, 9}}), path()}});
  ASSERT_TRUE(gate);
  for (std::uint64_t number : {5, 6, 7, 9}) EXPECT_TRUE(passes(*gate, number)) << number;
  for (std::uint64_t number : {0, 4, 8, 10}) EXPECT_FALSE(passes(*gate, number)) << number;
}

TEST(NumberGate, is_closed_for_what_is_not_meant) {
  const auto gate = gate_of({{testing::negated(numbers(0, {{5, 7}}))}});
  ASSERT_TRUE(gate);
  EXPECT_FALSE(passes(*gate, 6));
  EXPECT_TRUE(passes(*gate, 0));
  EXPECT_TRUE(passes(*gate, ~std::uint64_t{0}));
}

TEST(NumberGate, knows_numbers_below_zero) {
  const auto minus = [](std::int64_t number) { return static_cast<std::uint64_t>(-number); };
  const auto gate = gate_of({{numbers(0, {{minus(3), 4}})}}, ArgType::int32);
  ASSERT_TRUE(gate);
  EXPECT_TRUE(gate->is_signed);
  EXPECT_TRUE(passes(*gate, minus(3)));
  EXPECT_TRUE(passes(*gate, 0));
  EXPECT_FALSE(passes(*gate, minus(4)));
  EXPECT_FALSE(passes(*gate, 5));
}

TEST(NumberGate, needs_every_rule_to_ask_for_a_number) {
  EXPECT_FALSE(gate_of({{numbers(0, {{5, 7}})}, {}}));
  EXPECT_FALSE(gate_of({{numbers(0, {{5, 7}})}, {path()}}));
  EXPECT_FALSE(gate_of({{numbers(0, {{5, 7}})}, {testing::negated(numbers(0, {{5, 7}}))}}));
}

// No instruction may follow that is never reached.
TEST(NumberGate, is_none_where_nothing_can_match) {
  EXPECT_FALSE(gate_of({{numbers(0, {{5, 7}}), numbers(0, {{8, 9}})}}));
}

TEST(NumberGate, passes_calls_of_another_interface_by_their_number) {
  constexpr std::uint64_t other = std::uint64_t{1} << 31;
  const auto gate =
      gate_of({{numbers(0, {{59, 59}, {other + 11, other + 11}})}}, ArgType::syscall64);
  ASSERT_TRUE(gate);
  EXPECT_TRUE(passes(*gate, 59));
  EXPECT_TRUE(passes(*gate, 11));  // whose, only the task tells
  EXPECT_FALSE(passes(*gate, 60));
}

TEST(NumberGate, stays_small_and_passes_more_rather_than_less) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 100; ++round) {
    std::vector<IntegerRange> ranges;
    for (std::uint64_t i = 1 + random() % 200; i > 0; --i) {
      const std::uint64_t first = random() % 100'000;
      ranges.push_back({first, first + random() % 20});
    }
    const auto gate = gate_of({{numbers(0, ranges)}});
    ASSERT_TRUE(gate);
    EXPECT_LE(gate->stretches.size(), 16U);
    EXPECT_TRUE(is_in_order(*gate));
    for (const IntegerRange& range : ranges) {
      EXPECT_TRUE(passes(*gate, range.first));
      EXPECT_TRUE(passes(*gate, range.last));
    }
    EXPECT_FALSE(passes(*gate, 200'000));
  }
}

}  // namespace
}  // namespace vigil::plan
