// Kernel: all that the daemon asks of the running kernel, behind an interface so
// that the daemon's logic is tested without root. bpf_kernel.h makes the real one.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/compile/codegen/hook_program.h"
#include "kernel/include/runtime_abi.h"

namespace vigil::loader {

// What this kernel can do, found by trying once.
struct Features {
  std::string release;          // "6.12.95+deb13-amd64"
  bool bpf_lsm_active = false;  // "bpf" in the LSM list: attached LSM programs really run
  bool fmod_ret = false;
  bool override_return = false;    // bpf_override_return
  bool fmod_ret_syscalls = false;  // fmod_ret on system calls, too
  bool kprobe_multi = false;       // one program on many functions by one call
  bool keep_processor = false;     // programs may refuse to be preempted (kernel/include/compat.h)
};

// What becomes of the hooks that one change touches.
struct HookChange {
  std::vector<codegen::HookPrograms> hooks;  // a return half before its entry
  std::vector<plan::HookKey> removed;        // and after it
};

// What loading one hook gave.
struct HookReport {
  plan::HookKey key;
  std::uint32_t parts = 0;
  std::uint32_t instructions = 0;           // of the joined programs
  std::uint32_t verified_instructions = 0;  // processed by the verifier, of the part with the most
  std::uint64_t memory_bytes = 0;           // their maps
};

struct PolicyCounters {
  std::uint64_t post = 0, post_lost = 0, rate_limited = 0, nopost = 0;
  std::uint64_t signal = 0, monitor_signal = 0, override = 0, monitor_override = 0;
  std::uint64_t notify_enforcer = 0, monitor_notify_enforcer = 0;
  std::uint64_t set = 0, monitor_set = 0;

  PolicyCounters& operator+=(const PolicyCounters& more) {
    post += more.post;
    post_lost += more.post_lost;
    rate_limited += more.rate_limited;
    nopost += more.nopost;
    signal += more.signal;
    monitor_signal += more.monitor_signal;
    override += more.override;
    monitor_override += more.monitor_override;
    notify_enforcer += more.notify_enforcer;
    monitor_notify_enforcer += more.monitor_notify_enforcer;
    set += more.set;
    monitor_set += more.monitor_set;
    return *this;
  }
};

// A selector of a hook of a policy.
struct SelectorId {
  std::uint32_t policy_id = 0;
  std::uint16_t hook_index = 0;
  std::uint16_t selector = 0;
  auto operator<=>(const SelectorId&) const = default;
};

// Runs that the kernel skipped because the program was already running on that processor.
struct ProgramMisses {
  std::string program;  // "lsm/file_open", "base/on_exec"
  std::uint64_t missed = 0;
};

struct KernelCounters {
  std::uint64_t lost_process = 0, lost_events = 0, no_frame = 0, empty_slot = 0;
  std::uint64_t no_state = 0, no_call = 0, missed_notification = 0;
  std::vector<ProgramMisses> misses;  // of every program that is attached
};

// A process that existed before start, for the in-kernel state.
struct SeededProcess {
  std::uint32_t tgid = 0;
  std::uint64_t start_ktime_ns = 0;  // as in its exec_id
  std::uint32_t parent_tgid = 0;
  std::uint64_t parent_start_ktime_ns = 0;
  std::uint32_t auid = 0;
};

// Which ring a record came from.
enum class Ring : std::uint8_t { process, events };
using RecordHandler = std::function<void(Ring, std::span<const std::uint8_t>)>;
// What a poll left in the rings: each of them was seen empty, or there may be more.
enum class Left : std::uint8_t { nothing, more };

// How many records of a ring a processor has numbered: sent, or lost.
struct RingEnd {
  Ring ring = Ring::events;
  std::uint16_t cpu = 0;
  std::uint64_t records = 0;
};

class Kernel {
 public:
  virtual ~Kernel() = default;

  virtual const Features& features() const = 0;

  // Loads and attaches the life cycle programs. Events flow from here on.
  virtual Result<void> start() = 0;
  // Loads all programs, then attaches hooks that are new, then swaps those that run, one right
  // after the other, then detaches those removed (those not there are no mistake). A report per
  // hook. On failure every hook keeps running what it ran before.
  virtual Result<std::vector<HookReport>> change(const HookChange& change) = 0;

  // Ready a slot for a policy: counters 0, mode set.
  virtual Result<void> reset_policy(std::uint32_t slot, schema::PolicyMode mode) = 0;
  virtual Result<void> set_policy_mode(std::uint32_t slot, schema::PolicyMode mode) = 0;
  // What its selectors did not count themselves.
  virtual Result<PolicyCounters> policy_counters(std::uint32_t slot) = 0;
  virtual Result<PolicyCounters> selector_counters(const SelectorId& selector) = 0;
  // Of a policy that is gone.
  virtual void forget_selector(const SelectorId& selector) = 0;
  // Any thread may ask.
  virtual KernelCounters counters() = 0;

  // Gives follow set `set` its pids; processes running now are sorted in as they are met.
  virtual Result<void> set_follow_set(std::uint32_t set, const std::vector<std::uint32_t>& pids,
                                      bool in_namespace) = 0;
  virtual Result<void> clear_follow_set(std::uint32_t set) = 0;
  // The table of all sets that name programs, and which of them are new.
  virtual Result<void> set_program_sets(const std::vector<vg_program_node>& table,
                                        const std::vector<std::uint32_t>& fresh) = 0;

  // Processes of the container whose cgroup has this id, and those below, are in these sets from
  // now on. Any thread may say so, one at a time, as of the next.
  virtual Result<void> set_container(std::uint64_t cgroup,
                                     const std::vector<std::uint32_t>& sets) = 0;
  virtual void forget_container(std::uint64_t cgroup) = 0;

  virtual Result<void> seed(const SeededProcess& process) = 0;

  // Waits up to `timeout_ms` for records and hands over what is there. Not thread safe.
  virtual Result<Left> poll(int timeout_ms, const RecordHandler& handler) = 0;

  // Of every ring and processor. Also after detach().
  virtual Result<std::vector<RingEnd>> ring_ends() = 0;

  // Detaches everything, policies' hooks first. What is in the rings can still be polled;
  // nothing can be installed any more.
  virtual void detach() = 0;
  // Detaches and unloads everything.
  virtual void stop() = 0;
};

}  // namespace vigil::loader
