#include "engine/compile/codegen/program_sets.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/compile/codegen/double_array.h"
#include "engine/compile/plan/classify.h"

namespace vigil::codegen {
namespace {

// Each set is a rule with one condition; a row tells which of them hold.
struct Sets {
  std::vector<std::uint32_t> numbers;
  plan::Conditions<plan::TextTest> conditions;

  void add(std::uint32_t number, const plan::FollowSet& set) {
    const bool whole = set.match == check::TextCondition::Kind::equal;
    conditions.terms.push_back({static_cast<std::uint32_t>(numbers.size()), plan::Sense::plain});
    conditions.tests.push_back(
        {whole ? plan::TextMatch::whole : plan::TextMatch::start, &set.paths});
    numbers.push_back(number);
  }
};

struct Words {
  wire_u64 words[VG_FOLLOW_WORDS] = {};
};

class Packer {
 public:
  // The root's place.
  std::uint32_t pack(const Sets& sets, plan::Direction direction);
  std::vector<vg_program_node> finish(std::uint32_t forward, std::uint32_t reversed);

 private:
  DoubleArray tries_;
  std::vector<Words> rows_;  // of all tries, one behind the other
};

std::uint32_t Packer::pack(const Sets& sets, plan::Direction direction) {
  constexpr std::size_t most_rows = std::size_t{1} << 20;
  plan::RowTable table(sets.numbers.size(), most_rows);
  plan::TrieClassifier trie = plan::classify_text(sets.conditions, direction, table);
  const auto first = static_cast<plan::RowId>(rows_.size());
  for (plan::TrieClassifier::Node& node : trie.nodes) {
    node.row_prefix += first;
    node.row_exact += first;
  }
  for (const plan::Row& row : table.take()) {
    Words& made = rows_.emplace_back();
    for (std::size_t i = 0; i < sets.numbers.size(); ++i) {
      const std::uint32_t number = sets.numbers[i];
      if (row.test(i)) made.words[number / 64] |= std::uint64_t{1} << (number % 64);
    }
  }
  return tries_.add(trie);
}

std::vector<vg_program_node> Packer::finish(std::uint32_t forward, std::uint32_t reversed) {
  const std::vector<vg_trie_node> places = tries_.take();
  const std::size_t count = std::bit_ceil(places.size());
  const vg_program_head head{.forward = forward,
                             .reversed = reversed,
                             .mask = static_cast<wire_u32>(count - 1),
                             .pad = 0,
                             .unused = {}};
  vg_program_node free{};
  free.check = ~wire_u32{0};
  std::vector<vg_program_node> nodes(1 + count, free);
  std::memcpy(nodes.data(), &head, sizeof(head));
  for (std::size_t i = 0; i < places.size(); ++i) {
    vg_program_node& node = nodes[1 + i];
    node.check = places[i].check;
    node.base = places[i].base;
    std::ranges::copy(rows_[places[i].row_prefix].words, node.prefix);
    std::ranges::copy(rows_[places[i].row_exact].words, node.exact);
  }
  return nodes;
}

}  // namespace

std::vector<vg_program_node> make_program_sets(const plan::FollowSets& sets) {
  Sets forward, reversed;
  for (const auto& [set, number] : sets) {
    if (!set.match) continue;
    (*set.match == check::TextCondition::Kind::postfix ? reversed : forward).add(number, set);
  }
  Packer packer;
  const std::uint32_t forward_root = packer.pack(forward, plan::Direction::forward);
  const std::uint32_t reversed_root = packer.pack(reversed, plan::Direction::reversed);
  return packer.finish(forward_root, reversed_root);
}

}  // namespace vigil::codegen
