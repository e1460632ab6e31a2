#include "tests/support/fake_kernel.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace vigil::testing {

using loader::Ring;

void FakeKernel::fail_install(const plan::HookKey& key, std::string message) {
  install_failures_[key] = std::move(message);
}

void FakeKernel::feed(Ring ring, std::vector<std::uint8_t> record) {
  std::lock_guard lock(records_mutex_);
  switch (ring) {
    case Ring::process: process_records_.push_back(std::move(record)); return;
    case Ring::events: event_records_.push_back(std::move(record)); return;
  }
}

void FakeKernel::set_policy_counters(std::uint32_t slot, const loader::PolicyCounters& counters) {
  policy_counters_[slot] = counters;
}

Result<void> FakeKernel::must_run() const {
  if (running_) return {};
  return Error("the kernel programs are not loaded");
}

Result<void> FakeKernel::start() {
  calls_.push_back("start");
  if (!start_failure_.empty()) return Error(std::exchange(start_failure_, {}));
  running_ = true;
  return {};
}

Result<std::vector<loader::HookReport>> FakeKernel::change(const loader::HookChange& change) {
  TRY_VOID(must_run());
  for (const auto& parts : change.hooks) {
    auto failure = install_failures_.find(parts.front().key);
    if (failure != install_failures_.end()) return Error(failure->second);
  }
  std::vector<loader::HookReport> reports;
  for (const auto& parts : change.hooks) {
    const plan::HookKey& key = parts.front().key;
    calls_.push_back("install " + to_string(key));
    hooks_[key] = parts;
    loader::HookReport report{.key = key};
    for (const auto& part : parts) {
      ++report.parts;
      report.instructions += static_cast<std::uint32_t>(part.instructions.size());
    }
    report.verified_instructions = report.instructions;
    reports.push_back(report);
  }
  for (const auto& key : change.removed) {
    calls_.push_back("remove " + to_string(key));
    hooks_.erase(key);
  }
  return reports;
}

Result<void> FakeKernel::reset_policy(std::uint32_t slot, schema::PolicyMode mode) {
  TRY_VOID(must_run());
  policy_counters_[slot] = {};
  modes_[slot] = mode;
  return {};
}

Result<void> FakeKernel::set_policy_mode(std::uint32_t slot, schema::PolicyMode mode) {
  TRY_VOID(must_run());
  modes_[slot] = mode;
  return {};
}

Result<loader::PolicyCounters> FakeKernel::policy_counters(std::uint32_t slot) {
  TRY_VOID(must_run());
  return policy_counters_[slot];
}

Result<loader::PolicyCounters> FakeKernel::selector_counters(const loader::SelectorId& selector) {
  TRY_VOID(must_run());
  const auto found = selector_counters_.find(selector);
  return found == selector_counters_.end() ? loader::PolicyCounters{} : found->second;
}

void FakeKernel::forget_selector(const loader::SelectorId& selector) {
  selector_counters_.erase(selector);
}

Result<void> FakeKernel::set_follow_set(std::uint32_t set, const std::vector<std::uint32_t>& pids,
                                        bool in_namespace) {
  calls_.push_back(fmt::format("set follow set {}", set));
  TRY_VOID(must_run());
  follow_sets_[set] = {pids, in_namespace};
  return {};
}

Result<void> FakeKernel::clear_follow_set(std::uint32_t set) {
  calls_.push_back(fmt::format("clear follow set {}", set));
  TRY_VOID(must_run());
  follow_sets_.erase(set);
  return {};
}

Result<void> FakeKernel::set_program_sets(const std::vector<vg_program_node>& table,
                                          const std::vector<std::uint32_t>& fresh) {
  calls_.push_back(fmt::format("set program sets {}", fmt::join(fresh, ",")));
  TRY_VOID(must_run());
  program_sets_ = table;
  return {};
}

Result<void> FakeKernel::set_container(std::uint64_t cgroup,
                                       const std::vector<std::uint32_t>& sets) {
  TRY_VOID(must_run());
  std::lock_guard lock(containers_mutex_);
  if (!containers_.contains(cgroup) && containers_.size() >= room_for_containers_)
    return Error("telling the kernel of a container", E2BIG);
  containers_[cgroup] = sets;
  return {};
}

void FakeKernel::forget_container(std::uint64_t cgroup) {
  std::lock_guard lock(containers_mutex_);
  containers_.erase(cgroup);
}

std::map<std::uint64_t, std::vector<std::uint32_t>> FakeKernel::containers() const {
  std::lock_guard lock(containers_mutex_);
  return containers_;
}

Result<void> FakeKernel::seed(const loader::SeededProcess& process) {
  TRY_VOID(must_run());
  seeds_.push_back(process);
  return {};
}

FakeKernel::Records FakeKernel::take(Records& records) {
  std::lock_guard lock(records_mutex_);
  return std::exchange(records, {});
}

Result<loader::Left> FakeKernel::poll(int timeout_ms, const loader::RecordHandler& handler) {
  TRY_VOID(must_run());
  Records process = take(process_records_), events = take(event_records_);
  if (process.empty() && events.empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(timeout_ms));
  }
  for (const auto& record : process) handler(Ring::process, record);
  for (const auto& record : events) handler(Ring::events, record);
  return loader::Left::nothing;
}

void FakeKernel::set_ring_ends(std::vector<loader::RingEnd> ends) {
  std::lock_guard lock(records_mutex_);
  ring_ends_ = std::move(ends);
}

Result<std::vector<loader::RingEnd>> FakeKernel::ring_ends() {
  TRY_VOID(must_run());
  std::lock_guard lock(records_mutex_);
  return ring_ends_;
}

void FakeKernel::detach() {
  calls_.push_back("detach");
  hooks_.clear();
}

void FakeKernel::stop() {
  calls_.push_back("stop");
  running_ = false;
  hooks_.clear();
}

}  // namespace vigil::testing
