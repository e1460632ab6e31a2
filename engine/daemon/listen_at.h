// TCP ports taken, so that who cannot have one is told why before anything else is done.
#pragma once

#include <vector>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/daemon/host_port.h"

namespace vigil::daemon {

// A socket that listens, without blocking. At port 0 it is any that is free.
Result<UniqueFd> listen_at(const HostPort& where);

// One for each address that this host has of those that the name stands for ("localhost").
Result<std::vector<UniqueFd>> listen_at_all(const HostPort& where);

}  // namespace vigil::daemon
