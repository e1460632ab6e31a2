#include "engine/stream/sinks/text.h"

#include <cstddef>
#include <iterator>

#include <fmt/format.h>

#include "engine/base/text.h"

namespace vigil::sinks {
namespace {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool looks_escaped(std::string_view text) {
  for (std::size_t at = 0; (at = text.find("\\x", at)) != text.npos; at += 2)
    if (at + 3 < text.size() && is_hex_digit(text[at + 2]) && is_hex_digit(text[at + 3]))
      return true;
  return false;
}

}  // namespace

std::string message_text(std::string_view bytes) {
  if (is_utf8(bytes) && !looks_escaped(bytes)) return std::string(bytes);
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
