// FakeKernel: loader::Kernel in memory. It records what it is asked, fails when told
// to, and hands over records that a test feeds. It may only claim what the real one
// has shown in tests/kernel.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/loader/kernel.h"

namespace vigil::testing {

class FakeKernel final : public loader::Kernel {
 public:
  loader::Features& set_features() { return features_; }

  // The next call fails with this message.
  void fail_next_start(std::string message) { start_failure_ = std::move(message); }
  // Every change that installs this hook fails until allowed again.
  void fail_install(const plan::HookKey& key, std::string message);
  void allow_install(const plan::HookKey& key) { install_failures_.erase(key); }

  // Handed over by the next poll(), in this order within a ring, process ring first.
  void feed(loader::Ring ring, std::vector<std::uint8_t> record);
  void set_ring_ends(std::vector<loader::RingEnd> ends);
  void set_counters(const loader::KernelCounters& counters) { counters_ = counters; }
  void set_selector_counters(const loader::SelectorId& selector,
                             const loader::PolicyCounters& counters) {
    selector_counters_[selector] = counters;
  }
  bool counts(const loader::SelectorId& selector) const {
    return selector_counters_.contains(selector);
  }
  void set_policy_counters(std::uint32_t slot, const loader::PolicyCounters& counters);

  // What is in force now.
  bool running() const { return running_; }
  const std::map<plan::HookKey, codegen::HookPrograms>& hooks() const { return hooks_; }
  const std::map<std::uint32_t, schema::PolicyMode>& modes() const { return modes_; }
  struct FollowSet {
    std::vector<std::uint32_t> pids;
    bool in_namespace = false;
  };
  const std::map<std::uint32_t, FollowSet>& follow_sets() const { return follow_sets_; }
  const std::vector<vg_program_node>& program_sets() const { return program_sets_; }
  // By cgroup.
  std::map<std::uint64_t, std::vector<std::uint32_t>> containers() const;
  void set_room_for_containers(std::size_t count) { room_for_containers_ = count; }
  const std::vector<loader::SeededProcess>& seeds() const { return seeds_; }
  // "start", "install lsm/file_open", "remove lsm/file_open", "stop" ..., in order.
  const std::vector<std::string>& calls() const { return calls_; }

  const loader::Features& features() const override { return features_; }
  Result<void> start() override;
  Result<std::vector<loader::HookReport>> change(const loader::HookChange& change) override;
  Result<void> reset_policy(std::uint32_t slot, schema::PolicyMode mode) override;
  Result<void> set_policy_mode(std::uint32_t slot, schema::PolicyMode mode) override;
  Result<loader::PolicyCounters> policy_counters(std::uint32_t slot) override;
  Result<loader::PolicyCounters> selector_counters(const loader::SelectorId& selector) override;
  void forget_selector(const loader::SelectorId& selector) override;
  loader::KernelCounters counters() override { return counters_; }
  Result<void> set_follow_set(std::uint32_t set, const std::vector<std::uint32_t>& pids,
                              bool in_namespace) override;
  Result<void> clear_follow_set(std::uint32_t set) override;
  Result<void> set_program_sets(const std::vector<vg_program_node>& table,
                                const std::vector<std::uint32_t>& fresh) override;
  Result<void> set_container(std::uint64_t cgroup, const std::vector<std::uint32_t>& sets) override;
  void forget_container(std::uint64_t cgroup) override;
  Result<void> seed(const loader::SeededProcess& process) override;
  Result<loader::Left> poll(int timeout_ms, const loader::RecordHandler& handler) override;
  Result<std::vector<loader::RingEnd>> ring_ends() override;
  void detach() override;
  void stop() override;

 private:
  using Records = std::deque<std::vector<std::uint8_t>>;
  Records take(Records& records);
  Result<void> must_run() const;

  loader::Features features_{
      .release = "6.12.0-fake", .bpf_lsm_active = true, .fmod_ret = true, .override_return = false};
  std::atomic<bool> running_ = false;
  std::string start_failure_;
  std::map<plan::HookKey, std::string> install_failures_;
  std::map<plan::HookKey, codegen::HookPrograms> hooks_;
  std::map<std::uint32_t, schema::PolicyMode> modes_;
  std::map<std::uint32_t, loader::PolicyCounters> policy_counters_;
  std::vector<vg_program_node> program_sets_;
  std::map<loader::SelectorId, loader::PolicyCounters> selector_counters_;
  loader::KernelCounters counters_;
  std::map<std::uint32_t, FollowSet> follow_sets_;
  mutable std::mutex containers_mutex_;  // told from a thread of its own
  std::map<std::uint64_t, std::vector<std::uint32_t>> containers_;
  std::atomic<std::size_t> room_for_containers_ = VG_MAX_CONTAINERS;
  std::vector<loader::SeededProcess> seeds_;
  std::vector<std::string> calls_;
  std::mutex records_mutex_;  // fed by a test while the daemon polls
  Records process_records_, event_records_;
  std::vector<loader::RingEnd> ring_ends_;
};

}  // namespace vigil::testing
