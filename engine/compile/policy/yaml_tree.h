// YAML documents as plain trees with places, read with limits on size, depth and aliases.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/diagnostics.h"

namespace vigil::policy {

struct Node;
// Shared: an alias is another pointer to what its anchor names.
using NodePtr = std::shared_ptr<const Node>;

struct Node {
  enum class Kind : std::uint8_t { null, scalar, sequence, mapping } kind = Kind::null;
  bool quoted = false;         // scalar: text and nothing else, "12" is no number
  std::string text;            // scalar
  std::vector<NodePtr> items;  // sequence
  std::vector<std::pair<NodePtr, NodePtr>> members;  // mapping, in the order of the file
  bool merges = false;  // mapping: can have any other members, which has been reported
  // Of the whole subtree, aliases written out.
  std::size_t values = 1;
  std::size_t text_bytes = 0;
  Span span;
};

// Documents up to the first that is not well-formed.
std::vector<NodePtr> load_yaml(const SourceFilePtr& source, Diagnostics& diagnostics);

}  // namespace vigil::policy
