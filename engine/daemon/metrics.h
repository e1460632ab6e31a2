// The counters as Prometheus reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/policy_service.h"
#include "engine/daemon/container_watch.h"
#include "engine/daemon/hub.h"
#include "engine/loader/kernel.h"
#include "engine/stream/decode/decoder.h"
#include "engine/stream/process/table.h"
#include "engine/stream/sinks/file_sink.h"

namespace vigil::daemon {

struct ConnectionCounts {
  std::uint64_t open = 0;
  std::uint64_t refused = 0;
};

struct MetricsInput {
  loader::KernelCounters kernel;
  HubCounters hub;
  const decode::Counters* decode = nullptr;
  std::uint64_t unknown_processes = 0;
  process::Table::Counters processes;
  std::optional<sinks::FileSink::Counters> file;
  ContainerCounters containers;
  ConnectionCounts connections;
  std::vector<api::PolicyStatus> policies;
};

std::string metrics_text(const MetricsInput& input);

}  // namespace vigil::daemon
