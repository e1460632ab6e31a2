#include "engine/stream/sinks/json_form.h"

#include <array>
#include <charconv>
#include <chrono>

#include "engine/base/base64.h"
#include "engine/base/text.h"
#include "engine/stream/sinks/text.h"

namespace vigil::sinks {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

template <typename Integer>
void append_integer(Integer value, std::string& out) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out.append(text, end);
}

// Letter after the backslash; 0: \u00XX.
char short_escape(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
  }
  return 0;
}

bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

void append_escaped(char c, std::string& out) {
  out += '\\';
  if (const char letter = short_escape(c)) {
    out += letter;
    return;
  }
  out += "u00";
  out += hex_digits[static_cast<unsigned char>(c) >> 4];
  out += hex_digits[c & 15];
}

void append_character(char c, std::string& out) {
  if (needs_escape(c)) {
    append_escaped(c, out);
  } else {
    out += c;
  }
}

void append_word(std::string_view text, std::string& out) {
  if (is_plain(text)) {
    out += text;
  } else {
    for (char c : text) append_character(c, out);
  }
}

// message_text() and then the escapes of JSON, without a text in between.
void append_foreign(std::string_view text, std::string& out) {
  if (is_plain(text)) {
    out += text;
    return;
  }
  if (!needs_message_escapes(text)) return append_word(text, out);
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      out += "\\\\x";
      out += hex_digits[first >> 4];
      out += hex_digits[first & 15];
    } else if (first == '\\') {
      out += R"(\\\\)";
    } else {
      append_word(text.substr(0, length), out);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

// `width` digits and what follows them.
void append_padded(std::uint32_t value, int width, char after, std::string& out) {
  std::array<char, 9> text;
  for (int i = width; i-- > 0; value /= 10)
    text[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
  out.append(text.data(), static_cast<std::size_t>(width));
  out += after;
}

// As many digits as are needed, in threes.
void append_fraction(std::uint32_t nanoseconds, std::string& out) {
  if (nanoseconds == 0) {
    out += 'Z';
    return;
  }
  out += '.';
  if (nanoseconds % 1'000'000 == 0) return append_padded(nanoseconds / 1'000'000, 3, 'Z', out);
  if (nanoseconds % 1'000 == 0) return append_padded(nanoseconds / 1'000, 6, 'Z', out);
  append_padded(nanoseconds, 9, 'Z', out);
}

// RFC 3339. A WallTime is in the years 1677 to 2262.
void append_time(event::WallTime time, std::string& out) {
  using namespace std::chrono;
  const sys_time<nanoseconds> point{nanoseconds(time)};
  const auto day = floor<days>(point);
  const year_month_day date(day);
  const hh_mm_ss clock(point - day);
  append_padded(static_cast<std::uint32_t>(static_cast<int>(date.year())), 4, '-', out);
  append_padded(static_cast<unsigned>(date.month()), 2, '-', out);
  append_padded(static_cast<unsigned>(date.day()), 2, 'T', out);
  append_padded(static_cast<std::uint32_t>(clock.hours().count()), 2, ':', out);
  append_padded(static_cast<std::uint32_t>(clock.minutes().count()), 2, ':', out);
  append_padded(static_cast<std::uint32_t>(clock.seconds().count()), 2, '.', out);
  out.pop_back();
  append_fraction(static_cast<std::uint32_t>(clock.subseconds().count()), out);
}

}  // namespace

// Only what opens something ends in a brace or bracket that opens: texts end in a quote.
void JsonForm::separate() {
  if (!out_.empty() && out_.back() != '{' && out_.back() != '[') out_ += ',';
}

void JsonForm::key(const Field& field) {
  separate();
  out_ += '"';
  out_ += field.name;
  out_ += "\":";
}

void JsonForm::open(const Field& field) {
  key(field);
  out_ += '{';
}

void JsonForm::open_list(const Field& field) {
  key(field);
  out_ += '[';
}

void JsonForm::open_element(const Field&) {
  separate();
  out_ += '{';
}

void JsonForm::append_enumerator(const Enumerator& value) {
  if (value.name.empty()) return append_integer(value.number, out_);
  out_ += '"';
  out_ += value.name;
  out_ += '"';
}

void JsonForm::element(const Enumerator& value) {
  separate();
  append_enumerator(value);
}

void JsonForm::text(const Field& field, std::string_view value, Zero zero) {
  if (value.empty() && zero == Zero::left_out) return;
  key(field);
  out_ += '"';
  append_foreign(value, out_);
  out_ += '"';
}

void JsonForm::text_element(const Field&, std::string_view value) {
  separate();
  out_ += '"';
  append_foreign(value, out_);
  out_ += '"';
}

void JsonForm::word(const Field& field, std::string_view value) {
  if (value.empty()) return;
  key(field);
  out_ += '"';
  append_word(value, out_);
  out_ += '"';
}

void JsonForm::bytes(const Field& field, std::string_view value, Zero zero) {
  if (value.empty() && zero == Zero::left_out) return;
  key(field);
  out_ += '"';
  append_base64(value, out_);
  out_ += '"';
}

void JsonForm::number(const Field& field, std::uint32_t value, Zero zero) {
  if (value == 0 && zero == Zero::left_out) return;
  key(field);
  append_integer(value, out_);
}

void JsonForm::number(const Field& field, std::int32_t value, Zero zero) {
  if (value == 0 && zero == Zero::left_out) return;
  key(field);
  append_integer(value, out_);
}

// 64 bits are more than many readers' numbers have.
void JsonForm::number(const Field& field, std::uint64_t value, Zero zero) {
  if (value == 0 && zero == Zero::left_out) return;
  key(field);
  out_ += '"';
  append_integer(value, out_);
  out_ += '"';
}

void JsonForm::number(const Field& field, std::int64_t value, Zero zero) {
  if (value == 0 && zero == Zero::left_out) return;
  key(field);
  out_ += '"';
  append_integer(value, out_);
  out_ += '"';
}

void JsonForm::boolean(const Field& field, bool value) {
  if (value) wrapped(field, value);
}

void JsonForm::enumerator(const Field& field, const Enumerator& value, Zero zero) {
  if (value.number == 0 && zero == Zero::left_out) return;
  key(field);
  append_enumerator(value);
}

void JsonForm::time(const Field& field, event::WallTime value) {
  key(field);
  out_ += '"';
  append_time(value, out_);
  out_ += '"';
}

void JsonForm::wrapped(const Field& field, bool value) {
  key(field);
  out_ += value ? "true" : "false";
}

void JsonForm::part(std::string_view fields) {
  separate();
  out_ += fields;
}

}  // namespace vigil::sinks
