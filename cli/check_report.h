// What check found, for programs: JSON of our own, and SARIF 2.1.0.
#pragma once

#include <string>
#include <vector>

#include "engine/base/diagnostics.h"

namespace vigil::cli {

// One document, of the remarks of all files.
std::string json_report(const std::vector<Diagnostics>& files);
std::string sarif_report(const std::vector<Diagnostics>& files);

}  // namespace vigil::cli
