#include "engine/daemon/config_file.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>

#include "engine/base/file.h"

namespace vigil::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t config_limit_bytes = 1 << 20;

std::string place(const std::string& name, const YAML::Mark& mark) {
  return fmt::format("{}:{}", name, mark.line + 1);
}

Result<void> add_values(const std::string& name, const std::string& key, const YAML::Node& node,
                        std::vector<Setting>& settings) {
  const auto origin = place(name, node.Mark());
  if (node.IsScalar()) {
    settings.push_back({key, node.Scalar(), origin});
    return {};
  }
  if (!node.IsSequence()) return Error(fmt::format("{}: {} needs a value", origin, key));
  for (const auto& item : node) {
    if (!item.IsScalar())
      return Error(fmt::format("{}: {} needs plain values", place(name, item.Mark()), key));
    settings.push_back({key, item.Scalar(), place(name, item.Mark())});
  }
  return {};
}

Result<std::vector<Setting>> settings_of(const std::string& name, const YAML::Node& root) {
  std::vector<Setting> settings;
  if (root.IsNull()) return settings;
  if (!root.IsMap()) return Error(fmt::format("{}: expected lines of the form key: value", name));
  for (const auto& entry : root) {
    if (!entry.first.IsScalar())
      return Error(fmt::format("{}: a key must be a word", place(name, entry.first.Mark())));
    TRY_VOID(add_values(name, entry.first.Scalar(), entry.second, settings));
  }
  return settings;
}

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

}  // namespace

Result<std::vector<Setting>> parse_settings(const std::string& name, const std::string& text) {
  // yaml-cpp reports by throwing.
  try {
    return settings_of(name, YAML::Load(text));
  } catch (const YAML::Exception& exception) {
    return Error(fmt::format("{}: {}", place(name, exception.mark), exception.msg));
  }
}

Result<std::vector<Setting>> read_settings(const std::string& path) {
  TRY(const std::string text, read_file(path, config_limit_bytes));
  return parse_settings(path, text);
}

Result<std::vector<std::string>> yaml_files(const std::string& directory) {
  std::error_code error;
  std::vector<std::string> files;
  fs::directory_iterator entries(directory, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const auto& path = entries->path();
    if (is_yaml(path) && path.filename().string().front() != '.' && !entries->is_directory(error))
      files.push_back(path.string());
  }
  if (error)
    return Error::from_errno(fmt::format("reading the directory {}", directory), error.value());
  std::ranges::sort(files);
  return files;
}

}  // namespace vigil::daemon
