#include "engine/base/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "engine/base/text.h"

namespace vigil {
namespace {

// Longest piece of a source line that is shown, in bytes.
constexpr std::size_t window_bytes = 120;
// What is shown before the marked place when the line is longer than that.
constexpr std::size_t window_lead_bytes = 40;

struct Paint {
  std::string_view error, warning, place, mark, help, reset;
};
constexpr Paint plain{};
constexpr Paint coloured{"\033[1;31m", "\033[1;33m", "\033[1m",
                         "\033[1;31m", "\033[1;36m", "\033[0m"};

const Paint& paint_for(Colour colour) { return colour == Colour::always ? coloured : plain; }

// A source line as shown: control bytes neutral, tabs as one space, so that what
// stands below a byte stays below it.
struct Excerpt {
  std::string text;
  std::string mark;
};

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// First byte of the window that shows column `at`, never inside a character.
std::size_t window_start(std::string_view line, std::size_t at) {
  if (line.size() <= window_bytes || at < window_lead_bytes) return 0;
  std::size_t start = at - window_lead_bytes;
  while (start > 0 && continues_character(line[start])) --start;
  return start;
}

// How many cells `shown` takes: one per character. Wide characters shift the mark; rare.
std::size_t cells(std::string_view shown) {
  return static_cast<std::size_t>(
      std::count_if(shown.begin(), shown.end(), [](char c) { return !continues_character(c); }));
}

std::string neutral(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '\t', ' ');
  return printable(spaced);
}

Excerpt excerpt(std::string_view line, std::size_t at, std::size_t length) {
  at = std::min(at, line.size());
  length = std::min(length, line.size() - at);
  std::size_t start = window_start(line, at);
  std::size_t end = std::min(line.size(), start + window_bytes);
  while (end < line.size() && continues_character(line[end])) ++end;
  std::string before = (start > 0 ? "..." : "") + neutral(line.substr(start, at - start));
  std::string marked = neutral(line.substr(at, std::min(length, end - at)));
  std::string after =
      neutral(line.substr(at + std::min(length, end - at), end - at - std::min(length, end - at)));
  Excerpt out;
  out.text = before + marked + after + (end < line.size() ? "..." : "");
  out.mark = std::string(cells(before), ' ') + '^' +
             std::string(std::max<std::size_t>(cells(marked), 1) - 1, '~');
  return out;
}

std::string place(const Span& span) {
  std::string name = span.file ? printable(span.file->name) : "<policy>";
  return span.line == 0 ? name : fmt::format("{}:{}:{}", name, span.line, span.column);
}

std::string source_lines(const Span& span, const Paint& paint) {
  if (!span.file || span.line == 0) return {};
  std::string_view line = span.file->line(span.line);
  if (line.empty()) return {};
  Excerpt shown = excerpt(line, span.column == 0 ? 0 : span.column - 1, span.length);
  std::string number = std::to_string(span.line);
  return fmt::format("{:>5} | {}\n{:>5} | {}{}{}\n", number, shown.text, "", paint.mark, shown.mark,
                     paint.reset);
}

std::string count_of(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

std::string_view SourceFile::line(std::uint32_t line) const {
  std::string_view rest = text;
  for (std::uint32_t at = 1; at < line; ++at) {
    std::size_t newline = rest.find('\n');
    if (newline == std::string_view::npos) return {};
    rest.remove_prefix(newline + 1);
  }
  if (line == 0) return {};
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

void Diagnostics::add(Diagnostic diagnostic) {
  ++(diagnostic.severity == Severity::error ? error_count_ : warning_count_);
  if (all_.size() < max_kept) all_.push_back(std::move(diagnostic));
}

void Diagnostics::error(std::string_view code, Span span, std::string message, std::string help) {
  add({Severity::error, std::string(code), std::move(span), std::move(message), std::move(help)});
}

void Diagnostics::warning(std::string_view code, Span span, std::string message, std::string help) {
  add({Severity::warning, std::string(code), std::move(span), std::move(message), std::move(help)});
}

std::string render(const Diagnostic& diagnostic, Colour colour) {
  const Paint& paint = paint_for(colour);
  bool is_error = diagnostic.severity == Severity::error;
  std::string out =
      fmt::format("{}{}:{} {}{}[{}]:{} {}\n", paint.place, place(diagnostic.span), paint.reset,
                  is_error ? paint.error : paint.warning, is_error ? "error" : "warning",
                  diagnostic.code, paint.reset, printable(diagnostic.message));
  out += source_lines(diagnostic.span, paint);
  if (!diagnostic.help.empty()) {
    out += fmt::format("{:>5} {}help:{} {}\n", "", paint.help, paint.reset,
                       printable(diagnostic.help));
  }
  return out;
}

std::string render(const Diagnostics& diagnostics, Colour colour) {
  std::vector<const Diagnostic*> sorted;
  for (const Diagnostic& diagnostic : diagnostics.all()) sorted.push_back(&diagnostic);
  // The last key keeps those of one place in the order they were found.
  auto key = [](const Diagnostic* at) { return std::tuple(at->span.line, at->span.column, at); };
  std::ranges::sort(sorted, {}, key);
  std::string out;
  for (const Diagnostic* diagnostic : sorted) out += render(*diagnostic, colour);
  if (sorted.empty()) return out;
  std::size_t all = diagnostics.error_count() + diagnostics.warning_count();
  std::string hidden =
      all > sorted.size() ? fmt::format("; {} not shown", all - sorted.size()) : "";
  return out + fmt::format("{}, {}{}\n", count_of(diagnostics.error_count(), "error"),
                           count_of(diagnostics.warning_count(), "warning"), hidden);
}

}  // namespace vigil
