#include "engine/compile/plan/text_tree.h"

#include <algorithm>
#include <string_view>

namespace vigil::plan {
namespace {

std::uint32_t shared_start(std::string_view a, std::string_view b) {
  return static_cast<std::uint32_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

TextTree::TextTree(std::vector<Mark> marks) : marks_(std::move(marks)) {
  std::ranges::sort(marks_, {}, &Mark::text);  // std::string compares bytes as unsigned
  std::size_t most = 1;
  for (const Mark& mark : marks_) most += mark.text.size();
  nodes_.reserve(most);
  extents_.reserve(most);
  // By mark: bytes it begins with like the one before.
  std::vector<std::uint32_t> shared(marks_.size());
  for (std::size_t i = 1; i < marks_.size(); ++i)
    shared[i] = shared_start(marks_[i - 1].text, marks_[i].text);
  add_node(0, {.first = 0, .last = static_cast<std::uint32_t>(marks_.size())});
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) add_children(node, shared);
}

std::span<const Mark> TextTree::marks_at(std::uint32_t node) const {
  const Extent& extent = extents_[node];
  return std::span(marks_).subspan(extent.first, extent.ends - extent.first);
}

void TextTree::add_node(std::uint8_t byte, Extent extent) {
  extent.ends = extent.first;
  while (extent.ends < extent.last && marks_[extent.ends].text.size() == extent.depth)
    ++extent.ends;
  nodes_.push_back({.byte = byte});
  extents_.push_back(extent);
}

// All at once, so that they are neighbours.
void TextTree::add_children(std::uint32_t node, std::span<const std::uint32_t> shared) {
  const Extent extent = extents_[node];
  nodes_[node].first_child = static_cast<std::uint32_t>(nodes_.size());
  for (std::uint32_t first = extent.ends; first < extent.last;) {
    const char byte = marks_[first].text[extent.depth];
    std::uint32_t last = first + 1;
    while (last < extent.last && shared[last] > extent.depth) ++last;
    add_node(static_cast<std::uint8_t>(byte),
             {.first = first, .last = last, .depth = extent.depth + 1});
    ++nodes_[node].child_count;
    first = last;
  }
}

}  // namespace vigil::plan
