#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/random_policies.h"

namespace vigil::plan {
namespace {

using testing::Event;
using testing::IpAddress;
using testing::Looked;
using testing::RandomPolicies;
using testing::Unreadable;

RowId row_of(const TrieClassifier& trie, std::string text) {
  if (trie.reversed) std::reverse(text.begin(), text.end());
  const TrieClassifier::Node* node = &trie.nodes[0];
  for (char c : text) {
    const auto first = trie.nodes.begin() + node->first_child;
    const auto last = first + node->child_count;
    const auto child = std::find_if(
        first, last, [&](const auto& each) { return each.byte == static_cast<std::uint8_t>(c); });
    if (child == last) return node->row_prefix;
    node = &*child;
  }
  return node->row_exact;
}

RowId row_of(const std::vector<RangeClassifier::Bound>& bounds, std::uint64_t value) {
  RowId row = bounds.front().row;
  for (const auto& bound : bounds) {
    if (bound.from <= value) row = bound.row;
  }
  return row;
}

Row sum_of(const HookPlan& plan, const std::vector<RangeClassifier::Bound>& bounds, Row row,
           const std::set<std::uint32_t>& values) {
  for (const std::uint32_t value : values) {
    const Row& of_value = plan.rows[row_of(bounds, value)];
    for (std::size_t rule = 0; rule < plan.rules.size(); ++rule)
      if (of_value.test(rule)) row.set(rule);
  }
  return row;
}

RowId row_of(const AddressClassifier& addresses, const IpAddress& address) {
  std::uint64_t high = 0, low = 0;
  for (int i = 0; i < 8; ++i) high = high << 8 | address.bytes[static_cast<std::size_t>(i)];
  for (int i = 8; i < 16; ++i) low = low << 8 | address.bytes[static_cast<std::size_t>(i)];
  if (!address.is_ipv6) return row_of(addresses.ipv4, high >> 32);
  RowId row = addresses.ipv6.front().row;
  for (const auto& bound : addresses.ipv6) {
    if (std::pair(bound.from_high, bound.from_low) <= std::pair(high, low)) row = bound.row;
  }
  return row;
}

std::set<std::uint32_t> bits_of(const Looked& looked) {
  if (const auto* bits = std::get_if<std::set<std::uint32_t>>(&looked)) return *bits;
  std::set<std::uint32_t> bits;
  for (std::uint32_t bit = 0; bit < 64; ++bit) {
    if ((std::get<std::uint64_t>(looked) >> bit & 1) != 0) bits.insert(bit);
  }
  return bits;
}

Row row_of(const HookPlan& plan, const BitClassifier& bits, const Row& unreadable,
           const Looked& looked) {
  Row row = bits.none_of ? Row::all(plan.rules.size()) : unreadable;
  for (std::uint32_t bit : bits_of(looked)) {
    const Row& of_bit = plan.rows[bits.rows[bit]];
    for (std::size_t rule = 0; rule < plan.rules.size(); ++rule) {
      if (bits.none_of && !of_bit.test(rule)) row.clear(rule);
      if (!bits.none_of && of_bit.test(rule)) row.set(rule);
    }
  }
  return row;
}

// Each end of each beginning of the text is looked up: what an automaton need not do.
Row row_of(const HookPlan& plan, const SubstringClassifier& texts, std::string text) {
  Row row = plan.rows[texts.nodes[0].row_exact];
  if (texts.ignores_case)
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  for (std::size_t from = 0; from < text.size(); ++from) {
    const TrieClassifier::Node* node = &texts.nodes[0];
    for (std::size_t at = from; at < text.size(); ++at) {
      const auto children = std::span(texts.nodes).subspan(node->first_child, node->child_count);
      const auto child = std::ranges::find(children, static_cast<std::uint8_t>(text[at]),
                                           &TrieClassifier::Node::byte);
      if (child == children.end()) break;
      node = &*child;
      for (std::size_t rule = 0; rule < plan.rules.size(); ++rule)
        if (plan.rows[node->row_exact].test(rule)) row.set(rule);
    }
  }
  return row;
}

Row row_of(const HookPlan& plan, const Dimension& dimension, const Looked& looked) {
  const Row& unreadable = plan.rows[dimension.row_none];
  if (std::holds_alternative<Unreadable>(looked)) return unreadable;
  if (const auto* trie = std::get_if<TrieClassifier>(&dimension.classifier)) {
    return plan.rows[row_of(*trie, std::get<std::string>(looked))];
  }
  if (const auto* texts = std::get_if<SubstringClassifier>(&dimension.classifier)) {
    return row_of(plan, *texts, std::get<std::string>(looked));
  }
  if (dimension.field == Field::workload) {
    const auto& bounds = std::get<RangeClassifier>(dimension.classifier).bounds;
    return sum_of(plan, bounds, unreadable, std::get<std::set<std::uint32_t>>(looked));
  }
  if (const auto* ranges = std::get_if<RangeClassifier>(&dimension.classifier)) {
    const std::uint64_t flip = ranges->is_signed ? std::uint64_t{1} << 63 : 0;
    return plan.rows[row_of(ranges->bounds, std::get<std::uint64_t>(looked) ^ flip)];
  }
  if (const auto* addresses = std::get_if<AddressClassifier>(&dimension.classifier)) {
    return plan.rows[row_of(*addresses, std::get<IpAddress>(looked))];
  }
  return row_of(plan, std::get<BitClassifier>(dimension.classifier), unreadable, looked);
}

std::vector<bool> alive_rules(const HookPlan& plan, const Event& event) {
  std::vector<bool> alive(plan.rules.size(), true);
  for (const Dimension& dimension : plan.dimensions) {
    const Row row = row_of(plan, dimension, look(plan, dimension, event));
    for (std::size_t rule = 0; rule < alive.size(); ++rule)
      alive[rule] = alive[rule] && row.test(rule);
  }
  return alive;
}

class Classification : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Classification, agrees_with_the_conditions_one_by_one) {
  std::size_t matched = 0;
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    RandomPolicies policies(seed, GetParam());
    const auto parts = plan(policies.key(), policies.loaded(), policies.set_numbers());
    ASSERT_TRUE(parts) << parts.error().message();
    for (int round = 0; round < 100; ++round) {
      const Event event = policies.event();
      for (const HookPlan& part : *parts) {
        const std::vector<bool> alive = alive_rules(part, event);
        ASSERT_EQ(alive, policies.expected(part, event)) << "seed " << seed << "\n"
                                                         << explain(part);
        matched += static_cast<std::size_t>(std::ranges::count(alive, true));
      }
    }
  }
  EXPECT_GT(matched, 0U);
}

INSTANTIATE_TEST_SUITE_P(policies, Classification, ::testing::Values(1, 2, 7, 40, 100));

}  // namespace
}  // namespace vigil::plan
