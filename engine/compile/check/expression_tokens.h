// The words of a CelExpr.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vigil::check {

struct Token {
  enum class Kind : std::uint8_t { end, number, text, name, sign, broken };
  Kind kind = Kind::end;
  std::size_t at = 0;
  std::string_view written;
  std::string text;           // of a text, its escapes read
  std::uint64_t number = 0;   // of a number
  bool is_unsigned = false;   // written with a u
  bool is_too_large = false;  // for 64 bits: `number` says nothing
};

// The word at or behind `at`.
Token next_token(std::string_view text, std::size_t at);

}  // namespace vigil::check
