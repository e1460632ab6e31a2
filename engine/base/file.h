// Reading whole files.
#pragma once

#include <cstddef>
#include <string>

#include "engine/base/diagnostics.h"
#include "engine/base/result.h"

namespace vigil {

// The file's bytes; also from /proc and /sys, whose files tell no size. Longer than
// `limit_bytes` is an error (EFBIG), as is anything that is not a regular file or pipe.
Result<std::string> read_file(const std::string& path, std::size_t limit_bytes);

// The bytes that are still to come, of whatever kind it is.
Result<std::string> read_standard_input(std::size_t limit_bytes);

// The file as a source that spans can point into.
Result<SourceFilePtr> read_source(const std::string& path, std::size_t limit_bytes);

}  // namespace vigil
