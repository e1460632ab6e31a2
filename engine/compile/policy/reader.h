// Reader: takes a mapping apart by its table of keys, and scalars by their type.
// Every mistake is reported once, where it stands; what it spoils is marked as not readable.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/compile/policy/policy.h"
#include "engine/compile/policy/yaml_tree.h"
#include "engine/schema/keys.h"

namespace vigil::policy {

// A scalar as upstream's YAML 1.1 reads it into a string: plain 0x10 is "16", plain yes
// is "true"; quoted text is what it is.
Text as_text(const Node& node, Diagnostics& diagnostics);
Number as_number(const Node& node, Diagnostics& diagnostics);
Flag as_flag(const Node& node, Diagnostics& diagnostics);

class Reader {
 public:
  Reader(const Node& node, schema::Mapping mapping, Diagnostics& diagnostics);

  // False: not a mapping at all; nothing will be found in it.
  bool is_mapping() const { return node_.kind == Node::Kind::mapping; }
  const Span& span() const { return node_.span; }
  Span key_span(std::string_view key) const;

  // Null when the key is missing or its value is null.
  const Node* find(std::string_view key) const;
  // No telling what its value is, as has been reported: it should be there, an unknown key looks
  // like it, a merge key may bring it, or there are no keys at all.
  bool is_lost(std::string_view key) const {
    return !is_mapping() || node_.merges || lost_.contains(key);
  }
  bool is_written(std::string_view key) const { return find(key) != nullptr || is_lost(key); }

  std::optional<Text> text(std::string_view key) const;
  // Of a key that must be there.
  Text required_text(std::string_view key) const;
  std::optional<Number> number(std::string_view key) const;
  std::optional<Flag> flag(std::string_view key) const;
  // Items of a list; a list that is missing is empty. Null: it cannot be read.
  const std::vector<NodePtr>* list(std::string_view key) const;
  // An item that cannot be read keeps its position; so does a list, as one such item.
  std::vector<Text> texts(std::string_view key) const;
  std::vector<Number> numbers(std::string_view key) const;

 private:
  void check_members();
  void check_member(const Node& key, const Node& value);
  void refuse_unknown(const Node& key);
  void check_required();

  template <typename T>
  std::optional<T> scalar(std::string_view key, T (*read)(const Node&, Diagnostics&)) const;
  template <typename T>
  std::vector<T> scalars(std::string_view key, T (*read)(const Node&, Diagnostics&)) const;

  const Node& node_;
  schema::Mapping mapping_;
  std::set<std::string_view> lost_;
  Diagnostics& diagnostics_;
};

}  // namespace vigil::policy
