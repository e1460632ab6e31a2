#include "cli/json_schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/compile/policy/reader.h"
#include "engine/compile/policy/yaml_tree.h"
#include "engine/schema/field_paths.h"
#include "proto/json.h"

namespace vigil::cli {
namespace {

using schema::Field;
using schema::Key;
using schema::KeySupport;
using schema::Mapping;
using schema::Shape;
using schema::ValueCount;
using schema::ValueKind;

using Members = std::vector<std::pair<std::string, std::string>>;
enum class Null { refused, accepted };

std::string quoted(std::string_view text) {
  std::string out;
  proto::append_json_string(text, out);
  return out;
}

std::string indented(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\n  ") : std::string(1, c);
  return out;
}

std::string object(const Members& members) {
  std::string out;
  for (const auto& [name, value] : members)
    out += fmt::format("{}\n  {}: {}", out.empty() ? "" : ",", quoted(name), indented(value));
  return out.empty() ? "{}" : '{' + out + "\n}";
}

std::string array(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ", "));
}

void append(Members& members, Members more) {
  for (auto& member : more) members.push_back(std::move(member));
}

std::string reference(Mapping mapping) {
  return quoted(fmt::format("#/definitions/{}", schema::path_to(mapping)));
}

std::string types(std::vector<std::string_view> names, Null null) {
  if (null == Null::accepted) names.push_back("null");
  if (names.size() == 1) return quoted(names.front());
  return fmt::format("[\"{}\"]", fmt::join(names, "\", \""));
}

// Text takes any scalar.
Members any_text(Null null) { return {{"type", types({"string", "number", "boolean"}, null)}}; }

Members one_word(const schema::WordList& list, Null null) {
  std::vector<std::string> words, meanings;
  for (const auto& [spelling, meaning] : list.words()) {
    words.push_back(quoted(spelling));
    meanings.push_back(quoted(meaning));
  }
  if (null == Null::accepted) {
    words.emplace_back("null");
    meanings.push_back(quoted("as if it were not there"));
  }
  return {{"enum", array(words)}, {"enumDescriptions", array(meanings)}};
}

Members one_value(const Shape& shape, Null null) {
  switch (shape.kind) {
    case ValueKind::text:
      if (shape.words == nullptr) return any_text(null);
      return {{"anyOf",
               array({object(one_word(*shape.words, Null::refused)), object(any_text(null))})}};
    case ValueKind::number: return {{"type", types({"integer"}, null)}};
    case ValueKind::flag: return {{"type", types({"boolean"}, null)}};
    case ValueKind::word: return one_word(*shape.words, null);
    case ValueKind::mapping: {
      Members mapping{{"$ref", reference(*shape.mapping)}};
      if (null == Null::refused) return mapping;
      return {{"anyOf", array({object(mapping), object({{"type", quoted("null")}})})}};
    }
  }
  return {};
}

Members value(const Shape& shape, Null null) {
  switch (shape.count) {
    case ValueCount::one: return one_value(shape, null);
    case ValueCount::list:
      return {{"type", types({"array"}, null)}, {"items", object(one_value(shape, Null::refused))}};
    case ValueCount::by_name:
      return {{"type", types({"object"}, null)},
              {"additionalProperties", object(one_value(shape, Null::refused))}};
  }
  return {};
}

std::string json_of(const policy::Node& node);

std::string json_of_scalar(const policy::Node& node) {
  Diagnostics ignored;
  if (const auto number = policy::as_number(node, ignored); number.readable)
    return std::to_string(number.value);
  if (const auto flag = policy::as_flag(node, ignored); flag.readable)
    return flag.value ? "true" : "false";
  return quoted(node.text);
}

std::string json_of_list(const policy::Node& node) {
  std::vector<std::string> items;
  for (const auto& item : node.items) items.push_back(json_of(*item));
  return array(items);
}

std::string json_of_mapping(const policy::Node& node) {
  std::vector<std::string> members;
  for (const auto& [key, member] : node.members)
    members.push_back(fmt::format("{}: {}", quoted(key->text), json_of(*member)));
  return fmt::format("{{{}}}", fmt::join(members, ", "));
}

std::string json_of(const policy::Node& node) {
  switch (node.kind) {
    case policy::Node::Kind::null: return "null";
    case policy::Node::Kind::scalar: return json_of_scalar(node);
    case policy::Node::Kind::sequence: return json_of_list(node);
    case policy::Node::Kind::mapping: return json_of_mapping(node);
  }
  return {};
}

// Examples are written as in policies.
std::string json_of(std::string_view yaml) {
  Diagnostics ignored;
  const auto documents =
      policy::load_yaml(std::make_shared<const SourceFile>("example", std::string(yaml)), ignored);
  return documents.empty() ? "null" : json_of(*documents.front());
}

std::string property(const Key& key, const Field* field) {
  switch (key.support) {
    case KeySupport::ignored: return object({{"description", quoted("Without meaning here.")}});
    case KeySupport::not_yet:
      return object({{"description", quoted("Not supported yet.")},
                     {"enum", array({"null", "false", "[]"})}});
    case KeySupport::required:
    case KeySupport::optional: break;
  }
  if (field == nullptr) return "{}";
  const Null null = key.support == KeySupport::required ? Null::refused : Null::accepted;
  Members members{{"description", quoted(field->meaning)},
                  {"examples", array({json_of(field->example)})}};
  append(members, value(field->shape, null));
  return object(members);
}

Members mapping(Mapping mapping) {
  Members properties;
  std::vector<std::string> required;
  for (const Key& key : schema::keys(mapping)) {
    properties.emplace_back(key.name, property(key, schema::find_field(mapping, key.name)));
    if (key.support == KeySupport::required) required.push_back(quoted(key.name));
  }
  return {{"type", quoted("object")},
          {"required", array(required)},
          {"additionalProperties", "false"},
          {"properties", object(properties)}};
}

}  // namespace

std::string json_schema() {
  Members definitions;
  for (const Mapping below : schema::all_mappings()) {
    if (below != Mapping::document)
      definitions.emplace_back(schema::path_to(below), object(mapping(below)));
  }
  Members document{{"$schema", quoted("http://json-schema.org/draft-07/schema#")},
                   {"title", quoted("TracingPolicy of Vigil")}};
  append(document, mapping(Mapping::document));
  document.emplace_back("definitions", object(definitions));
  return object(document) + '\n';
}

}  // namespace vigil::cli
