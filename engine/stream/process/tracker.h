// Records -> events: knows every process, and who started it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/stream/event/record.h"
#include "engine/stream/process/parked.h"
#include "engine/stream/process/procfs.h"
#include "engine/stream/process/sweep.h"
#include "engine/stream/process/table.h"

namespace vigil::process {

// Used by one thread; table() by any.
class Tracker {
 public:
  struct Options {
    std::string node;  // part of every exec_id
    BootClock clock;
    Table::Limits limits;
    Sweep::Lives lives = nullptr;  // asked when exits may have been lost
  };
  struct Counters {
    std::atomic<std::uint64_t> unknown_processes{0};  // events of a process never seen to start
  };
  using Handler = std::function<void(event::Event&&)>;

  Tracker(Options options, Handler handler);

  // The kernel itself and then these, each reported as an exec. In the order of
  // read_processes(). One that a record already told of is left as it is.
  void add_existing(const std::vector<ExistingProcess>& processes);

  void apply(event::Record&& record);

  // To be called about once a second. `read_until_ns`: all records from before that time were
  // applied, so that what waits for an older one waits in vain.
  void tick(std::uint64_t now_ktime_ns, std::uint64_t read_until_ns);
  void tick(std::uint64_t now_ktime_ns) { tick(now_ktime_ns, now_ktime_ns); }

  // Wall time was adjusted.
  void set_clock(BootClock clock) { options_.clock = clock; }

  const Table& table() const { return table_; }
  const Counters& counters() const { return counters_; }

 private:
  void on(event::ForkRecord&& record);
  void on(event::ExecRecord&& record);
  void on(event::ExitRecord&& record);
  void on(event::HookRecord&& record);
  void on(event::Loss&& loss);

  event::Process identified(const event::ExecKey& key, const event::ExecKey& parent) const;
  event::ProcessPtr find_parent(const event::ExecKey& key) const;
  event::ProcessPtr find_from_proc(const event::ExecKey& key) const;
  event::ProcessPtr publish(event::Process&& process);
  event::ProcessPtr make_unknown(const event::ExecKey& key, const event::ExecKey& parent,
                                 std::uint32_t euid);
  event::ProcessPtr publish_existing(const ExistingProcess& existing);
  void emit_hook(event::HookRecord&& record, event::ProcessPtr process);
  void emit(std::uint64_t ktime_ns, decltype(event::Event::body) body);

  Options options_;
  Handler handler_;
  Counters counters_;
  Table table_;
  Parked parked_;
  Sweep sweep_;
  // Newest time seen. Waits count from it, not from a record's time: records can be read
  // long after they were written.
  std::uint64_t now_ns_ = 0;
};

}  // namespace vigil::process
