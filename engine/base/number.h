// Numbers in text from outside.
#pragma once

#include <charconv>
#include <concepts>
#include <expected>
#include <optional>
#include <string_view>
#include <system_error>

namespace vigil {

enum class NotANumber { malformed, too_large };

// All of `text` as a number, digits alone (and a minus where Number has a sign), or why it is none.
template <std::integral Number>
std::expected<Number, NotANumber> read_number(std::string_view text, int base = 10) {
  Number number = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, number, base);
  if (stop != end || error == std::errc::invalid_argument)
    return std::unexpected(NotANumber::malformed);
  if (error != std::errc()) return std::unexpected(NotANumber::too_large);
  return number;
}

// For those to whom all that is none is alike.
template <std::integral Number>
std::optional<Number> whole_number(std::string_view text, int base = 10) {
  const auto number = read_number<Number>(text, base);
  return number ? std::optional(*number) : std::nullopt;
}

}  // namespace vigil
