#include "engine/stream/sinks/text.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>

#include <fmt/format.h>

#include "engine/base/text.h"

namespace vigil::sinks {
namespace {

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool looks_escaped(std::string_view text) {
  for (std::size_t at = 0; (at = text.find("\\x", at)) != text.npos; at += 2)
    if (at + 3 < text.size() && is_hex_digit(text[at + 2]) && is_hex_digit(text[at + 3]))
      return true;
  return false;
}

constexpr std::uint64_t each_byte = 0x0101010101010101, high_bits = 0x80 * each_byte;

// The high bit of a byte is set if it is `value` (and perhaps of bytes above it, when some is).
constexpr std::uint64_t bytes_equal(std::uint64_t word, unsigned char value) {
  const std::uint64_t difference = word ^ value * each_byte;
  return (difference - each_byte) & ~difference;
}

// Likewise of those that are not printable ASCII, or quote or backslash.
constexpr std::uint64_t bytes_not_plain(std::uint64_t word) {
  const std::uint64_t below_space = (word - 0x20 * each_byte) & ~word;
  return (word | below_space | bytes_equal(word, '"') | bytes_equal(word, '\\') |
          bytes_equal(word, 0x7f)) &
         high_bits;
}

}  // namespace

bool is_plain(std::string_view bytes) {
  std::uint64_t word = 0;
  for (; bytes.size() >= sizeof word; bytes.remove_prefix(sizeof word)) {
    std::memcpy(&word, bytes.data(), sizeof word);
    if (bytes_not_plain(word) != 0) return false;
  }
  word = 0x20 * each_byte;
  if (!bytes.empty()) std::memcpy(&word, bytes.data(), bytes.size());
  return bytes_not_plain(word) == 0;
}

bool needs_message_escapes(std::string_view bytes) {
  return !is_utf8(bytes) || looks_escaped(bytes);
}

std::string message_text(std::string_view bytes) {
  if (!needs_message_escapes(bytes)) return std::string(bytes);
  std::string text;
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    if (length == 0) {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", static_cast<unsigned char>(bytes[0]));
    } else if (bytes[0] == '\\') {
      text += "\\\\";
    } else {
      text += bytes.substr(0, length);
    }
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return text;
}

}  // namespace vigil::sinks
