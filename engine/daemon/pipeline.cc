#include "engine/daemon/pipeline.h"

#include <fmt/format.h>
#include <algorithm>

#include <memory>
#include <utility>

#include "engine/base/clock.h"

namespace vigil::daemon {
namespace {

constexpr int poll_ms = 100;
// What came is left to become more before it is read again: a wake-up for each record costs more
// than the record.
constexpr auto gather = std::chrono::milliseconds(5);
constexpr auto retry = std::chrono::milliseconds(100);
constexpr std::uint64_t tick_ns = 1'000'000'000;
constexpr std::uint64_t clock_ns = 60 * tick_ns;
constexpr std::uint64_t stuck_ns = 15 * tick_ns;
constexpr std::uint64_t flood_ns = 30 * tick_ns;
// Longer than any record waits for its other half.
constexpr std::uint64_t longest_wait_ns = decode::Returns::wait_ns + 60 * tick_ns;
// A program that ran when it was detached writes its record within that.
constexpr int last_record_ms = 20;
// Nothing new comes by then, so that only a machine with no time for us needs all of it.
constexpr auto drain_patience = std::chrono::seconds(40);

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

Pipeline::Pipeline(loader::Kernel& kernel, decode::HookMap& registry,
                   process::Tracker::Options options, symbols::Addresses addresses, Output output,
                   OnFailure on_failure)
    : kernel_(kernel),
      registry_(registry),
      output_(std::move(output)),
      on_failure_(std::move(on_failure)),
      namer_(addresses),
      tracker_(std::move(options),
               [this](event::Event&& event) {
                 output_(std::make_shared<const event::Event>(std::move(event)));
               }),
      decoder_(registry, [this](event::Record&& record) { take(std::move(record)); }),
      feed_([this](loader::Ring ring, std::span<const std::uint8_t> bytes) {
        decoder_.feed(to_decode(ring), bytes);
      }) {}

void Pipeline::add_existing(const std::vector<process::ExistingProcess>& processes) {
  for (const auto& process : processes)
    if (auto seeded = kernel_.seed(seed_of(process));
        !seeded && seeded.error().errno_value() != ESRCH)
      on_failure_(seeded.error());
  tracker_.add_existing(processes);
}

// Who made a call may be gone soon: what its functions are called is asked first.
void Pipeline::take(event::Record&& record) {
  life_watch_.see(record);
  if (auto* hook = std::get_if<event::HookRecord>(&record)) namer_.name(*hook);
  tracker_.apply(std::move(record));
}

void Pipeline::start() {
  last_read_ns_ = boot_time_ns();
  thread_ = std::thread([this] { run(); });
}

void Pipeline::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  thread_.join();
}

void Pipeline::run() {
  while (!stopping_) {
    const auto before = decoder_.counters().records.load(std::memory_order_relaxed);
    const auto left = read(poll_ms);
    tick_when_due(left);
    const bool came = decoder_.counters().records.load(std::memory_order_relaxed) != before;
    if (came && left == loader::Left::nothing) std::this_thread::sleep_for(gather);
  }
  drain();
  hand_on_what_waits();
}

loader::Left Pipeline::read(int timeout_ms) {
  const auto begun_ns = boot_time_ns();
  last_read_ns_ = begun_ns;
  auto left = kernel_.poll(timeout_ms, feed_);
  if (!left) {
    set_failure(left.error());
    std::this_thread::sleep_for(retry);
    return loader::Left::nothing;
  }
  set_failure(std::nullopt);
  if (*left == loader::Left::nothing) empty_at_ns_ = begun_ns;
  return *left;
}

void Pipeline::set_failure(std::optional<Error> error) {
  bool news = false;
  {
    std::lock_guard lock(failure_mutex_);
    news = error && !failure_;
    failure_ = error;
  }
  if (news) on_failure_(*error);
}

std::optional<std::string> Pipeline::complaint() const {
  std::lock_guard lock(failure_mutex_);
  if (failure_) return "events cannot be read: " + failure_->message();
  const auto now = boot_time_ns(), last = last_read_ns_.load();
  if (now > last + stuck_ns)
    return fmt::format("events were not read for {} s", (now - last) / tick_ns);
  return std::nullopt;
}

// What a ring lost shows in its next record of that processor. If there is none, it shows here:
// when the rings are empty, what was numbered was read, is on its way or lost.
void Pipeline::learn_ends() {
  auto ends = kernel_.ring_ends();
  if (!ends) return set_failure(ends.error());
  for (const auto& end : *ends) decoder_.expect(to_decode(end.ring), end.cpu, end.records);
}

void Pipeline::tick_when_due(loader::Left left) {
  const auto now = boot_time_ns();
  if (now < next_tick_ns_) return;
  next_tick_ns_ = now + tick_ns;
  if (left == loader::Left::nothing) learn_ends();
  decoder_.tick(now);
  // Rings that are never empty are read nevertheless.
  tracker_.tick(now, std::max(empty_at_ns_, now - flood_ns));
  registry_.drained(empty_at_ns_);
  if (now < next_clock_ns_) return;
  next_clock_ns_ = now + clock_ns;
  tracker_.set_clock(BootClock());
}

void Pipeline::drain() {
  const auto until = std::chrono::steady_clock::now() + drain_patience;
  for (int seen_empty = 0; seen_empty < 2 && std::chrono::steady_clock::now() < until;)
    seen_empty = read(last_record_ms) == loader::Left::nothing ? seen_empty + 1 : 0;
}

void Pipeline::hand_on_what_waits() {
  const auto past_all_waits_ns = boot_time_ns() + longest_wait_ns;
  learn_ends();
  // A gap is believed when it is seen twice.
  decoder_.tick(past_all_waits_ns);
  decoder_.tick(past_all_waits_ns);
  tracker_.tick(past_all_waits_ns);
}

}  // namespace vigil::daemon
