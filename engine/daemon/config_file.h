// Settings from YAML files.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/base/result.h"
#include "engine/daemon/config.h"

namespace vigil::daemon {

inline constexpr std::size_t largest_config_bytes = 1 << 20;

// One document of "key: value" lines, each key once; a list gives many values to a key that may
// have them. Each mistake is told, and what is right is the answer.
std::vector<Setting> parse_settings(const SourceFilePtr& source, Diagnostics& diagnostics);

// Every .yaml and .yml file of the directory, sorted by name, without those in
// subdirectories and hidden ones.
Result<std::vector<std::string>> yaml_files(const std::string& directory);

}  // namespace vigil::daemon
