// Settings from YAML files.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/daemon/config.h"

namespace vigil::daemon {

// One document of "key: value" lines, each key once; a list gives many values to a key that may
// have them. `name` is for messages.
Result<std::vector<Setting>> parse_settings(const std::string& name, const std::string& text);

Result<std::vector<Setting>> read_settings(const std::string& path);

// Every .yaml and .yml file of the directory, sorted by name, without those in
// subdirectories and hidden ones.
Result<std::vector<std::string>> yaml_files(const std::string& directory);

}  // namespace vigil::daemon
