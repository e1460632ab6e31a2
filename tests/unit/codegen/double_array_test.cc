#include "engine/compile/codegen/double_array.h"

#include <bit>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "engine/compile/plan/classify.h"

namespace vigil::codegen {
namespace {

std::vector<std::string> random_strings(std::uint32_t seed, std::size_t count, std::size_t length) {
  std::mt19937 random(seed);
  std::vector<std::string> strings(count);
  for (std::string& string : strings) {
    for (std::size_t i = 0; i < length; ++i) string += static_cast<char>(1 + random() % 255);
  }
  return strings;
}

plan::TrieClassifier trie_of(const std::vector<std::string>& strings) {
  plan::Conditions<plan::TextTest> conditions;
  conditions.terms = {{.rule = 0}};
  conditions.tests = {{.values = &strings}};
  plan::RowTable rows(1, 16);
  return classify_text(conditions, plan::Direction::forward, rows);
}

std::size_t node_count(const std::vector<std::string>& strings) {
  std::set<std::string> prefixes;
  for (const std::string& string : strings) {
    for (std::size_t length = 0; length <= string.size(); ++length)
      prefixes.insert(string.substr(0, length));
  }
  return prefixes.size();
}

TEST(DoubleArray, packs_random_strings_tightly) {
  const auto strings = random_strings(1, 5000, 40);
  const auto trie = trie_of(strings);
  EXPECT_EQ(trie.nodes.size(), node_count(strings));
  DoubleArray packed;
  packed.add(trie);
  EXPECT_LT(packed.take().size(), trie.nodes.size() * 11 / 10);
}

TEST(DoubleArray, every_node_has_a_place_of_its_own) {
  DoubleArray packed;
  std::size_t nodes = 0;
  std::set<std::uint32_t> roots;
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const auto trie = trie_of(random_strings(seed, 50, 3));
    nodes += trie.nodes.size();
    roots.insert(packed.add(trie));
  }
  EXPECT_EQ(roots.size(), 20U);
  const auto table = packed.take();
  std::size_t children = 0;
  for (std::uint32_t place = 0; place < table.size(); ++place) {
    if (table[place].check == ~std::uint32_t{0}) continue;
    ++children;
    const std::uint32_t byte = place - table[table[place].check].base;
    EXPECT_GE(byte, 1U);
    EXPECT_LE(byte, 255U);
  }
  EXPECT_EQ(children + roots.size(), nodes);
}

TEST(DoubleArray, a_trie_of_one_node_is_a_root) {
  DoubleArray packed;
  const std::vector<std::string> only_empty = {""};
  const std::uint32_t root = packed.add(trie_of(only_empty));
  const auto table = packed.take();
  ASSERT_LT(root, table.size());
  EXPECT_EQ(table[root].check, ~std::uint32_t{0});
  EXPECT_NE(table[root].row_exact, table[root].row_prefix);
}

TEST(DoubleArray, a_byte_leads_to_the_child_that_has_it_and_to_no_other) {
  DoubleArray packed;
  const std::vector<std::string> few = {"/etc/shadow", "/etc"};
  const std::uint32_t root = packed.add(trie_of(few));
  const auto table = packed.take();
  const std::size_t mask = std::bit_ceil(table.size()) - 1;
  ASSERT_EQ(mask + 1, table.size()) << "nothing is to be padded";
  std::set<std::uint32_t> children;
  std::size_t ways = 0;
  for (std::uint32_t node = 0; node < table.size(); ++node) {
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t next = (table[node].base + byte) & mask;
      if (table[next].check != node) continue;
      ++ways;
      children.insert(next);
    }
  }
  EXPECT_EQ(ways, few[0].size());
  EXPECT_EQ(children.size(), few[0].size());
  EXPECT_FALSE(children.contains(root));
}

}  // namespace
}  // namespace vigil::codegen
