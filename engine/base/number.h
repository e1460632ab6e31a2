// Numbers in text from outside.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace vigil {

// All of `text` as a number, digits alone (and a minus where Number has a sign). None: it is
// something else, or too large for a Number.
template <std::integral Number>
std::optional<Number> whole_number(std::string_view text, int base = 10) {
  Number number = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, number, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

// Whether that is why there is none: digits, but too many of them.
template <std::integral Number>
bool is_too_large(std::string_view text, int base = 10) {
  Number number = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, number, base);
  return error == std::errc::result_out_of_range && stop == end;
}

}  // namespace vigil
