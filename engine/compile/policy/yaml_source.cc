#include "engine/compile/policy/yaml_source.h"

#include <algorithm>
#include <utility>

namespace vigil::policy {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_blank(char c) { return blanks.find(c) != std::string_view::npos; }
bool is_quote(char c) { return c == '"' || c == '\''; }

// Where the quote that `text` begins with is closed; npos: nowhere.
std::size_t closing_quote(std::string_view text) {
  const char quote = text[0];
  for (std::size_t at = 1; at < text.size(); ++at) {
    const bool is_escape = quote == '"' && text[at] == '\\';
    const bool is_doubled = quote == '\'' && text.substr(at).starts_with("''");
    if (is_escape || is_doubled)
      ++at;
    else if (text[at] == quote)
      return at;
  }
  return std::string_view::npos;
}

// Bytes that a scalar takes in its line, quotes included.
std::uint32_t length_in_line(std::string_view rest, std::string_view value) {
  if (rest.empty()) return 1;
  std::size_t length = value.size();
  if (is_quote(rest[0])) {
    const std::size_t end = closing_quote(rest);
    length = end == std::string_view::npos ? rest.size() : end + 1;
  } else if (!rest.starts_with(value)) {
    length = rest.size();
  }
  return static_cast<std::uint32_t>(length == 0 ? 1 : length);
}

// Bytes of the anchor or tag that `text` begins with.
std::size_t property_length(std::string_view text) {
  const std::size_t end =
      text.starts_with("!<") ? text.find('>') : text.find_first_of(" \t\r\n,[]{}");
  return std::min(end, text.size());
}

// Bytes before the value itself.
std::size_t properties_length(std::string_view text) {
  std::size_t at = 0;
  bool is_property = text.starts_with('&') || text.starts_with('!');
  while (is_property) {
    at += property_length(text.substr(at));
    if (text.substr(at).starts_with('>')) ++at;
    while (at < text.size() && (is_blank(text[at]) || text[at] == '#'))
      at = text[at] == '#' ? std::min(text.find('\n', at), text.size()) : at + 1;
    is_property = at < text.size() && (text[at] == '&' || text[at] == '!');
  }
  return at;
}

bool begins_with_null(std::string_view text) {
  const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n,:]}"));
  return word == "~" || word == "null" || word == "Null" || word == "NULL";
}

}  // namespace

bool is_open_quote(std::string_view text) {
  return !text.empty() && is_quote(text[0]) && closing_quote(text) == std::string_view::npos;
}

YamlSource::YamlSource(SourceFilePtr file) : file_(std::move(file)), line_starts_{0} {
  for (std::size_t at = 0; at < file_->text.size(); ++at) {
    if (file_->text[at] == '\n') line_starts_.push_back(at + 1);
  }
}

// Of the text that counts: behind a byte order mark.
std::size_t YamlSource::start_of(std::uint32_t line) const {
  const bool is_marked = line == 1 && file_->text.starts_with(byte_order_mark);
  return line_starts_[line - 1] + (is_marked ? byte_order_mark.size() : 0);
}

Span YamlSource::at(int line, int column) const {
  const auto from_one = [](int count) {
    return static_cast<std::uint32_t>(std::max(count, 0)) + 1;
  };
  return {file_, from_one(line), from_one(column), 1};
}

Span YamlSource::at(std::size_t offset) const {
  const auto next = std::ranges::upper_bound(line_starts_, offset);
  const auto line = static_cast<std::uint32_t>(next - line_starts_.begin());
  return {file_, line, static_cast<std::uint32_t>(offset - start_of(line) + 1), 1};
}

// Of what is left of the text.
std::size_t YamlSource::offset_of(std::string_view rest) const {
  return file_->text.size() - rest.size();
}

std::string_view YamlSource::rest(const Span& place) const {
  if (place.line == 0 || place.line > line_starts_.size()) return {};
  const std::string_view text = file_->text;
  const std::size_t at = start_of(place.line) + place.column - 1;
  return at > text.size() ? std::string_view{} : text.substr(at);
}

// Not by looking for its end: a line can be as long as the file.
std::string_view YamlSource::rest_of_line(const Span& place) const {
  const std::string_view text = rest(place);
  if (place.line >= line_starts_.size()) return text;
  const std::size_t after_line = file_->text.size() - line_starts_[place.line] + 1;
  return text.size() < after_line ? std::string_view{} : text.substr(0, text.size() - after_line);
}

std::string_view YamlSource::line_before(const Span& place) const {
  if (place.line == 0 || place.line > line_starts_.size()) return {};
  return std::string_view(file_->text).substr(start_of(place.line), place.column - 1);
}

Span YamlSource::first_tab(const Span& place) const {
  Span tab{place.file, place.line, 1, 1};
  const std::size_t column = rest_of_line(tab).find('\t');
  if (column == std::string_view::npos) return place;
  tab.column += static_cast<std::uint32_t>(column);
  return tab;
}

Span YamlSource::scalar(const Span& node, std::string_view value) const {
  const std::string_view text = rest(node);
  const std::size_t before = properties_length(text);
  Span span = before == 0 ? node : at(offset_of(text) + before);
  span.length = length_in_line(rest_of_line(span), value);
  return span;
}

Span YamlSource::nothing(const Span& node) const {
  const std::string_view text = rest(node);
  if (begins_with_null(text) || properties_length(text) > 0) return node;
  const std::string_view before = std::string_view(file_->text).substr(0, offset_of(text));
  const std::size_t sign = before.find_last_not_of(blanks);
  return sign == std::string_view::npos || sign < start_of(1) ? node : at(sign);
}

}  // namespace vigil::policy
