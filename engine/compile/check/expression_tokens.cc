#include "engine/compile/check/expression_tokens.h"

#include <algorithm>
#include <cctype>

#include "engine/compile/check/values.h"

namespace vigil::check {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || c == '_' || std::isalpha(static_cast<unsigned char>(c)) != 0;
}

constexpr std::string_view signs[] = {"&&", "||", "==", "!=", "<=", ">=", "<", ">",
                                      "!",  "+",  "-",  "(",  ")",  ",",  "."};

Token number_token(std::string_view text, std::size_t at) {
  const auto end =
      std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_word);
  Token token{.kind = Token::Kind::number,
              .at = at,
              .written = text.substr(at, static_cast<std::size_t>(end - text.begin()) - at)};
  std::string_view digits = token.written;
  if (digits.ends_with('u') || digits.ends_with('U')) {
    token.is_unsigned = true;
    digits.remove_suffix(1);
  }
  const bool is_octal = digits.size() > 1 && digits[0] == '0' && is_digit(digits[1]);
  const auto parsed = is_octal ? std::nullopt : parse_number(digits);
  if (!parsed) token.kind = Token::Kind::broken;
  if (parsed) {
    token.number = parsed->magnitude;
    token.is_too_large = parsed->too_large;
  }
  return token;
}

// One character of a quoted text; false for an escape that there is none of.
bool add_character(std::string_view text, std::size_t& at, std::string& to) {
  if (text[at] != '\\') {
    to += text[at++];
    return true;
  }
  constexpr std::string_view names = "ntr\\\"'0", meanings("\n\t\r\\\"'\0", 7);
  const std::size_t found = at + 1 < text.size() ? names.find(text[at + 1]) : names.npos;
  if (found == names.npos) return false;
  to += meanings[found];
  at += 2;
  return true;
}

Token text_token(std::string_view text, std::size_t at) {
  Token token{.kind = Token::Kind::broken, .at = at};
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != text[at]) {
    if (!add_character(text, end, token.text)) break;
  }
  if (end < text.size() && text[end] == text[at]) {
    token.kind = Token::Kind::text;
    ++end;
  }
  token.written = text.substr(at, end - at);
  return token;
}

}  // namespace

Token next_token(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  if (at >= text.size()) return {.kind = Token::Kind::end, .at = text.size()};
  if (is_digit(text[at])) return number_token(text, at);
  if (text[at] == '"' || text[at] == '\'') return text_token(text, at);
  if (is_word(text[at])) {
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    return {.kind = Token::Kind::name, .at = at, .written = text.substr(at, end - at)};
  }
  for (std::string_view sign : signs) {
    if (text.substr(at).starts_with(sign))
      return {.kind = Token::Kind::sign, .at = at, .written = text.substr(at, sign.size())};
  }
  return {.kind = Token::Kind::broken, .at = at, .written = text.substr(at, 1)};
}

}  // namespace vigil::check
