// A TCP port taken, so that who cannot have it is told why before anything else is done.
#pragma once

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/daemon/host_port.h"

namespace vigil::daemon {

// A socket that listens, without blocking. At port 0 it is any that is free.
Result<UniqueFd> listen_at(const HostPort& where);

}  // namespace vigil::daemon
