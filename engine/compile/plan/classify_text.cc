#include <algorithm>
#include <string>

#include "engine/base/text.h"
#include "engine/compile/plan/classify.h"
#include "engine/compile/plan/text_tree.h"

namespace vigil::plan {
namespace {

std::vector<Mark> marks_of(const Conditions<TextTest>& conditions) {
  std::vector<Mark> marks;
  for (std::uint32_t term = 0; term < conditions.tests.size(); ++term) {
    const TextTest& test = conditions.tests[term];
    for (const std::string& value : *test.values) marks.push_back({value, term, test.match});
  }
  return marks;
}

// Gives the nodes rows depth first, so that prefixes are entered and left as the walk would.
class RowAssigner {
 public:
  RowAssigner(const TextTree& tree, RowSweep& sweep)
      : tree_(tree), sweep_(sweep), nodes_(tree.nodes()) {}

  std::vector<TrieClassifier::Node> assign() {
    std::vector<Visit> path;
    for (path.push_back(open(0, sweep_.row())); !path.empty();) {
      Visit& visit = path.back();
      const TrieClassifier::Node& node = nodes_[visit.node];
      if (visit.children_done < node.child_count) {
        path.push_back(open(node.first_child + visit.children_done++, node.row_prefix));
      } else {
        for_marks(visit.node, TextMatch::start, &RowSweep::leave);
        path.pop_back();
      }
    }
    return std::move(nodes_);
  }

 private:
  struct Visit {
    std::uint32_t node = 0;
    std::uint32_t children_done = 0;
  };

  Visit open(std::uint32_t index, RowId inherited) {
    TrieClassifier::Node& node = nodes_[index];
    node.row_prefix = node.row_exact = inherited;
    if (!tree_.marks_at(index).empty()) {
      for_marks(index, TextMatch::start, &RowSweep::enter);
      node.row_prefix = sweep_.row();
      for_marks(index, TextMatch::whole, &RowSweep::enter);
      node.row_exact = sweep_.row();
      for_marks(index, TextMatch::whole, &RowSweep::leave);
    }
    return {index, 0};
  }

  void for_marks(std::uint32_t node, TextMatch match, void (RowSweep::*step)(std::uint32_t)) {
    for (const Mark& mark : tree_.marks_at(node)) {
      if (mark.match == match) (sweep_.*step)(mark.term);
    }
  }

  const TextTree& tree_;
  RowSweep& sweep_;
  std::vector<TrieClassifier::Node> nodes_;
};

const TrieClassifier::Node* child_of(const std::vector<TrieClassifier::Node>& nodes,
                                     const TrieClassifier::Node& node, std::uint8_t byte) {
  const auto children = std::span(nodes).subspan(node.first_child, node.child_count);
  const auto found = std::ranges::lower_bound(children, byte, {}, &TrieClassifier::Node::byte);
  return found != children.end() && found->byte == byte ? &*found : nullptr;
}

// By node. Parents come first, and so does what is shorter.
std::vector<std::uint32_t> fail_links(const std::vector<TrieClassifier::Node>& nodes) {
  std::vector<std::uint32_t> fail(nodes.size(), 0);
  for (std::uint32_t parent = 0; parent < nodes.size(); ++parent) {
    for (std::uint32_t i = 0; parent != 0 && i < nodes[parent].child_count; ++i) {
      const std::uint32_t child = nodes[parent].first_child + i;
      std::uint32_t from = fail[parent];
      const TrieClassifier::Node* next = nullptr;
      while ((next = child_of(nodes, nodes[from], nodes[child].byte)) == nullptr && from != 0)
        from = fail[from];
      fail[child] = next == nullptr ? 0 : static_cast<std::uint32_t>(next - nodes.data());
    }
  }
  return fail;
}

}  // namespace

TrieClassifier classify_text(const Conditions<TextTest>& conditions, Direction direction,
                             RowTable& rows) {
  std::vector<Mark> marks = marks_of(conditions);
  if (direction == Direction::reversed) {
    for (Mark& mark : marks) std::ranges::reverse(mark.text);
  }
  RowSweep sweep(rows, conditions.terms);
  const TextTree tree(std::move(marks));
  return {.reversed = direction == Direction::reversed, .nodes = RowAssigner(tree, sweep).assign()};
}

SubstringClassifier classify_substrings(const Conditions<TextTest>& conditions, LetterCase letters,
                                        RowTable& rows) {
  std::vector<Mark> marks = marks_of(conditions);
  if (letters == LetterCase::ignored) {
    for (Mark& mark : marks) std::ranges::transform(mark.text, mark.text.begin(), lower);
  }
  const TextTree tree(std::move(marks));
  SubstringClassifier classifier{.ignores_case = letters == LetterCase::ignored,
                                 .nodes = tree.nodes(),
                                 .fail = fail_links(tree.nodes())};
  const RowId nothing = rows.intern(indifferent_rules(rows.rules(), conditions.terms));
  for (std::uint32_t node = 0; node < classifier.nodes.size(); ++node) {
    RowId& row = classifier.nodes[node].row_exact;
    row = node == 0 ? nothing : classifier.nodes[classifier.fail[node]].row_exact;
    const auto marks_here = tree.marks_at(node);
    if (marks_here.empty()) continue;
    Row found = Row::none(rows.rules());
    for (const Mark& mark : marks_here) found.set(conditions.terms[mark.term].rule);
    row = rows.intern(rows.either(row, found));
  }
  return classifier;
}

}  // namespace vigil::plan
