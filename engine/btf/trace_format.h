// What a tracepoint records, as the kernel's tracefs describes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/compile/check/kernel_types.h"

namespace vigil::btf {

// Where tracefs is mounted, by itself or below debugfs.
inline constexpr const char* tracefs_folders[] = {"/sys/kernel/tracing",
                                                  "/sys/kernel/debug/tracing"};

// Of the running kernel. ENOENT: it has no such tracepoint.
Result<std::vector<check::RecordField>> read_trace_format(std::string_view subsystem,
                                                          std::string_view event);

// Names of the functions that the running kernel lets be traced, each once; ENOENT and the like
// where tracefs cannot be read.
Result<std::vector<std::string>> read_traceable_functions();

// Of a format file's text.
Result<std::vector<check::RecordField>> parse_trace_format(std::string_view text);

}  // namespace vigil::btf
