// "HOST:PORT", taken apart and found to be possible. Whether the name is known is not asked.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"

namespace vigil::daemon {

struct HostPort {
  std::string host;  // without brackets; empty: every address of this host
  std::uint16_t port = 0;
};

Result<HostPort> parse_host_port(const std::string& text);

std::string to_string(const HostPort& where);

}  // namespace vigil::daemon
