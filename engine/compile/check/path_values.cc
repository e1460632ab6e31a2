#include "engine/compile/check/path_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/base/text.h"
#include "engine/schema/codes.h"

namespace vigil::check {
namespace {

using Kind = TextCondition::Kind;

// A longer path is read from its end: docs/language/README.md, "Limits".
constexpr std::size_t max_path_bytes = 4095;
// What a memfd is called may hold slashes and dots.
constexpr std::string_view free_text = "/memfd:";
constexpr std::string_view wildcards = "*?";

bool has_no_normal_form(std::string_view path, Kind kind) {
  auto holds = [&](std::string_view part) { return path.find(part) != std::string_view::npos; };
  // A prefix may end in the middle of a name that begins with dots.
  bool is_end = kind == Kind::equal || kind == Kind::postfix;
  bool ends_in_dots = is_end && (path.ends_with("/.") || path.ends_with("/.."));
  return holds("//") || holds("/./") || holds("/../") || ends_in_dots;
}

std::string without_last_slash(std::string path) {
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string normal(const std::string& path, Kind kind) {
  std::string text = std::filesystem::path(path).lexically_normal().string();
  return kind == Kind::equal || kind == Kind::postfix ? without_last_slash(std::move(text)) : text;
}

bool ends_with(std::string_view path, std::string_view end, Kind kind) {
  if (path.size() < end.size()) return false;
  path.remove_prefix(path.size() - end.size());
  return kind == Kind::substring_ignoring_case ? std::ranges::equal(path, end, {}, &lower, &lower)
                                               : path == end;
}

// How many bytes of the suffix `path` ends with. A value that may begin anywhere needs not hold
// all of it; "(1)" and the like are names of files.
std::size_t bytes_of_suffix(std::string_view path, Kind kind) {
  constexpr std::string_view word = "deleted)";
  const bool is_whole = kind == Kind::equal || kind == Kind::prefix;
  for (std::size_t cut = 0; cut <= (is_whole ? 0 : deleted_suffix.size() - word.size()); ++cut)
    if (ends_with(path, deleted_suffix.substr(cut), kind)) return deleted_suffix.size() - cut;
  return 0;
}

// What a pattern with one wildcard at its end or beginning, or another one, is written as.
std::string without_wildcard(std::string_view path) {
  const auto fixed = [](std::string_view text) {
    return text.find_first_of(wildcards) == std::string_view::npos;
  };
  if (path.size() > 1 && fixed(path.substr(0, path.size() - 1)))
    return fmt::format("write 'Prefix' with '{}'", path.substr(0, path.size() - 1));
  if (path.size() > 1 && fixed(path.substr(1)))
    return fmt::format("write 'Postfix' with '{}'", path.substr(1));
  return "match the beginning with 'Prefix' or the end with 'Postfix'";
}

void warn_about_wildcards(const policy::Text& value, Diagnostics& diagnostics) {
  const auto at = value.value.find_first_of(wildcards);
  if (at == std::string::npos) return;
  diagnostics.warning(schema::code::misleading.code, value.span,
                      fmt::format("'{}' stands for itself here, not for any text", value.value[at]),
                      without_wildcard(value.value));
}

// Names of pipes, sockets, namespaces: "pipe:[4026]".
bool is_nameless(std::string_view path) { return path.find(':') != std::string_view::npos; }

}  // namespace

bool refuse_deleted(std::string_view path, Kind kind, const Span& place, Diagnostics& diagnostics) {
  const std::size_t suffix = bytes_of_suffix(path, kind);
  if (suffix == 0) return false;
  path.remove_suffix(suffix);
  diagnostics.error(schema::code::not_supported.code, place,
                    "paths are compared without ' (deleted)', so none matches this",
                    path.empty()
                        ? "'(deleted)' alone cannot be matched; name the files themselves"
                        : fmt::format("write '{}': '(deleted)' is only shown in events", path));
  return true;
}

void warn_about_path(const policy::Text& value, Kind kind, Diagnostics& diagnostics) {
  const std::string& path = value.value;
  auto warn = [&](std::string_view message, std::string help) {
    diagnostics.warning(schema::code::pointless.code, value.span, std::string(message),
                        std::move(help));
  };
  if (path.empty() && kind == Kind::equal)
    warn("no path is empty, so none matches this", "remove it");
  const bool begins = kind == Kind::equal || kind == Kind::prefix;
  const bool ends = kind == Kind::equal || kind == Kind::postfix;
  if (path.empty() || path.starts_with(free_text)) return;
  warn_about_wildcards(value, diagnostics);
  if (has_no_normal_form(path, kind)) {
    warn("the kernel's paths have no '//', '/./' or '/../', so none matches this",
         fmt::format("write '{}'", normal(path, kind)));
  } else if (begins && path.front() != '/' && !is_nameless(path)) {
    warn("paths of files begin with '/', so none matches this",
         "write the whole path, or match its end with 'Postfix'");
  } else if (ends && path.size() > 1 && path.ends_with('/')) {
    warn("no path ends with '/', so none matches this",
         fmt::format("write '{}', or match what is below it with 'Prefix'",
                     without_last_slash(path)));
  } else if (begins && path.size() > max_path_bytes) {
    warn(fmt::format("only the end of a path of more than {} bytes is read, so none matches this",
                     max_path_bytes),
         "match its end with 'Postfix'");
  }
}

void warn_about_dentry(const std::vector<policy::Text>& values, Kind kind,
                       Diagnostics& diagnostics) {
  if (kind == Kind::postfix) return;
  const auto absolute = std::ranges::find_if(
      values, [](const policy::Text& text) { return text.value.starts_with('/'); });
  if (absolute == values.end()) return;
  diagnostics.warning(schema::code::misleading.code, absolute->span,
                      "a dentry has no mount: its path begins at the root of its own file system",
                      "compare an argument of type 'path' or 'file', or the end with 'Postfix'");
}

}  // namespace vigil::check
