#include "engine/daemon/pipeline.h"

#include <memory>
#include <utility>

#include "engine/base/clock.h"

namespace vigil::daemon {
namespace {

constexpr int poll_ms = 100;
constexpr auto retry = std::chrono::milliseconds(100);
constexpr std::uint64_t tick_ns = 1'000'000'000;
constexpr std::uint64_t clock_ns = 60 * tick_ns;

decode::Ring to_decode(loader::Ring ring) {
  switch (ring) {
    case loader::Ring::process: return decode::Ring::process;
    case loader::Ring::events: return decode::Ring::events;
  }
  return decode::Ring::events;
}

loader::SeededProcess seed_of(const process::ExistingProcess& process) {
  return {.tgid = process.key.tgid,
          .start_ktime_ns = process.key.ktime_ns,
          .parent_tgid = process.parent_key.tgid,
          .parent_start_ktime_ns = process.parent_key.ktime_ns,
          .auid = process.auid};
}

}  // namespace

Pipeline::Pipeline(loader::Kernel& kernel, decode::HookMap& registry, process::Tracker::Options options,
                   Output output, OnFailure on_failure)
    : kernel_(kernel),
      registry_(registry),
      output_(std::move(output)),
      on_failure_(std::move(on_failure)),
      tracker_(std::move(options),
               [this](event::Event&& event) {
                 output_(std::make_shared<const event::Event>(std::move(event)));
               }),
      decoder_(registry, [this](event::Record&& record) { tracker_.apply(std::move(record)); }),
      feed_([this](loader::Ring ring, std::span<const std::uint8_t> bytes) {
        decoder_.feed(to_decode(ring), bytes);
      }) {}

void Pipeline::add_existing(const std::vector<process::ExistingProcess>& processes) {
  for (const auto& process : processes)
    if (auto seeded = kernel_.seed(seed_of(process)); !seeded && seeded.error().errno_value() != ESRCH)
      on_failure_(seeded.error());
  tracker_.add_existing(processes);
}

void Pipeline::start() {
  thread_ = std::thread([this] { run(); });
}

void Pipeline::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  thread_.join();
}

void Pipeline::run() {
  while (!stopping_) {
    read(poll_ms);
    tick_when_due();
  }
  read(0);
}

void Pipeline::read(int timeout_ms) {
  auto polled = kernel_.poll(timeout_ms, feed_);
  if (!polled && !std::exchange(failing_, true)) on_failure_(polled.error());
  if (polled) failing_ = false;
  if (failing_) std::this_thread::sleep_for(retry);
}

void Pipeline::tick_when_due() {
  const auto now = boot_time_ns();
  if (now < next_tick_ns_) return;
  next_tick_ns_ = now + tick_ns;
  decoder_.tick(now);
  tracker_.tick(now);
  registry_.expire(now);
  if (now < next_clock_ns_) return;
  next_clock_ns_ = now + clock_ns;
  tracker_.set_clock(BootClock());
}

bool Pipeline::wait_for_record(std::chrono::milliseconds patience) const {
  constexpr auto step = std::chrono::milliseconds(5);
  for (auto waited = step; waited < patience; waited += step) {
    if (decode_counters().records > 0) return true;
    std::this_thread::sleep_for(step);
  }
  return decode_counters().records > 0;
}

}  // namespace vigil::daemon
