#include "tests/kernel/oracle/comparison.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "kernel/include/wire.h"

namespace vigil::testing {
namespace {

using schema::ActionKind;

ActionKind kind_of(std::uint8_t action) {
  switch (action) {
    case WIRE_ACTION_SIGKILL: return ActionKind::sigkill;
    case WIRE_ACTION_OVERRIDE: return ActionKind::override;
    case WIRE_ACTION_NOPOST: return ActionKind::no_post;
    case WIRE_ACTION_SIGNAL: return ActionKind::signal;
    default: return ActionKind::post;
  }
}

Post post_of(const Hit& hit) {
  return {.policy_id = hit.policy_id,
          .hook_index = hit.hook_index,
          .selector = hit.selector,
          .action = kind_of(hit.action),
          .monitored = (hit.flags & WIRE_HOOK_MONITORED) != 0,
          .enforcing = hit.ring == WIRE_RING_PROCESS};
}

Counts counts_of(const loader::PolicyCounters& counters) {
  return {.post = counters.post,
          .nopost = counters.nopost,
          .signal = counters.signal,
          .monitor_signal = counters.monitor_signal,
          .override = counters.override,
          .monitor_override = counters.monitor_override};
}

void name_programs(const Worker& worker, const plan::FollowSets& follow_sets, Event& event) {
  event.binary = worker.binary();
  event.parent_binary.reset();
  event.ancestor_binaries.clear();
  const auto& all = worker.ancestors();
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].binary.empty()) continue;
    if (i == 1) event.parent_binary = all[i].binary;
    event.ancestor_binaries.push_back(all[i].binary);
  }
  event.family_sets.clear();
  event.parent_sets.clear();
  event.ancestor_sets.clear();
  sort_into_sets(event, follow_sets);
}

}  // namespace

Comparison::Comparison(Machine machine, ExchangeMemory memory, std::vector<Worker> workers,
                       Arguments arguments, const std::map<std::string, int>& files)
    : machine_(std::move(machine)),
      memory_(std::move(memory)),
      workers_(std::move(workers)),
      arguments_(std::move(arguments)) {
  world_.is_real = true;
  world_.pids = {0, 1, 2, 3, 4};
  for (const Worker& worker : workers_) {
    world_.pids.push_back(worker.tgid());
    world_.pids.push_back(worker.ancestors()[1].tgid);
    for (const Worker::Relative& relative : worker.ancestors()) {
      if (!relative.binary.empty()) world_.binaries.push_back(relative.binary);
    }
    for (const auto& value : worker.values()) {
      if (value) world_.process_numbers.push_back(*value);
    }
  }
  for (const auto& [name, fd] : files) world_.files.push_back(name);
}

std::set<std::uint32_t> Comparison::sets_of(const Worker& worker,
                                            const plan::FollowSets& follow_sets) const {
  std::set<std::uint32_t> numbers;
  for (const auto& [set, number] : follow_sets) {
    const bool named = std::ranges::any_of(worker.ancestors(), [&](const auto& relative) {
      const std::uint32_t pid = set.in_namespace ? relative.ns_tgid : relative.tgid;
      return pid != 0 && std::ranges::find(set.pids, pid) != set.pids.end();
    });
    if (named) numbers.insert(number);
  }
  return numbers;
}

Comparison::Batch Comparison::make_batch(const Question& question, std::size_t worker,
                                         std::uint32_t size) {
  Batch batch{.worker = &workers_[worker % workers_.size()], .events = {}};
  const auto follow_sets = sets_of(*batch.worker, question.follow_sets);
  while (batch.events.size() < size) {
    Event event = question.next_event();
    event.tgid = batch.worker->tgid();
    event.ns_tgid = batch.worker->ns_tgid();
    name_programs(*batch.worker, question.follow_sets, event);
    event.process = batch.worker->values();
    event.follow_sets = follow_sets;
    event.workloads = question.workloads;
    batch.events.push_back(std::move(event));
  }
  return batch;
}

void Comparison::fill_in_jobs(const Question& question, const Batch& batch) {
  Exchange& exchange = *memory_;
  arguments_.clear();
  exchange.jobs = static_cast<std::uint32_t>(batch.events.size());
  exchange.hits = exchange.hits_lost = 0;
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    Job& job = exchange.job[i];
    job = {};
    const Event& event = batch.events[i];
    for (std::size_t k = 0; k < event.arguments.size(); ++k)
      job.arguments[k] = arguments_.make(question.parameters[k], event.arguments[k]);
  }
}

std::vector<Outcome> Comparison::outcomes(std::size_t jobs) const {
  const Exchange& exchange = *memory_;
  std::vector<Outcome> outcomes(jobs);
  for (std::size_t i = 0; i < jobs; ++i) {
    outcomes[i].verdict = exchange.job[i].verdict;
    for (std::int32_t signal = 1; signal < 32; ++signal) {
      if ((exchange.job[i].signals >> signal & 1) != 0) outcomes[i].signals.insert(signal);
    }
  }
  for (std::uint32_t i = 0; i < exchange.hits; ++i)
    outcomes[exchange.hit[i].job].posts.insert(post_of(exchange.hit[i]));
  return outcomes;
}

Result<void> Comparison::run_batch(int program, const Question& question, const Batch& batch,
                                   std::vector<Counts>& counts) {
  fill_in_jobs(question, batch);
  TRY_VOID(batch.worker->run(program));
  const Exchange& exchange = *memory_;
  if (exchange.hits_lost != 0) return Error("more events than there is room for");
  const std::vector<Outcome> decided = outcomes(batch.events.size());
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    const Event& event = batch.events[i];
    if (exchange.job[i].error != 0)
      return Error(fmt::format("running the program: {}", std::strerror(-exchange.job[i].error)));
    const Outcome right = outcome_of(question.key, question.policies, event,
                                     {question.follow_sets, question.workload_sets}, counts);
    ++cases_;
    posts_ += right.posts.size();
    refusals_ += right.verdict != 0 ? 1 : 0;
    quiet_ += right == Outcome{} ? 1 : 0;
    if (decided[i] == right) continue;
    return Error(fmt::format("worker {}, its input {}\n{}{}", batch.worker->binary(), i,
                             describe(question.parameters, event),
                             describe_difference(question.policies, right, decided[i])));
  }
  return {};
}

Result<void> Comparison::compare_counts(const Question& question,
                                        const std::vector<Counts>& counts) const {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const plan::LoadedPolicy& loaded = question.policies[i];
    TRY(const loader::PolicyCounters counters, machine_.counters(loaded));
    if (counts_of(counters) == counts[i] && counters.post_lost == 0) continue;
    return Error(fmt::format("policy {} counts\n  reference: {}\n  kernel: {}, {} lost", loaded.id,
                             describe(counts[i]), describe(counts_of(counters)),
                             counters.post_lost));
  }
  return {};
}

Result<void> Comparison::run(const Question& question, std::uint32_t inputs) {
  constexpr std::uint32_t batch_size = 15;
  TRY(auto parts,
      plan::plan(question.key, question.policies, {question.follow_sets, question.workload_sets}));
  TRY(const loader::HookCode code, machine_.load(std::move(parts)));
  TRY_VOID(machine_.set_up(question.policies, question.follow_sets));
  TRY_VOID(machine_.put_everybody_in(question.workloads));
  std::vector<Counts> counts(question.policies.size());
  for (std::uint32_t done = 0; done < inputs; done += batch_size) {
    const Batch batch =
        make_batch(question, done / batch_size, std::min(batch_size, inputs - done));
    TRY_VOID(run_batch(code.first.get(), question, batch, counts));
  }
  return compare_counts(question, counts);
}

void Comparison::print_summary() const {
  fmt::print("{} cases: {} events posted, {} calls refused, {} times nothing at all\n", cases_,
             posts_, refusals_, quiet_);
}

}  // namespace vigil::testing
