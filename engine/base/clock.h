// The two clocks: what the kernel stamps records with, and what people read.
#pragma once

#include <cstdint>

namespace vigil {

// CLOCK_BOOTTIME, as in wire_head.
std::uint64_t boot_time_ns();
// CLOCK_REALTIME: since the epoch, UTC.
std::int64_t wall_time_ns();

// Turns boot time into wall time with the offset found now; take a new one now and
// then, since wall time is adjusted and boot time is not.
class BootClock {
 public:
  BootClock();
  explicit BootClock(std::int64_t offset_ns) : offset_ns_(offset_ns) {}
  std::int64_t wall_time_ns(std::uint64_t boot_time_ns) const {
    return static_cast<std::int64_t>(boot_time_ns) + offset_ns_;
  }

 private:
  std::int64_t offset_ns_;
};

}  // namespace vigil
