// The language as a JSON Schema (draft 7), by which editors complete and check policy files.
#pragma once

#include <string>

namespace vigil::cli {

// Keys, shapes and words; what depends on the kernel, or on more than one key, is left to
// `vigil policy check`.
std::string json_schema();

}  // namespace vigil::cli
