// What the service manager wants to hear (sd_notify's protocol).
#pragma once

#include <string_view>

#include "engine/base/result.h"

namespace vigil::daemon {

// "READY=1". Nothing happens when NOTIFY_SOCKET is not set.
Result<void> notify(std::string_view state);

}  // namespace vigil::daemon
