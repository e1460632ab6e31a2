#include "engine/base/text.h"

#include <cstdint>

namespace vigil {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

void append_hex(std::string& out, std::string_view mark, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += mark;
  out += hex_digits[byte >> 4];
  out += hex_digits[byte & 15];
}

constexpr std::string_view escape_mark = "\\x", uri_mark = "%";

// Of the character that `text`, well-formed and not empty, consists of.
std::uint32_t code_point(std::string_view text) {
  auto first = static_cast<unsigned char>(text[0]);
  if (text.size() == 1) return first;
  std::uint32_t point = first & (0xffu >> (text.size() + 1));
  for (char c : text.substr(1)) point = point << 6 | (static_cast<unsigned char>(c) & 0x3fu);
  return point;
}

bool is_control(std::uint32_t point) {
  if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return true;
  // Marks and overrides of direction, line and paragraph separators, byte order mark.
  return point == 0x61c || (point >= 0x200e && point <= 0x200f) ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) ||
         point == 0xfeff;
}

void append_control(std::string& out, std::string_view character) {
  switch (character[0]) {
    case '\n': out += "\\n"; return;
    case '\t': out += "\\t"; return;
    case '\r': out += "\\r"; return;
  }
  for (char c : character) append_hex(out, escape_mark, c);
}

enum class Backslash { doubled, kept };

std::string escaped(std::string_view text, Backslash backslash) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t length = utf8_length(text);
    std::string_view character = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(character.size());
    if (length == 0) {
      append_hex(out, escape_mark, character[0]);
    } else if (is_control(code_point(character))) {
      append_control(out, character);
    } else if (character == "\\" && backslash == Backslash::doubled) {
      out += "\\\\";
    } else {
      out += character;
    }
  }
  return out;
}

// The range the second byte must be in: excludes overlong forms, surrogates, beyond U+10FFFF.
bool second_byte_fits(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xe0: return second >= 0xa0;
    case 0xed: return second <= 0x9f;
    case 0xf0: return second >= 0x90;
    case 0xf4: return second <= 0x8f;
  }
  return true;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (text.size() < length) return 0;
  for (char c : text.substr(1, length - 1)) {
    if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) return 0;
  }
  return second_byte_fits(first, static_cast<unsigned char>(text[1])) ? length : 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string escape(std::string_view text) { return escaped(text, Backslash::doubled); }

std::string printable(std::string_view text) { return escaped(text, Backslash::kept); }

std::string uri_path(std::string_view path) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  std::string out;
  for (char c : path) {
    if (plain.contains(c))
      out += c;
    else
      append_hex(out, uri_mark, c);
  }
  return out;
}

std::string as_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0)
      append_hex(out, escape_mark, text[0]);
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace vigil
