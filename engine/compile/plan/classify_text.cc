#include <algorithm>
#include <string>
#include <string_view>

#include "engine/compile/plan/classify.h"

namespace vigil::plan {
namespace {

// One value of a term, as the walk sees it.
struct Mark {
  std::string text;
  std::uint32_t term = 0;
  TextMatch match = TextMatch::whole;
};

std::vector<Mark> sorted_marks(const Conditions<TextTest>& conditions, Direction direction) {
  std::vector<Mark> marks;
  for (std::uint32_t term = 0; term < conditions.tests.size(); ++term) {
    const TextTest& test = conditions.tests[term];
    for (const std::string& value : *test.values) {
      marks.push_back({value, term, test.match});
      if (direction == Direction::reversed) std::ranges::reverse(marks.back().text);
    }
  }
  std::ranges::sort(marks, {}, &Mark::text);  // std::string compares bytes as unsigned
  return marks;
}

std::uint32_t shared_start(std::string_view a, std::string_view b) {
  return static_cast<std::uint32_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

// Adds all children of a node at once, so that they are neighbours; then gives the nodes
// rows depth first, so that prefixes are entered and left as the walk would.
class TrieBuilder {
 public:
  TrieBuilder(const std::vector<Mark>& marks, RowSweep& sweep) : marks_(marks), sweep_(sweep) {}

  std::vector<TrieClassifier::Node> build() {
    prepare();
    add_node(0, {.first = 0, .last = static_cast<std::uint32_t>(marks_.size())});
    while (!without_children_.empty()) {
      const std::uint32_t node = without_children_.back();
      without_children_.pop_back();
      add_children(node);
    }
    assign_rows();
    return std::move(nodes_);
  }

 private:
  // The marks that begin with the node's text: [first, ends) end here, [ends, last) go on.
  struct Extent {
    std::uint32_t first = 0;
    std::uint32_t ends = 0;
    std::uint32_t last = 0;
    std::uint32_t depth = 0;
  };
  struct Visit {
    std::uint32_t node = 0;
    std::uint32_t children_done = 0;
  };

  void prepare() {
    std::size_t most = 1;
    for (const Mark& mark : marks_) most += mark.text.size();
    nodes_.reserve(most);
    extents_.reserve(most);
    shared_.resize(marks_.size());
    for (std::size_t i = 1; i < marks_.size(); ++i)
      shared_[i] = shared_start(marks_[i - 1].text, marks_[i].text);
  }

  void add_node(std::uint8_t byte, Extent extent) {
    extent.ends = extent.first;
    while (extent.ends < extent.last && marks_[extent.ends].text.size() == extent.depth)
      ++extent.ends;
    without_children_.push_back(static_cast<std::uint32_t>(nodes_.size()));
    nodes_.push_back({.byte = byte});
    extents_.push_back(extent);
  }

  void add_children(std::uint32_t node) {
    const Extent extent = extents_[node];
    nodes_[node].first_child = static_cast<std::uint32_t>(nodes_.size());
    for (std::uint32_t first = extent.ends; first < extent.last;) {
      const char byte = marks_[first].text[extent.depth];
      std::uint32_t last = first + 1;
      while (last < extent.last && shared_[last] > extent.depth) ++last;
      add_node(static_cast<std::uint8_t>(byte),
               {.first = first, .last = last, .depth = extent.depth + 1});
      ++nodes_[node].child_count;
      first = last;
    }
  }

  void assign_rows() {
    nodes_[0].row_prefix = nodes_[0].row_exact = sweep_.row();
    std::vector<Visit> path;
    for (path.push_back(open(0, nodes_[0].row_prefix)); !path.empty();) {
      Visit& visit = path.back();
      const TrieClassifier::Node& node = nodes_[visit.node];
      if (visit.children_done < node.child_count) {
        path.push_back(open(node.first_child + visit.children_done++, node.row_prefix));
      } else {
        for_marks(visit.node, TextMatch::start, &RowSweep::leave);
        path.pop_back();
      }
    }
  }

  Visit open(std::uint32_t index, RowId inherited) {
    TrieClassifier::Node& node = nodes_[index];
    node.row_prefix = node.row_exact = inherited;
    if (extents_[index].first != extents_[index].ends) {
      for_marks(index, TextMatch::start, &RowSweep::enter);
      node.row_prefix = sweep_.row();
      for_marks(index, TextMatch::whole, &RowSweep::enter);
      node.row_exact = sweep_.row();
      for_marks(index, TextMatch::whole, &RowSweep::leave);
    }
    return {index, 0};
  }

  void for_marks(std::uint32_t node, TextMatch match, void (RowSweep::*step)(std::uint32_t)) {
    for (std::size_t i = extents_[node].first; i < extents_[node].ends; ++i) {
      if (marks_[i].match == match) (sweep_.*step)(marks_[i].term);
    }
  }

  const std::vector<Mark>& marks_;
  RowSweep& sweep_;
  std::vector<TrieClassifier::Node> nodes_;
  std::vector<std::uint32_t> shared_;  // by mark: bytes it begins with like the one before
  std::vector<Extent> extents_;        // by node
  std::vector<std::uint32_t> without_children_;  // so far
};

}  // namespace

TrieClassifier classify_text(const Conditions<TextTest>& conditions, Direction direction,
                             RowTable& rows) {
  const std::vector<Mark> marks = sorted_marks(conditions, direction);
  RowSweep sweep(rows, conditions.terms);
  return {.reversed = direction == Direction::reversed, .nodes = TrieBuilder(marks, sweep).build()};
}

}  // namespace vigil::plan
