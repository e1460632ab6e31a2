#include "engine/daemon/config_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string_view>
#include <utility>

#include "engine/compile/policy/yaml_tree.h"
#include "engine/schema/codes.h"

namespace vigil::daemon {
namespace {

namespace fs = std::filesystem;

using policy::Node;
using Kind = policy::Node::Kind;
namespace code = schema::code;

bool takes_one(std::string_view key) {
  return std::ranges::any_of(setting_rows(), [&](const SettingRow& row) {
    return row.key == key && row.count == SettingRow::Count::once;
  });
}

// Puts the settings of one file in a list.
class Reader {
 public:
  explicit Reader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void read(const Node& root) {
    if (root.kind == Kind::null) return;
    if (root.kind != Kind::mapping)
      return diagnostics_.error(code::wrong_shape.code, root.span,
                                "expected lines of the form key: value");
    for (const auto& [key, value] : root.members)
      if (is_new_key(*key)) read_values(*key, *value);
  }
  std::vector<Setting> take() { return std::move(settings_); }

 private:
  bool is_new_key(const Node& key) {
    if (key.kind != Kind::scalar) {
      diagnostics_.error(code::wrong_shape.code, key.span, "a key must be a word");
      return false;
    }
    const auto [first, is_new] = lines_.emplace(key.text, key.span.line);
    if (!is_new)
      diagnostics_.error(code::duplicate_key.code, key.span,
                         fmt::format("{} stands here for the second time; first in line {}",
                                     key.text, first->second));
    return is_new;
  }

  void read_values(const Node& key, const Node& value) {
    if (value.kind == Kind::scalar) return read_value(key, value);
    if (value.kind != Kind::sequence)
      return diagnostics_.error(code::wrong_shape.code, value.span,
                                fmt::format("{} needs a value", key.text));
    if (takes_one(key.text))
      return diagnostics_.error(code::wrong_shape.code, value.span,
                                fmt::format("{} takes one value, not a list", key.text));
    for (const auto& item : value.items) read_value(key, *item);
  }

  void read_value(const Node& key, const Node& value) {
    if (value.kind != Kind::scalar)
      return diagnostics_.error(code::wrong_shape.code, value.span,
                                fmt::format("{} needs plain values", key.text));
    settings_.push_back({key.text, value.text, key.span, value.span});
  }

  Diagnostics& diagnostics_;
  std::map<std::string, std::uint32_t> lines_;  // of the keys
  std::vector<Setting> settings_;
};

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

}  // namespace

std::vector<Setting> parse_settings(const SourceFilePtr& source, Diagnostics& diagnostics) {
  const auto documents = policy::load_yaml(source, diagnostics);
  Reader reader(diagnostics);
  if (!documents.empty()) reader.read(*documents[0]);
  if (documents.size() > 1)
    diagnostics.error(code::second_document.code, documents[1]->span,
                      "a second document; settings stand in one");
  return reader.take();
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
