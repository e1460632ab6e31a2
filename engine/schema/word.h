// Words of the policy language. A word that upstream knows and this version does not
// is in the table too, without a value: it is refused as such, never ignored.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vigil::schema {

template <typename T>
struct Word {
  std::string_view spelling;
  std::optional<T> value;  // empty: known, not supported yet
};

template <typename T>
const Word<T>* find_word(std::span<const Word<T>> words, std::string_view spelling) {
  for (const Word<T>& word : words) {
    if (word.spelling == spelling) return &word;
  }
  return nullptr;
}

// The first spelling that stands for `value`: the one we print. Every value has one.
template <typename T>
std::string_view spelling_of(std::span<const Word<T>> words, T value) {
  for (const Word<T>& word : words) {
    if (word.value == value) return word.spelling;
  }
  return {};
}

// Of those that are supported.
template <typename T>
std::vector<std::string_view> spellings(std::span<const Word<T>> words) {
  std::vector<std::string_view> all;
  for (const Word<T>& word : words) {
    if (word.value) all.push_back(word.spelling);
  }
  return all;
}

}  // namespace vigil::schema
