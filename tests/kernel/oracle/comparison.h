// Comparison: policies and events, decided by the kernel and by the reference.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/kernel/oracle/arguments.h"
#include "tests/kernel/oracle/describe.h"
#include "tests/kernel/oracle/machine.h"
#include "tests/kernel/oracle/worker.h"
#include "tests/support/outcome.h"
#include "tests/support/random_policies.h"

namespace vigil::testing {

// Policies, and events for them; who runs is for the comparison to say.
struct Question {
  plan::HookKey key;
  std::vector<plan::LoadedPolicy> policies;
  plan::FollowSets follow_sets;
  plan::WorkloadSets workload_sets;
  std::set<std::uint32_t> workloads;  // where every worker is
  std::vector<schema::ArgType> parameters;
  std::function<Event()> next_event;
};

class Comparison {
 public:
  Comparison(Machine machine, ExchangeMemory memory, std::vector<Worker> workers,
             Arguments arguments, const std::map<std::string, int>& files);

  // An error tells where the two disagree, or what failed.
  Result<void> run(const Question& question, std::uint32_t inputs);
  // What there is on this machine for policies to name.
  const World& world() const { return world_; }
  void print_summary() const;

 private:
  // What one worker is asked to do at once.
  struct Batch {
    Worker* worker = nullptr;
    std::vector<Event> events;
  };
  Batch make_batch(const Question& question, std::size_t worker, std::uint32_t size);
  std::set<std::uint32_t> sets_of(const Worker& worker, const plan::FollowSets& follow_sets) const;
  void fill_in_jobs(const Question& question, const Batch& batch);
  std::vector<Outcome> outcomes(std::size_t jobs) const;
  Result<void> run_batch(int program, const Question& question, const Batch& batch,
                         std::vector<Counts>& counts);
  Result<void> compare_counts(const Question& question, const std::vector<Counts>& counts) const;

  Machine machine_;
  ExchangeMemory memory_;
  std::vector<Worker> workers_;
  Arguments arguments_;
  World world_;
  std::uint64_t cases_ = 0, posts_ = 0, refusals_ = 0, quiet_ = 0;
};

}  // namespace vigil::testing
