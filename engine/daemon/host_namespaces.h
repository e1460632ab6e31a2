// The namespaces of process 1, which `host_ns` stands for.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "engine/schema/process_values.h"

namespace vigil::daemon {

// Their numbers by schema::namespace_number; 0: there is none to be seen.
std::array<std::uint32_t, schema::namespace_count> host_namespaces(const std::string& procfs);

}  // namespace vigil::daemon
