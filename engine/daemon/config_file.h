// Settings from YAML files.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/daemon/config.h"

namespace vigil::daemon {

// "key: value" lines; a list gives its key many values. `name` is for messages.
Result<std::vector<Setting>> parse_settings(const std::string& name, const std::string& text);

Result<std::vector<Setting>> read_settings(const std::string& path);

// Every .yaml and .yml file of the directory, sorted by name, without those in
// subdirectories and hidden ones.
Result<std::vector<std::string>> yaml_files(const std::string& directory);

}  // namespace vigil::daemon
