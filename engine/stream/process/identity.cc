#include "engine/stream/process/identity.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "engine/base/base64.h"

namespace vigil::process {
namespace {

constexpr std::size_t whole_id_size = 64;  // of a container id, hexadecimal
constexpr std::size_t shown_id_size = 31;

template <typename Use>
void split(std::string_view text, char separator, Use use) {
  for (;;) {
    const std::size_t end = text.find(separator);
    use(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

std::string clean_path(std::string_view path) {
  std::vector<std::string_view> parts;
  const bool absolute = path.starts_with('/');
  split(path, '/', [&](std::string_view part) {
    if (part.empty() || part == ".") return;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (part != ".." || !absolute) {
      parts.push_back(part);
    }
  });
  return (absolute ? "/" : "") + fmt::format("{}", fmt::join(parts, "/"));
}

std::string_view last_component(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);
}

std::string_view after_last(std::string_view text, char c) {
  return text.substr(text.find_last_of(c) + 1);
}

std::string id_in_name(std::string_view name) {
  if (name.ends_with(".service")) return {};
  const std::string_view id = after_last(after_last(name, ':'), '-');
  if (id.size() < whole_id_size) return {};
  auto hexadecimal = [](unsigned char c) { return std::isxdigit(c) != 0; };
  const std::string_view shown = id.substr(0, shown_id_size);
  return std::ranges::all_of(shown, hexadecimal) ? std::string(shown) : std::string();
}

}  // namespace

std::string exec_id(std::string_view node, const event::ExecKey& key) {
  const fmt::format_int ktime(key.ktime_ns), tgid(key.tgid);
  std::string plain;
  plain.reserve(node.size() + ktime.size() + tgid.size() + 2);
  plain.append(node).append(":").append(ktime.data(), ktime.size());
  plain.append(":").append(tgid.data(), tgid.size());
  std::string id;
  append_base64(plain, id);
  return id;
}

std::string join_arguments(std::string_view argv) {
  std::string joined;
  if (argv.empty()) return joined;
  bool first = true;
  split(argv, '\0', [&](std::string_view argument) {
    const bool quoted = argument.find(' ') != std::string_view::npos;
    if (quoted || !first) joined += ' ';
    if (quoted) joined += '"';
    joined += argument;
    if (quoted) joined += '"';
    first = false;
  });
  return joined;
}

std::string binary_path(std::string_view cwd, std::string_view filename) {
  if (filename.empty() || filename.starts_with('/')) return std::string(filename);
  return clean_path(cwd.empty() ? std::string(filename) : fmt::format("{}/{}", cwd, filename));
}

std::string container_id(std::string_view cgroup_path) {
  for (;;) {
    std::string id = id_in_name(last_component(cgroup_path));
    const std::size_t slash = cgroup_path.find_last_of('/');
    if (!id.empty() || slash == std::string_view::npos) return id;
    cgroup_path = cgroup_path.substr(0, slash);
  }
}

}  // namespace vigil::process
