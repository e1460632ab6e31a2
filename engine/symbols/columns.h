// Files of /proc: lines of columns.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/number.h"

namespace vigil::symbols {

// Those of one line, parted by blanks.
class Columns {
 public:
  explicit Columns(std::string_view line) : rest_(line) {}

  // Empty when there is none any more.
  std::string_view next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    const std::string_view column = rest_.substr(0, rest_.find_first_of(blanks));
    rest_.remove_prefix(column.size());
    return column;
  }
  // All that is left, blanks in it included.
  std::string_view rest() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    return rest_;
  }

 private:
  static constexpr std::string_view blanks = " \t";
  std::string_view rest_;
};

// All of the text; with "0x" before it or without.
inline std::optional<std::uint64_t> number_of(std::string_view text, int base) {
  if (base == 16 && text.starts_with("0x")) text.remove_prefix(2);
  return whole_number<std::uint64_t>(text, base);
}

void for_each_line(std::string_view text, const auto& see) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    see(line);
  }
}

}  // namespace vigil::symbols
