#include "engine/compile/policy/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "engine/base/number.h"
#include "engine/schema/codes.h"
#include "engine/schema/names.h"
#include "engine/schema/similar.h"

namespace vigil::policy {
namespace {

namespace code = schema::code;

std::string_view kind_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null: return "nothing";
    case Node::Kind::scalar: return "a single value";
    case Node::Kind::sequence: return "a list";
    case Node::Kind::mapping: return "a mapping";
  }
  return {};
}

constexpr std::string_view empty_text =
    "write '' for the empty text, 'null' for that word, or remove it";

void wrong_shape(const Node& node, std::string_view wanted, Diagnostics& diagnostics,
                 std::string_view help = {}) {
  diagnostics.error(code::wrong_shape.code, node.span,
                    fmt::format("{} is expected here, this is {}", wanted, kind_name(node)),
                    std::string(help));
}

std::optional<bool> plain_bool(std::string_view text) {
  for (std::string_view yes : {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"}) {
    if (text == yes) return true;
  }
  for (std::string_view no : {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

struct Radix {
  int base;
  std::size_t prefix;
};

// YAML 1.1: 0x, 0b, 0o, and octal by a leading 0.
Radix radix_of(std::string_view digits) {
  if (digits.size() < 2 || digits[0] != '0') return {10, 0};
  switch (digits[1]) {
    case 'x':
    case 'X': return {16, 2};
    case 'b':
    case 'B': return {2, 2};
    case 'o':
    case 'O': return {8, 2};
  }
  return {8, 1};
}

struct Magnitude {
  bool negative;
  bool too_large;  // for 64 bits: the value says nothing
  std::uint64_t value;
};

std::optional<Magnitude> plain_integer(std::string_view text) {
  std::string digits(text);
  if (digits.empty() || digits[0] == '_') return std::nullopt;
  std::erase(digits, '_');
  bool negative = digits[0] == '-';
  if (negative || digits[0] == '+') digits.erase(0, 1);
  Radix radix = radix_of(digits);
  std::string_view body = std::string_view(digits).substr(radix.prefix);
  const auto value = read_number<std::uint64_t>(body, radix.base);
  if (!value && value.error() == NotANumber::malformed) return std::nullopt;
  return Magnitude{negative, !value, value.value_or(0)};
}

std::string plain_text(const std::string& text) {
  if (auto flag = plain_bool(text)) return *flag ? "true" : "false";
  if (auto number = plain_integer(text); number && !number->too_large) {
    return fmt::format("{}{}", number->negative && number->value != 0 ? "-" : "", number->value);
  }
  return text;
}

// Signals and errors, which have names elsewhere.
std::string number_meant(std::string_view name) {
  if (const auto signal = schema::number_of(schema::Names::signal, name))
    return fmt::format("write {}, the number of {}", *signal, name);
  if (name.starts_with('-')) name.remove_prefix(1);
  const auto error = schema::number_of(schema::Names::error, name);
  return error ? fmt::format("write -{}, the number of {}", *error, name) : "";
}

// What is not supported may still be written when it asks for nothing.
bool asks_for_nothing(const Node& value) {
  switch (value.kind) {
    case Node::Kind::null: return true;
    case Node::Kind::scalar: return !value.quoted && plain_bool(value.text) == false;
    case Node::Kind::sequence: return value.items.empty();
    case Node::Kind::mapping: return false;
  }
  return false;
}

const schema::Key* find_key(schema::Mapping mapping, std::string_view name) {
  for (const schema::Key& key : schema::keys(mapping)) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

// What a mistyped key can have been meant to be.
std::vector<std::string_view> meant_keys(schema::Mapping mapping, std::string_view name) {
  std::vector<std::string_view> known;
  for (const schema::Key& key : schema::keys(mapping)) {
    if (key.support != schema::KeySupport::ignored) known.push_back(key.name);
  }
  return schema::similar(name, known, 3);
}

std::string list_keys(schema::Mapping mapping) {
  std::string all;
  for (const schema::Key& key : schema::keys(mapping)) {
    if (key.support == schema::KeySupport::ignored) continue;
    if (key.support == schema::KeySupport::not_yet) continue;
    all += fmt::format("{}'{}'", all.empty() ? "" : ", ", key.name);
  }
  return fmt::format("{} has {}", schema::describe(mapping), all);
}

bool is_null_text(const Node& node) {
  if (node.kind == Node::Kind::null) return true;
  if (node.kind != Node::Kind::scalar || node.quoted) return false;
  return node.text == "~" || node.text == "null" || node.text == "Null" || node.text == "NULL" ||
         node.text.empty();
}

}  // namespace

Text as_text(const Node& node, Diagnostics& diagnostics) {
  if (node.kind != Node::Kind::scalar) {
    wrong_shape(node, "text", diagnostics, node.kind == Node::Kind::null ? empty_text : "");
    return Text{{}, node.span, false};
  }
  return Text{node.quoted ? node.text : plain_text(node.text), node.span};
}

Number as_number(const Node& node, Diagnostics& diagnostics) {
  Number unreadable{0, node.span, false};
  if (node.kind != Node::Kind::scalar) {
    wrong_shape(node, "a whole number", diagnostics);
    return unreadable;
  }
  auto number = plain_integer(node.text);
  if (!number || node.quoted) {
    diagnostics.error(code::wrong_shape.code, node.span, "a whole number is expected here",
                      number ? "remove the quotes" : number_meant(node.text));
    return unreadable;
  }
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  if (number->too_large || number->value > static_cast<std::uint64_t>(largest)) {
    diagnostics.error(code::out_of_range.code, node.span,
                      fmt::format("{} is out of range", node.text),
                      fmt::format("numbers here are {} to {}", -largest, largest));
    return unreadable;
  }
  auto value = static_cast<std::int64_t>(number->value);
  return Number{number->negative ? -value : value, node.span};
}

Flag as_flag(const Node& node, Diagnostics& diagnostics) {
  Flag unreadable{false, node.span, false};
  if (node.kind != Node::Kind::scalar) {
    wrong_shape(node, "true or false", diagnostics);
    return unreadable;
  }
  auto flag = plain_bool(node.text);
  if (!flag || node.quoted) {
    diagnostics.error(code::wrong_shape.code, node.span, "true or false is expected here",
                      flag ? "remove the quotes" : "");
    return unreadable;
  }
  return Flag{*flag, node.span};
}

Reader::Reader(const Node& node, schema::Mapping mapping, Diagnostics& diagnostics)
    : node_(node), mapping_(mapping), diagnostics_(diagnostics) {
  if (!is_mapping()) {
    wrong_shape(node, fmt::format("{}, a mapping,", schema::describe(mapping)), diagnostics);
    return;
  }
  check_members();
  check_required();
}

void Reader::check_members() {
  std::set<std::string_view> seen;
  for (const auto& [key, value] : node_.members) {
    if (key->kind != Node::Kind::scalar) {
      wrong_shape(*key, "a key", diagnostics_);
    } else if (!seen.insert(key->text).second) {
      diagnostics_.error(code::duplicate_key.code, key->span,
                         fmt::format("'{}' stands twice in this mapping", key->text));
    } else {
      check_member(*key, *value);
    }
  }
}

void Reader::check_member(const Node& key, const Node& value) {
  const schema::Key* known = find_key(mapping_, key.text);
  if (known == nullptr) {
    refuse_unknown(key);
  } else if (known->support == schema::KeySupport::not_yet && !asks_for_nothing(value)) {
    diagnostics_.error(code::not_supported.code, key.span,
                       fmt::format("'{}' is not supported yet", key.text));
  }
}

void Reader::refuse_unknown(const Node& key) {
  // Comparing takes a while: not for key after key of nonsense.
  const bool is_shown = diagnostics_.error_count() < Diagnostics::max_kept;
  const auto meant = is_shown ? meant_keys(mapping_, key.text) : std::vector<std::string_view>{};
  diagnostics_.error(code::unknown_key.code, key.span,
                     fmt::format("{} has no key '{}'", schema::describe(mapping_), key.text),
                     meant.empty() ? list_keys(mapping_) : schema::did_you_mean(meant));
  lost_.insert(meant.begin(), meant.end());
}

void Reader::check_required() {
  for (const schema::Key& key : schema::keys(mapping_)) {
    if (key.support != schema::KeySupport::required || is_written(key.name)) continue;
    diagnostics_.error(code::missing_key.code, key_span(key.name),
                       fmt::format("{} needs '{}'", schema::describe(mapping_), key.name));
    lost_.insert(key.name);
  }
}

Span Reader::key_span(std::string_view name) const {
  for (const auto& [key, value] : node_.members) {
    if (key->text == name) return key->span;
  }
  return node_.span;
}

const Node* Reader::find(std::string_view name) const {
  for (const auto& [key, value] : node_.members) {
    if (key->text == name) return is_null_text(*value) ? nullptr : value.get();
  }
  return nullptr;
}

template <typename T>
std::optional<T> Reader::scalar(std::string_view key, T (*read)(const Node&, Diagnostics&)) const {
  if (const Node* node = find(key)) return read(*node, diagnostics_);
  return is_lost(key) ? std::optional(T{{}, span(), false}) : std::nullopt;
}

std::optional<Text> Reader::text(std::string_view key) const { return scalar(key, as_text); }

Text Reader::required_text(std::string_view key) const {
  return text(key).value_or(Text{{}, span(), false});
}

std::optional<Number> Reader::number(std::string_view key) const { return scalar(key, as_number); }

std::optional<Flag> Reader::flag(std::string_view key) const { return scalar(key, as_flag); }

const std::vector<NodePtr>* Reader::list(std::string_view key) const {
  static const std::vector<NodePtr> none;
  const Node* node = find(key);
  if (node == nullptr) return is_lost(key) ? nullptr : &none;
  if (node->kind == Node::Kind::sequence) return &node->items;
  wrong_shape(*node, "a list", diagnostics_,
              fmt::format("write the entries of '{}' with '- '", key));
  return nullptr;
}

template <typename T>
std::vector<T> Reader::scalars(std::string_view key, T (*read)(const Node&, Diagnostics&)) const {
  const std::vector<NodePtr>* items = list(key);
  if (items == nullptr) return {T{{}, span(), false}};
  std::vector<T> all;
  all.reserve(items->size());
  for (const NodePtr& item : *items) all.push_back(read(*item, diagnostics_));
  return all;
}

std::vector<Text> Reader::texts(std::string_view key) const { return scalars(key, as_text); }

std::vector<Number> Reader::numbers(std::string_view key) const { return scalars(key, as_number); }

}  // namespace vigil::policy
