#include "cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>

#include "engine/base/text.h"

namespace vigil::cli {
namespace {

struct Range {
  std::uint32_t first, last;
};

// Code points that do not print: controls, spaces other than ' ', joiners and direction marks,
// private use, and what is no character. Ascending.
constexpr Range unprintable[] = {
    {0x0000, 0x001f},    {0x007f, 0x00a0},   {0x00ad, 0x00ad},   {0x0600, 0x0605},
    {0x061c, 0x061c},    {0x06dd, 0x06dd},   {0x070f, 0x070f},   {0x1680, 0x1680},
    {0x180e, 0x180e},    {0x2000, 0x200f},   {0x2028, 0x202f},   {0x205f, 0x206f},
    {0x3000, 0x3000},    {0xd800, 0xf8ff},   {0xfeff, 0xfeff},   {0xfff0, 0xfffb},
    {0xfffe, 0xffff},    {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    {0xf0000, 0x10ffff},
};

bool prints(std::uint32_t point) {
  const auto* range = std::lower_bound(std::begin(unprintable), std::end(unprintable), point,
                                       [](const Range& r, std::uint32_t p) { return r.last < p; });
  return range == std::end(unprintable) || point < range->first;
}

struct Decoded {
  std::uint32_t point = 0;
  std::size_t size = 1;
  bool valid = false;
};

// The character at the front of `text`, or one byte that begins none.
Decoded decode(std::string_view text) {
  const std::size_t size = utf8_length(text);
  if (size == 0) return {};
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  std::uint32_t point = size == 1 ? byte(0) : byte(0) & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) point = point << 6 | (byte(i) & 0x3f);
  return {point, size, true};
}

std::optional<char> short_escape(std::uint32_t point) {
  switch (point) {
    case '\a': return 'a';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    case '\\': return '\\';
    case '"': return '"';
  }
  return std::nullopt;
}

std::string numeric_escape(std::uint32_t point) {
  if (point < 0x80) return fmt::format("\\x{:02x}", point);
  if (point < 0x10000) return fmt::format("\\u{:04x}", point);
  return fmt::format("\\U{:08x}", point);
}

// One character of `text`, escaped where it must be.
void append_escaped(std::string& out, std::string_view text, const Decoded& c) {
  if (!c.valid) {
    out += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[0]));
  } else if (const auto letter = short_escape(c.point)) {
    out += '\\';
    out += *letter;
  } else if (prints(c.point)) {
    out += text.substr(0, c.size);
  } else {
    out += numeric_escape(c.point);
  }
}

bool is_one_word(std::string_view text) {
  while (!text.empty()) {
    const Decoded c = decode(text);
    if (!c.valid || c.point == ' ' || !prints(c.point)) return false;
    text.remove_prefix(c.size);
  }
  return true;
}

std::string_view code(Hue hue) {
  switch (hue) {
    case Hue::plain: return "";
    case Hue::blue: return "34";
    case Hue::green: return "32";
    case Hue::magenta: return "35";
    case Hue::cyan: return "36";
    case Hue::red: return "31";
    case Hue::yellow: return "33";
    case Hue::grey: return "90";
    case Hue::bold: return "1";
  }
  return "";
}

}  // namespace

bool wants_colour(ColourChoice choice, int fd) {
  switch (choice) {
    case ColourChoice::always: return true;
    case ColourChoice::never: return false;
    case ColourChoice::automatic: break;
  }
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::string_view(term) == "dumb";
  return isatty(fd) == 1 && (no_color == nullptr || *no_color == '\0') && !dumb;
}

std::string Painter::operator()(Hue hue, std::string_view text) const {
  if (mode_ == Mode::plain || hue == Hue::plain || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code(hue), text);
}

std::string quoted_word(std::string_view text) {
  if (is_one_word(text)) return std::string(text);
  std::string out = "\"";
  while (!text.empty()) {
    const Decoded c = decode(text);
    append_escaped(out, text, c);
    text.remove_prefix(c.size);
  }
  return out + '"';
}

std::string printable_json(std::string_view json) {
  constexpr std::uint32_t first_pair = 0x10000;
  std::string out;
  out.reserve(json.size());
  while (!json.empty()) {
    const Decoded c = decode(json);
    if (!c.valid || prints(c.point)) {
      out += json.substr(0, c.size);
    } else if (c.point < first_pair) {
      out += fmt::format("\\u{:04x}", c.point);
    } else {
      const std::uint32_t rest = c.point - first_pair;
      out += fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
    }
    json.remove_prefix(c.size);
  }
  return out;
}

std::string printable_text(std::string_view text) {
  std::string out;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    out += printable(text.substr(0, end)) + '\n';
    text.remove_prefix(end + 1);
  }
  return out + printable(text);
}

}  // namespace vigil::cli
