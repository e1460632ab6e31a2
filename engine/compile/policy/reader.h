// Reader: takes a mapping apart by its table of keys, and scalars by their type.
// Every mistake is reported once, where it stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/compile/policy/policy.h"
#include "engine/compile/policy/yaml_tree.h"
#include "engine/schema/keys.h"

namespace vigil::policy {

// A scalar as upstream's YAML 1.1 reads it into a string: plain 0x10 is "16", plain yes
// is "true"; quoted text is what it is.
std::optional<Text> as_text(const Node& node, Diagnostics& diagnostics);
std::optional<Number> as_number(const Node& node, Diagnostics& diagnostics);
std::optional<Flag> as_flag(const Node& node, Diagnostics& diagnostics);

class Reader {
 public:
  Reader(const Node& node, schema::Mapping mapping, Diagnostics& diagnostics);

  // False: not a mapping at all; nothing will be found in it.
  bool is_mapping() const { return node_.kind == Node::Kind::mapping; }
  const Span& span() const { return node_.span; }
  Span key_span(std::string_view key) const;

  // Null when the key is missing or its value is null.
  const Node* find(std::string_view key) const;

  std::optional<Text> text(std::string_view key) const;
  std::optional<Number> number(std::string_view key) const;
  std::optional<Flag> flag(std::string_view key) const;
  // Items of a list; a list that is missing is empty.
  const std::vector<NodePtr>& list(std::string_view key) const;
  std::vector<Text> texts(std::string_view key) const;
  std::vector<Number> numbers(std::string_view key) const;

 private:
  void check_members() const;
  void check_member(const Node& key, const Node& value) const;
  void check_required() const;

  const Node& node_;
  schema::Mapping mapping_;
  Diagnostics& diagnostics_;
};

}  // namespace vigil::policy
