// Pipeline: the thread that turns what the kernel says into events.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/result.h"
#include "engine/daemon/canary.h"
#include "engine/loader/kernel.h"
#include "engine/stream/decode/decoder.h"
#include "engine/stream/decode/registry.h"
#include "engine/stream/process/tracker.h"
#include "engine/symbols/namer.h"

namespace vigil::daemon {

class Pipeline {
 public:
  // Called on the pipeline's thread; must not wait for anything.
  using Output = std::function<void(const event::EventPtr&)>;
  // The rings cannot be read; called once until they can again.
  using OnFailure = std::function<void(const Error&)>;

  // Kernel and registry must outlive it.
  Pipeline(loader::Kernel& kernel, decode::HookMap& registry, process::Tracker::Options options,
           symbols::Addresses addresses, Output output, OnFailure on_failure);
  ~Pipeline() { stop(); }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Before start(): the processes that are there, as events, and into the kernel's own state.
  void add_existing(const std::vector<process::ExistingProcess>& processes);
  void start();
  // Reads on until the rings are empty, hands on what still waited for its other half, ends.
  // Detach the kernel's programs first: else there is no end to it but our patience.
  void stop();

  LifeWatch& life_watch() { return life_watch_; }
  // Why events do not arrive, if they do not. Any thread may ask.
  std::optional<std::string> complaint() const;

  const process::Table& processes() const { return tracker_.table(); }
  const decode::Counters& decode_counters() const { return decoder_.counters(); }
  const process::Tracker::Counters& process_counters() const { return tracker_.counters(); }

 private:
  void take(event::Record&& record);
  void run();
  loader::Left read(int timeout_ms);
  void tick_when_due(loader::Left left);
  void drain();
  void hand_on_what_waits();
  void learn_ends();
  void set_failure(std::optional<Error> error);

  loader::Kernel& kernel_;
  decode::HookMap& registry_;
  Output output_;
  OnFailure on_failure_;
  LifeWatch life_watch_;
  symbols::Namer namer_;
  process::Tracker tracker_;
  decode::Decoder decoder_;
  loader::RecordHandler feed_;
  mutable std::mutex failure_mutex_;
  std::optional<Error> failure_;
  std::atomic<std::uint64_t> last_read_ns_{0};
  std::uint64_t empty_at_ns_ = 0;  // a reading of the rings began that found them empty
  std::uint64_t next_tick_ns_ = 0;
  std::uint64_t next_clock_ns_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace vigil::daemon
