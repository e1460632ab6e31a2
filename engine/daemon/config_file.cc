#include "engine/daemon/config_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string_view>

#include "engine/base/diagnostics.h"
#include "engine/base/file.h"
#include "engine/compile/policy/yaml_tree.h"

namespace vigil::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t config_limit_bytes = 1 << 20;

using policy::Node;
using Kind = policy::Node::Kind;

std::string place(const Span& span) {
  return span.line == 0 ? span.file->name : fmt::format("{}:{}", span.file->name, span.line);
}

bool takes_one(std::string_view key) {
  return std::ranges::any_of(setting_rows(), [&](const SettingRow& row) {
    return row.key == key && row.count == SettingRow::Count::once;
  });
}

Result<void> add_values(const std::string& key, const Node& node, std::vector<Setting>& settings) {
  const auto origin = place(node.span);
  if (node.kind == Kind::scalar) {
    settings.push_back({key, node.text, origin});
    return {};
  }
  if (node.kind != Kind::sequence) return Error(fmt::format("{}: {} needs a value", origin, key));
  if (takes_one(key)) return Error(fmt::format("{}: {} takes one value, not a list", origin, key));
  for (const auto& item : node.items) {
    if (item->kind != Kind::scalar)
      return Error(fmt::format("{}: {} needs plain values", place(item->span), key));
    settings.push_back({key, item->text, place(item->span)});
  }
  return {};
}

Result<std::vector<Setting>> settings_of(const Node& root) {
  std::vector<Setting> settings;
  if (root.kind == Kind::null) return settings;
  if (root.kind != Kind::mapping)
    return Error(fmt::format("{}: expected lines of the form key: value", place(root.span)));
  std::map<std::string_view, std::uint32_t> lines;
  for (const auto& [key, value] : root.members) {
    if (key->kind != Kind::scalar)
      return Error(fmt::format("{}: a key must be a word", place(key->span)));
    const auto [first, is_new] = lines.emplace(key->text, key->span.line);
    if (!is_new)
      return Error(fmt::format("{}: {} stands here for the second time; first in line {}",
                               place(key->span), key->text, first->second));
    TRY_VOID(add_values(key->text, *value, settings));
  }
  return settings;
}

Error first_mistake(const Diagnostics& diagnostics) {
  const auto& mistake = diagnostics.all().front();
  return Error(fmt::format("{}: {}", place(mistake.span), mistake.message));
}

Result<std::vector<Setting>> parse(const SourceFilePtr& source) {
  Diagnostics diagnostics;
  const auto documents = policy::load_yaml(source, diagnostics);
  if (diagnostics.has_errors()) return first_mistake(diagnostics);
  if (documents.empty()) return std::vector<Setting>();
  if (documents.size() > 1)
    return Error(
        fmt::format("{}: a second document; settings stand in one", place(documents[1]->span)));
  return settings_of(*documents[0]);
}

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

}  // namespace

Result<std::vector<Setting>> parse_settings(const std::string& name, const std::string& text) {
  return parse(std::make_shared<const SourceFile>(SourceFile{name, text}));
}

Result<std::vector<Setting>> read_settings(const std::string& path) {
  TRY(const auto source, read_source(path, config_limit_bytes));
  return parse(source);
}

Result<std::vector<std::string>> yaml_files(const std::string& directory) {
  std::error_code error;
  std::vector<std::string> files;
  fs::directory_iterator entries(directory, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const auto& path = entries->path();
    if (is_yaml(path) && path.filename().string().front() != '.') files.push_back(path.string());
  }
  if (error)
    return Error::from_errno(fmt::format("reading the directory {}", directory), error.value());
  std::ranges::sort(files);
  return files;
}

}  // namespace vigil::daemon
