// The daemon's log, on stderr. Of the whole engine, only this folder logs.
#pragma once

#include <spdlog/spdlog.h>

#include "engine/daemon/config.h"

namespace vigil::daemon {

void start_log(LogLevel level, LogFormat format);

// To who waits for it on standard output, in the log's form, whatever its level.
void say_ready(LogFormat format);

}  // namespace vigil::daemon
