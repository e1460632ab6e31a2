#include "engine/compile/codegen/double_array.h"

#include <algorithm>
#include <array>

namespace vigil::codegen {
namespace {

using Node = plan::TrieClassifier::Node;

constexpr std::uint32_t no_node = ~std::uint32_t{0};

// Free places tried before the end of the table is taken: keeps packing linear.
constexpr int most_tries = 512;

std::span<const Node> children_of(const std::vector<Node>& nodes, const Node& node) {
  return std::span(nodes).subspan(node.first_child, node.child_count);
}

// Wide nodes first, while there is room; nodes with one child fill the holes they leave.
std::vector<std::uint32_t> widest_first(const std::vector<Node>& nodes) {
  constexpr std::size_t most_children = 256;
  std::array<std::uint32_t, most_children + 1> wider{};  // by children: nodes that have more
  for (const Node& node : nodes) {
    for (std::size_t fewer = 0; fewer < node.child_count; ++fewer) ++wider[fewer];
  }
  std::vector<std::uint32_t> order(wider[0]);
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].child_count > 0) order[wider[nodes[i].child_count]++] = i;
  }
  return order;
}

}  // namespace

void DoubleArray::grow(Place places) {
  const Place first = static_cast<Place>(next_free_.size());
  if (places <= first) return;
  next_free_.resize(places);
  previous_free_.resize(places);
  table_.resize(places, vg_trie_node{.check = no_node, .base = 0, .row_prefix = 0, .row_exact = 0});
  if (first == 0) next_free_[0] = previous_free_[0] = 0;
  for (Place place = std::max<Place>(first, 1); place < places; ++place) {
    const Place last = previous_free_[0];
    next_free_[last] = place;
    previous_free_[place] = last;
    next_free_[place] = 0;
    previous_free_[0] = place;
  }
}

void DoubleArray::occupy(Place place) {
  if (place >= next_free_.size()) grow(std::max<Place>(place + 1, 2 * Place(next_free_.size())));
  next_free_[previous_free_[place]] = next_free_[place];
  previous_free_[next_free_[place]] = previous_free_[place];
  next_free_[place] = occupied;
  used_end_ = std::max(used_end_, place + 1);
}

bool DoubleArray::fits(Place base, std::span<const Node> children) const {
  return std::ranges::all_of(children,
                             [&](const Node& child) { return is_free(base + child.byte); });
}

// A base may be below 0, since only base + byte is a place: it wraps, as in the kernel.
DoubleArray::Place DoubleArray::base_for(std::span<const Node> children) {
  Place place = next_free_[0];
  for (int tries = 0; place != 0 && tries < most_tries; ++tries, place = next_free_[place]) {
    if (fits(place - children.front().byte, children)) return place - children.front().byte;
  }
  return used_end_ - children.front().byte;
}

std::uint32_t DoubleArray::add(const plan::TrieClassifier& trie) {
  return pack(trie.nodes).front();
}

std::uint32_t DoubleArray::add(const plan::SubstringClassifier& automaton) {
  const std::vector<Place> places = pack(automaton.nodes);
  for (std::size_t i = 0; i < places.size(); ++i)
    table_[places[i]].row_prefix = places[automaton.fail[i]];
  return places.front();
}

std::vector<DoubleArray::Place> DoubleArray::pack(const Nodes& nodes) {
  grow(2);
  std::vector<Place> places(nodes.size());
  places[0] = base_for(std::span(nodes).first(1)) + nodes[0].byte;
  occupy(places[0]);
  std::vector<Place> bases(nodes.size());
  for (std::uint32_t i : widest_first(nodes)) {
    const auto children = children_of(nodes, nodes[i]);
    bases[i] = base_for(children);
    for (std::size_t child = 0; child < children.size(); ++child) {
      places[nodes[i].first_child + child] = bases[i] + children[child].byte;
      occupy(bases[i] + children[child].byte);
    }
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    table_[places[i]].base = bases[i];
    table_[places[i]].row_prefix = nodes[i].row_prefix;
    table_[places[i]].row_exact = nodes[i].row_exact;
    for (std::size_t child = 0; child < nodes[i].child_count; ++child) {
      table_[places[nodes[i].first_child + child]].check = places[i];
    }
  }
  return places;
}

std::vector<vg_trie_node> DoubleArray::take() {
  constexpr std::size_t bytes = 256;
  grow(next_free_.empty() ? 0 : bytes);
  table_.resize(std::min<std::size_t>(table_.size(), std::max<std::size_t>(used_end_, bytes)));
  return std::move(table_);
}

}  // namespace vigil::codegen
