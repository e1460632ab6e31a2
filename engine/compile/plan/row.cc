#include "engine/compile/plan/row.h"

#include <algorithm>
#include <bit>

namespace vigil::plan {

Row Row::all(std::size_t rules) {
  Row row(rules);
  for (std::uint64_t& word : row.words_) word = ~std::uint64_t{0};
  if (rules % 64 != 0) row.words_.back() >>= 64 - rules % 64;
  return row;
}

std::size_t Row::count() const {
  std::size_t bits = 0;
  for (std::uint64_t word : words_) bits += static_cast<std::size_t>(std::popcount(word));
  return bits;
}

bool Row::any() const {
  return std::ranges::any_of(words_, [](std::uint64_t word) { return word != 0; });
}

}  // namespace vigil::plan
