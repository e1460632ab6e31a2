// The counters as the API tells them.
#pragma once

#include <string>

#include "engine/api/health.h"
#include "engine/daemon/metrics.h"
#include "vigil/status.pb.h"

namespace vigil::daemon {

// `export_path` is empty when there is no export file.
v1::GetStatusResponse status_message(const MetricsInput& counted, const api::Health& health,
                                     const std::string& export_path);

}  // namespace vigil::daemon
