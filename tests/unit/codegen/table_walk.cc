#include "tests/unit/codegen/table_walk.h"

#include <algorithm>
#include <string>
#include <utility>

namespace vigil::testing {

TableWalk::TableWalk(const codegen::HookProgram& program)
    : conf_(elements<vg_conf>(program, ".rodata.conf").at(0)),
      slots_(elements<vg_slot>(program, ".rodata.slots")),
      dimensions_(elements<vg_dimension>(program, ".rodata.dimensions")),
      trie_(elements<vg_trie_node>(program, ".rodata.trie")),
      bounds_(elements<vg_bound>(program, ".rodata.bounds")),
      bounds6_(elements<vg_bound6>(program, ".rodata.bounds6")),
      rows_(elements<std::uint64_t>(program, ".rodata.rows")) {}

std::uint64_t TableWalk::summary(std::uint32_t row) const {
  return rows_.at(row * (conf_.row_words + 1) & conf_.rows_mask);
}

std::vector<std::uint64_t> TableWalk::words(std::uint32_t row) const {
  if (conf_.row_words == 0) return {summary(row)};
  std::vector<std::uint64_t> words;
  for (std::uint32_t i = 0; i < conf_.row_words; ++i) {
    words.push_back(rows_.at((row * (conf_.row_words + 1) + 1 + i) & conf_.rows_mask));
  }
  return words;
}

bool TableWalk::summaries_agree() const {
  if (conf_.row_words == 0) return true;
  const auto rows = static_cast<std::uint32_t>(rows_.size() / (conf_.row_words + 1));
  for (std::uint32_t row = 0; row < rows; ++row) {
    const auto bits = words(row);
    std::uint64_t expected = 0;
    for (std::uint32_t i = 0; i < bits.size(); ++i) {
      if (bits[i] != 0) expected |= std::uint64_t{1} << (i / conf_.block_words);
    }
    if (summary(row) != expected) return false;
  }
  return true;
}

bool TableWalk::name_may_match(std::string_view name) const {
  const std::string text = "/" + std::string(name);
  std::uint32_t node = conf_.name_root;
  for (std::size_t i = 0; i < std::min<std::size_t>(text.size(), VG_NAME_END); ++i) {
    const auto byte = static_cast<std::uint8_t>(text[text.size() - 1 - i]);
    const std::uint32_t next = (trie_.at(node).base + byte) & conf_.trie_mask;
    if (trie_.at(next).check != node) break;
    node = next;
  }
  return trie_.at(node).row_prefix != 0;
}

std::uint32_t TableWalk::trie_row(const vg_dimension& dimension, std::string_view text) const {
  std::string walked(text);
  if ((dimension.flags & VG_DIM_REVERSED) != 0) std::reverse(walked.begin(), walked.end());
  std::uint32_t node = dimension.root;
  for (char c : walked) {
    const std::uint32_t next =
        (trie_.at(node).base + static_cast<std::uint8_t>(c)) & conf_.trie_mask;
    if (trie_.at(next).check != node) return trie_.at(node).row_prefix;
    node = next;
  }
  return trie_.at(node).row_exact;
}

std::vector<std::uint64_t> TableWalk::substring_row(std::uint32_t number,
                                                    const Looked& looked) const {
  const vg_dimension& dimension = dimensions_.at(number);
  if (std::holds_alternative<Unreadable>(looked)) return words(dimension.row_none);
  const std::string& text = std::get<std::string>(looked);
  std::uint32_t node = dimension.root;
  std::vector<std::uint64_t> row = words(trie_.at(node).row_exact);
  for (std::size_t i = 0; i < text.size();) {
    auto byte = static_cast<std::uint8_t>(text[i]);
    const bool is_upper = byte >= 'A' && byte <= 'Z';
    if ((dimension.flags & VG_DIM_IGNORE_CASE) != 0 && is_upper) byte += 'a' - 'A';
    const std::uint32_t next = (trie_.at(node).base + byte) & conf_.trie_mask;
    if (trie_.at(next).check != node && node != dimension.root) {
      node = trie_.at(node).row_prefix;
      continue;
    }
    ++i;
    if (trie_.at(next).check != node) continue;
    node = next;
    const auto found = words(trie_.at(node).row_exact);
    for (std::size_t word = 0; word < row.size(); ++word) row[word] |= found[word];
  }
  return row;
}

std::vector<std::uint64_t> TableWalk::workload_row(std::uint32_t number,
                                                   const Looked& looked) const {
  const vg_dimension& dimension = dimensions_.at(number);
  std::vector<std::uint64_t> row = words(dimension.row_none);
  for (const std::uint32_t workload : std::get<std::set<std::uint32_t>>(looked)) {
    const auto of_one = words(range_row(dimension, workload));
    for (std::size_t word = 0; word < row.size(); ++word) row[word] |= of_one[word];
  }
  return row;
}

std::uint32_t TableWalk::range_row(const vg_dimension& dimension, std::uint64_t value) const {
  std::uint32_t row = bounds_.at(dimension.root).row;
  for (std::uint32_t i = 0; i < dimension.count; ++i) {
    const vg_bound& bound = bounds_.at((dimension.root + i) & conf_.bounds_mask);
    if (bound.from <= value) row = bound.row;
  }
  return row;
}

std::uint32_t TableWalk::address_row(const vg_dimension& dimension,
                                     const IpAddress& address) const {
  std::uint64_t high = 0, low = 0;
  for (std::size_t i = 0; i < 8; ++i) high = high << 8 | address.bytes[i];
  for (std::size_t i = 8; i < 16; ++i) low = low << 8 | address.bytes[i];
  if (!address.is_ipv6) return range_row(dimension, high >> 32);
  std::uint32_t row = bounds6_.at(dimension.root6).row;
  for (std::uint32_t i = 0; i < dimension.count6; ++i) {
    const vg_bound6& bound = bounds6_.at((dimension.root6 + i) & conf_.bounds6_mask);
    if (std::pair(bound.from_high, bound.from_low) <= std::pair<wire_u64, wire_u64>(high, low))
      row = bound.row;
  }
  return row;
}

std::vector<std::uint64_t> TableWalk::bits_row(const vg_dimension& dimension,
                                               const Looked& looked) const {
  const bool none_of = (dimension.flags & VG_DIM_NONE_OF) != 0;
  std::vector<std::uint64_t> row = words(dimension.row_none);
  if (none_of) row.assign(row.size(), ~std::uint64_t{0});
  for (std::uint32_t bit = 0; bit < 64U * dimension.words; ++bit) {
    const auto* number = std::get_if<std::uint64_t>(&looked);
    const bool is_set = number != nullptr ? (*number >> bit & 1) != 0
                                          : std::get<std::set<std::uint32_t>>(looked).contains(bit);
    if (!is_set) continue;
    const auto with = words(dimension.root + bit);
    for (std::size_t i = 0; i < row.size(); ++i)
      row[i] = none_of ? row[i] & with[i] : row[i] | with[i];
  }
  return row;
}

std::vector<std::uint64_t> TableWalk::row(std::uint32_t number, const Looked& looked) const {
  const vg_dimension& dimension = dimensions_.at(number);
  if (std::holds_alternative<Unreadable>(looked)) return words(dimension.row_none);
  if (dimension.words != 0) return bits_row(dimension, looked);
  if (const auto* text = std::get_if<std::string>(&looked))
    return words(trie_row(dimension, *text));
  if (const auto* address = std::get_if<IpAddress>(&looked))
    return words(address_row(dimension, *address));
  const bool flips =
      dimension.field == VG_FIELD_VALUE && (slots_.at(dimension.slot).flags & VG_SLOT_SIGNED) != 0;
  return words(
      range_row(dimension, std::get<std::uint64_t>(looked) ^ (flips ? std::uint64_t{1} << 63 : 0)));
}

}  // namespace vigil::testing
