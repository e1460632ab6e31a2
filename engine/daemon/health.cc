#include "engine/daemon/health.h"

#include <fmt/format.h>

namespace vigil::daemon {

bool HealthMonitor::slots_were_empty(std::uint64_t empty_slot, std::uint64_t now_ns) {
  std::lock_guard lock(mutex_);
  if (empty_slot > empty_slot_) grown_ns_ = now_ns;
  empty_slot_ = empty_slot;
  return grown_ns_ && now_ns < *grown_ns_ + memory_ns;
}

api::Health HealthMonitor::judge(const HealthInput& input, std::uint64_t now_ns) {
  using enum api::HealthState;
  const bool empty = slots_were_empty(input.empty_slot, now_ns);
  if (input.complaint) return {failing, *input.complaint};
  if (empty)
    return {failing,
            fmt::format("hooks have no program behind their dispatcher: {} hits passed unseen",
                        input.empty_slot)};
  if (!input.saw_a_life)
    return {starting, "starting: the base programs have not reported a process yet"};
  return {};
}

}  // namespace vigil::daemon
