// TextTree: the values of all terms of a dimension as one tree, a node per text that one begins
// with.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/compile/plan/classify.h"

namespace vigil::plan {

// One value of a term.
struct Mark {
  std::string text;
  std::uint32_t term = 0;
  TextMatch match = TextMatch::whole;
};

class TextTree {
 public:
  explicit TextTree(std::vector<Mark> marks);

  // Without rows. Node 0 is the root; parents come before their children, shorter texts before
  // longer ones.
  const std::vector<TrieClassifier::Node>& nodes() const { return nodes_; }
  // Those whose text is the node's.
  std::span<const Mark> marks_at(std::uint32_t node) const;

 private:
  // The marks that begin with the node's text: [first, ends) end here, [ends, last) go on.
  struct Extent {
    std::uint32_t first = 0;
    std::uint32_t ends = 0;
    std::uint32_t last = 0;
    std::uint32_t depth = 0;
  };

  void add_node(std::uint8_t byte, Extent extent);
  void add_children(std::uint32_t node, std::span<const std::uint32_t> shared);

  std::vector<Mark> marks_;  // sorted
  std::vector<TrieClassifier::Node> nodes_;
  std::vector<Extent> extents_;  // by node
};

}  // namespace vigil::plan
