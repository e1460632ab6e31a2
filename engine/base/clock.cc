#include "engine/base/clock.h"

#include <ctime>

namespace vigil {
namespace {

std::int64_t now_ns(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

std::uint64_t boot_time_ns() { return static_cast<std::uint64_t>(now_ns(CLOCK_BOOTTIME)); }

std::int64_t wall_time_ns() { return now_ns(CLOCK_REALTIME); }

BootClock::BootClock() {
  std::int64_t before = now_ns(CLOCK_BOOTTIME);
  std::int64_t wall = now_ns(CLOCK_REALTIME);
  std::int64_t after = now_ns(CLOCK_BOOTTIME);
  offset_ns_ = wall - (before + (after - before) / 2);
}

}  // namespace vigil
