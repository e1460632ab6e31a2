#include "tests/bench/timing.h"

#include <sys/resource.h>

#include <algorithm>
#include <ctime>

namespace vigil::bench {
namespace {

std::uint64_t now_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

void nothing() { asm volatile(""); }

double clocked_ns(void (*once)(), int calls) {
  const auto begin = now_ns(CLOCK_MONOTONIC);
  for (int i = 0; i < calls; ++i) once();
  return static_cast<double>(now_ns(CLOCK_MONOTONIC) - begin);
}

}  // namespace

std::uint64_t cpu_ns() { return now_ns(CLOCK_PROCESS_CPUTIME_ID); }

std::uint64_t children_cpu_ns() {
  rusage used{};
  getrusage(RUSAGE_CHILDREN, &used);
  const auto us = [](const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(time.tv_usec);
  };
  return (us(used.ru_utime) + us(used.ru_stime)) * 1000;
}

double loop_units(void (*once)(), int calls) {
  const double with_loop = clocked_ns(once, calls);
  return (with_loop - clocked_ns(nothing, calls)) / calls;
}

Cost cost_of(std::vector<double> loops) {
  std::ranges::sort(loops);
  const double lower = loops[loops.size() / 4], upper = loops[loops.size() * 3 / 4];
  return {.units = lower, .spread = (upper - lower) / lower};
}

double units_of_two_instructions() {
#if defined(__x86_64__)
  constexpr std::uint64_t rounds = 1'000'000;
  double least = 1e9;
  for (int i = 0; i < 5; ++i) {
    std::uint64_t left = rounds;
    const auto begin = now_ns(CLOCK_MONOTONIC);
    asm volatile("1: dec %0\n\tjnz 1b" : "+r"(left)::"cc");
    least = std::min(least, static_cast<double>(now_ns(CLOCK_MONOTONIC) - begin) / rounds);
  }
  return least;
#else
  return 0;
#endif
}

}  // namespace vigil::bench
