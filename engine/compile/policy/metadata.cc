#include "engine/compile/policy/metadata.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/compile/policy/parse.h"
#include "engine/schema/codes.h"

namespace vigil::policy {
namespace {

namespace code = schema::code;

constexpr std::size_t max_name_bytes = 253;

bool is_dns_label(std::string_view label) {
  auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !label.empty() && alphanumeric(label.front()) && alphanumeric(label.back()) &&
         std::ranges::all_of(label, [&](char c) { return alphanumeric(c) || c == '-'; });
}

void check_map(const Node& node, std::string_view key, Diagnostics& diagnostics) {
  if (node.kind != Node::Kind::mapping) {
    diagnostics.error(code::wrong_shape.code, node.span,
                      fmt::format("'{}' is a mapping from names to texts", key));
    return;
  }
  for (const auto& [name, value] : node.members) as_text(*value, diagnostics);
}

// What is ignored must still be what Kubernetes would take.
void check_ignored(const Reader& metadata, Diagnostics& diagnostics) {
  for (std::string_view key : {"namespace", "generateName", "uid", "resourceVersion",
                               "creationTimestamp", "deletionTimestamp", "selfLink"})
    metadata.text(key);
  for (std::string_view key : {"generation", "deletionGracePeriodSeconds"}) metadata.number(key);
  for (std::string_view key : {"managedFields", "ownerReferences"}) metadata.list(key);
  metadata.texts("finalizers");
  for (std::string_view key : {"labels", "annotations"})
    if (const Node* node = metadata.find(key)) check_map(*node, key, diagnostics);
}

}  // namespace

bool is_policy_name(std::string_view name) {
  if (name.size() > max_name_bytes) return false;
  for (;;) {
    std::size_t dot = name.find('.');
    if (!is_dns_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

Text read_metadata(const Reader& document, Diagnostics& diagnostics) {
  const Node* node = document.find("metadata");
  if (node == nullptr) return {};
  Reader metadata(*node, schema::Mapping::metadata, diagnostics);
  check_ignored(metadata, diagnostics);
  const Text name = metadata.required_text("name");
  if (name.readable && !is_policy_name(name.value)) {
    diagnostics.error(code::bad_name.code, name.span,
                      fmt::format("'{}' cannot be the name of a policy", name.value),
                      "lower case letters, digits, '-' and '.', at most 253, beginning and ending "
                      "with a letter or digit");
  }
  return name;
}

}  // namespace vigil::policy
