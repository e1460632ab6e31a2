#include "engine/daemon/static_policies.h"

#include <set>

#include "engine/base/file.h"
#include "engine/compile/policy/parse.h"
#include "engine/daemon/config_file.h"

namespace vigil::daemon {
namespace {

StaticFile read_static_file(const std::string& path) {
  auto text = read_file(path, policy::max_file_bytes);
  if (!text) return {path, {}, text.error().message()};
  return {path, std::move(*text), {}};
}

}  // namespace

Result<std::vector<StaticFile>> read_static_files(const std::vector<std::string>& directories,
                                                  const std::vector<std::string>& files) {
  std::vector<std::string> paths;
  for (const auto& directory : directories) {
    TRY(const auto found, yaml_files(directory));
    paths.insert(paths.end(), found.begin(), found.end());
  }
  paths.insert(paths.end(), files.begin(), files.end());

  std::vector<StaticFile> all;
  std::set<std::string> seen;
  for (const auto& path : paths)
    if (seen.insert(path).second) all.push_back(read_static_file(path));
  return all;
}

}  // namespace vigil::daemon
