// Row: one bit per rule of a hook, set when the rule can still match.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vigil::plan {

// All rows of a plan have the same number of bits; those past the last rule are 0.
class Row {
 public:
  static Row none(std::size_t rules) { return Row(rules); }
  static Row all(std::size_t rules);

  bool test(std::size_t rule) const { return (words_[rule / 64] >> (rule % 64) & 1) != 0; }
  void flip(std::size_t rule) { words_[rule / 64] ^= std::uint64_t{1} << (rule % 64); }
  void set(std::size_t rule) { words_[rule / 64] |= std::uint64_t{1} << (rule % 64); }
  void clear(std::size_t rule) { words_[rule / 64] &= ~(std::uint64_t{1} << (rule % 64)); }

  // Rule r is bit r % 64 of word r / 64.
  std::span<const std::uint64_t> words() const { return words_; }
  std::size_t count() const;
  bool any() const;

  bool operator==(const Row&) const = default;

 private:
  explicit Row(std::size_t rules) : words_((rules + 63) / 64) {}
  std::vector<std::uint64_t> words_;
};

}  // namespace vigil::plan
