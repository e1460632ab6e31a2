#include "cli/check_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/terminal.h"
#include "engine/base/text.h"
#include "engine/schema/codes.h"
#include "proto/json.h"

namespace vigil::cli {
namespace {

// As UTF-8, whatever the file holds.
std::string quoted(std::string_view text) {
  std::string out;
  proto::append_json_string(printable(text), out);
  return out;
}

// As it is, so that a program finds the file, unless JSON cannot hold it.
std::string quoted_name(std::string_view file) {
  if (!is_utf8(file)) return quoted(file);
  std::string out;
  proto::append_json_string(file, out);
  return printable_json(out);
}

std::string_view name(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
  }
  return {};
}

template <typename Print>
std::string each(const std::vector<Diagnostics>& files, Print print) {
  std::vector<std::string> all;
  for (const Diagnostics& file : files)
    for (const Diagnostic& found : file.all()) all.push_back(print(found));
  return fmt::format("{}", fmt::join(all, ",\n"));
}

std::string file_of(const Diagnostic& found) {
  return found.span.file ? found.span.file->name : "";
}

std::string json(const Diagnostic& found) {
  const Span& span = found.span;
  std::string place;
  if (span.line != 0)
    place =
        fmt::format(R"("line":{},"column":{},"length":{},)", span.line, span.column, span.length);
  return fmt::format(R"({{"file":{},{}"severity":"{}","code":"{}","message":{},"help":{}}})",
                     quoted_name(file_of(found)), place, name(found.severity), found.code,
                     quoted(found.message), quoted(found.help));
}

// Paths as references of URIs; a drive or scheme they have not.
std::string uri(std::string_view path) {
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// SARIF counts characters, we count bytes.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string region(const Span& span) {
  if (span.line == 0 || !span.file) return "";
  const std::string_view line = span.file->line(span.line);
  const std::size_t begin =
      std::min<std::size_t>(span.column == 0 ? 0 : span.column - 1, line.size());
  const auto first = characters(line.substr(0, begin)) + 1;
  const auto count = std::max<std::size_t>(characters(line.substr(begin, span.length)), 1);
  return fmt::format(R"(,"region":{{"startLine":{},"startColumn":{},"endColumn":{}}})", span.line,
                     first, first + count);
}

std::string sarif(const Diagnostic& found) {
  const std::string text =
      found.help.empty() ? found.message : fmt::format("{}; {}", found.message, found.help);
  return fmt::format(
      R"({{"ruleId":"{}","level":"{}","message":{{"text":{}}},"locations":[{{"physicalLocation":)"
      R"({{"artifactLocation":{{"uri":{}}}{}}}}}]}})",
      found.code, name(found.severity), quoted(text), quoted(uri(file_of(found))),
      region(found.span));
}

std::string sarif_rules() {
  std::vector<std::string> rules;
  for (const auto& [code, meaning] : schema::codes())
    rules.push_back(
        fmt::format(R"({{"id":"{}","shortDescription":{{"text":{}}}}})", code, quoted(meaning)));
  return fmt::format("{}", fmt::join(rules, ",\n"));
}

}  // namespace

std::string json_report(const std::vector<Diagnostics>& files) {
  std::size_t errors = 0, warnings = 0;
  for (const Diagnostics& file : files) {
    errors += file.error_count();
    warnings += file.warning_count();
  }
  return fmt::format("{{\"errors\":{},\"warnings\":{},\"diagnostics\":[{}]}}\n", errors, warnings,
                     each(files, json));
}

std::string sarif_report(const std::vector<Diagnostics>& files) {
  return fmt::format(
      "{{\"version\":\"2.1.0\",\"runs\":[{{\"columnKind\":\"unicodeCodePoints\",\"tool\":{{"
      "\"driver\":"
      "{{\"name\":\"vigil\",\"version\":\"{}\",\"rules\":[{}]}}}},\"results\":[{}]}}]}}\n",
      VIGIL_VERSION, sarif_rules(), each(files, sarif));
}

}  // namespace vigil::cli
