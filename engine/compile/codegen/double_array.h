// DoubleArray: the tries of a hook, packed into one table that is walked with one load
// per byte (kernel/include/runtime_abi.h, vg_trie_node).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/compile/plan/hook_plan.h"
#include "kernel/include/runtime_abi.h"

namespace vigil::codegen {

class DoubleArray {
 public:
  // Packs one more trie; its root's place.
  std::uint32_t add(const plan::TrieClassifier& trie);
  // The same of an automaton.
  std::uint32_t add(const plan::SubstringClassifier& automaton);

  // All places up to the last used one; free ones are no node's child. A walk goes around at a
  // power of two, so there are places for all bytes: no two of a node may meet. None without tries.
  std::vector<vg_trie_node> take();

 private:
  using Place = std::uint32_t;
  using Nodes = std::vector<plan::TrieClassifier::Node>;

  // The places of the nodes.
  std::vector<Place> pack(const Nodes& nodes);
  Place base_for(std::span<const plan::TrieClassifier::Node> children);
  bool fits(Place base, std::span<const plan::TrieClassifier::Node> children) const;
  bool is_free(Place place) const {
    return place >= next_free_.size() || next_free_[place] != occupied;
  }
  void occupy(Place place);
  void grow(Place places);

  static constexpr Place occupied = ~Place{0};

  std::vector<vg_trie_node> table_;
  Place used_end_ = 1;  // all places from here on are free
  // Free places are a ring through place 0, which is never used; occupied ones are marked.
  std::vector<Place> next_free_;
  std::vector<Place> previous_free_;
};

}  // namespace vigil::codegen
