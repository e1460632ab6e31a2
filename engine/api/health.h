// How the daemon is, as GetHealth tells it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace vigil::api {

enum class HealthState : std::uint8_t { starting, running, failing };

struct Health {
  HealthState state = HealthState::running;
  std::string details = "running";  // clients of Tetragon wait for this word
};

// Asked from gRPC's threads: must not wait.
using HealthCheck = std::function<Health()>;

}  // namespace vigil::api
