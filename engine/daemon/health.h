// Health: whether the daemon does its work, judged from what it counts.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "engine/api/health.h"

namespace vigil::daemon {

struct HealthInput {
  bool saw_a_life = false;               // fork, exec and exit of one process
  std::optional<std::string> complaint;  // of the pipeline
  std::uint64_t empty_slot = 0;          // hits that found no program behind a dispatcher
};

// Thread safe.
class HealthMonitor {
 public:
  // A hit that found no program is held against us for so long.
  static constexpr std::uint64_t memory_ns = 60'000'000'000;

  api::Health judge(const HealthInput& input, std::uint64_t now_ns);

 private:
  bool slots_were_empty(std::uint64_t empty_slot, std::uint64_t now_ns);

  std::mutex mutex_;
  std::uint64_t empty_slot_ = 0;
  std::optional<std::uint64_t> grown_ns_;
};

}  // namespace vigil::daemon
