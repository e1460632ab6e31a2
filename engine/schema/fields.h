// What may stand at each key of a policy file, what it means, an example. `vigil explain`, the JSON
// Schema for editors and docs/language/reference.md are printed from these rows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/keys.h"

namespace vigil::schema {

struct FieldWord {
  std::string_view spelling;
  std::string meaning;
};

// Words that a value is chosen from.
struct WordList {
  std::string_view title;  // "actions"
  std::vector<FieldWord> (*words)();
  std::vector<std::string_view> (*not_yet)() = nullptr;  // known upstream, refused here
};

enum class ValueKind : std::uint8_t { text, number, flag, word, mapping };
enum class ValueCount : std::uint8_t { one, list, by_name };  // by_name: a mapping from any names

struct Shape {
  ValueCount count = ValueCount::one;
  ValueKind kind = ValueKind::text;
  std::optional<Mapping> mapping = std::nullopt;
  // Of a word: there are no others. Of a text: some that are worth knowing.
  const WordList* words = nullptr;
};

struct Field {
  std::string_view key;
  Shape shape;
  std::string_view meaning;  // one or two sentences
  std::string_view example;  // a value in YAML's flow style
};

// One for each key of the mapping that means something; `not_yet` keys may have one.
std::span<const Field> fields(Mapping mapping);
const Field* find_field(Mapping mapping, std::string_view key);

// "text", "list of numbers", "one word", "list of kprobes": for people.
std::string describe(const Shape& shape);

}  // namespace vigil::schema
