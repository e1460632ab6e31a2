// Whether the files and directories that a configuration names will do, before a daemon needs them.
#pragma once

#include <vector>

#include "engine/base/result.h"
#include "engine/daemon/config.h"

namespace vigil::daemon {

// All that will not. Whether a socket can be made is seen by making one beside it, which is taken
// away again; nothing else is changed, and nothing connected to. What only root may is asked of
// root alone. Ports are not tried, since the daemon that runs may have them.
std::vector<Error> check_places(const Config& config);

}  // namespace vigil::daemon
