// vigil-bench: what a call costs without us, with the floors of its hook, and with policies; what
// those policies cost to load. Runs as root in the virtual machine; tests/bench/run starts it.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "engine/compile/codegen/hook_program.h"
#include "engine/compile/plan/plan.h"
#include "engine/loader/bpf_kernel.h"
#include "tests/bench/bpf_time.h"
#include "tests/bench/calls.h"
#include "tests/bench/floors.h"
#include "tests/bench/report.h"
#include "tests/bench/scenarios.h"
#include "tests/bench/worker.h"

namespace vigil::bench {
namespace {

std::set<std::string> calls_of(const std::vector<Scenario>& scenarios) {
  std::set<std::string> calls;
  for (const Scenario& scenario : scenarios) calls.insert(scenario.call);
  return calls;
}

void measure_calls(const Worker& worker, const std::vector<Scenario>& scenarios,
                   const std::string& state) {
  for (const std::string& call : calls_of(scenarios)) {
    progress(fmt::format("{}, {}", call, state));
    report_call(call, state, worker.measure(call_named(call)));
  }
}

Result<void> measure_floors(const Worker& worker, const std::vector<Scenario>& scenarios) {
  TRY(const Floors floors, Floors::load());
  std::set<std::pair<std::string, std::string>> programs;
  for (const Scenario& scenario : scenarios) {
    programs.emplace(scenario.call, floor_of(scenario, "empty"));
    programs.emplace(scenario.call, floor_of(scenario, name_of(scenario.rule)));
  }
  for (const auto& [call, program] : programs) {
    if (!floors.has(program)) continue;
    progress(fmt::format("{}, {}", call, program));
    TRY(const auto attached, floors.attach(program));
    report_call(call, program, worker.measure(call_named(call)));
  }
  return {};
}

template <typename Work>
auto timed(std::uint64_t& spent_ns, Work work) {
  const auto begin = cpu_ns();
  auto made = work();
  spent_ns = cpu_ns() - begin;
  return made;
}

Result<loader::HookReport> load(loader::Kernel& kernel, const Scenario& scenario, LoadTime& time) {
  const Place& place = place_of(scenario.call);
  const auto made =
      policies(place, scenario.mechanism, scenario.rule, scenario.policies, scenario.values);
  std::vector<plan::LoadedPolicy> loaded;
  for (std::uint32_t i = 0; i < made.size(); ++i) {
    loaded.push_back({&made[i], i + 1, i});
    TRY_VOID(kernel.reset_policy(i, schema::PolicyMode::enforce));
  }
  const auto key = key_of(place, scenario.mechanism);
  TRY(auto planned, timed(time.plan_ns, [&] { return plan::plan(key, loaded, {{}, {}}); }));
  for (auto& part : planned) part.function_number = 1;
  auto programs = timed(time.codegen_ns, [&] { return codegen::generate(planned); });
  const loader::HookChange change{.hooks = {std::move(programs)}, .removed = {}};
  TRY_VOID(timed(time.first_ns, [&] { return kernel.change(change); }));
  take_bpf_time();
  std::uint64_t again_ns = 0;
  TRY(const auto reports, timed(again_ns, [&] { return kernel.change(change); }));
  const BpfTime bpf = take_bpf_time();
  time.types_ns = bpf.types_ns;
  time.verify_ns = bpf.programs_ns;
  time.maps_ns = bpf.other_ns;
  time.join_ns = again_ns - bpf.types_ns - bpf.programs_ns - bpf.other_ns;
  return reports.front();
}

void drain(loader::Kernel& kernel) {
  while (true) {
    const auto left = kernel.poll(0, [](loader::Ring, std::span<const std::uint8_t>) {});
    if (!left || *left == loader::Left::nothing) return;
  }
}

void measure_scenario(const Worker& worker, loader::Kernel& kernel, const Scenario& scenario) {
  LoadTime time;
  const auto report = load(kernel, scenario, time);
  if (!report) return report_failure(scenario, report.error().message());
  const Cost cost = worker.measure(call_named(scenario.call), [&] { drain(kernel); });
  report_scenario(scenario, cost, *report, time);
  progress(fmt::format("{:<32} {:>9.0f} units per call", name_of(scenario), cost.units));
  const auto key = key_of(place_of(scenario.call), scenario.mechanism);
  if (auto removed = kernel.change({.hooks = {}, .removed = {key}}); !removed)
    report_failure(scenario, removed.error().message());
}

Result<void> run_scenarios(const std::string& pattern, const char* program) {
  const auto chosen = scenarios(pattern);
  if (chosen.empty()) return {};
  TRY_VOID(prepare_calls(program));
  TRY(const Worker worker, Worker::start());
  measure_calls(worker, chosen, "none");
  TRY_VOID(measure_floors(worker, chosen));
  TRY(const auto kernel, loader::make_bpf_kernel({}));
  report_clock(units_of_two_instructions(), kernel->features().release);
  std::set<std::uint32_t> before;
  for (const auto& loaded : testing::loaded_programs()) before.insert(loaded.id);
  TRY_VOID(kernel->start());
  for (const auto& loaded : testing::loaded_programs())
    if (!before.contains(loaded.id)) report_program(loaded);
  measure_calls(worker, chosen, "idle");
  for (const Scenario& scenario : chosen) measure_scenario(worker, *kernel, scenario);
  kernel->stop();
  return {};
}

// One long loop, for whoever looks at what it does to the rest of the machine.
Result<void> run_loop(const std::string& call, int rounds, const char* program) {
  TRY_VOID(prepare_calls(program));
  const Loop& loop = call_named(call).loop;
  loop.once();
  const auto begin = cpu_ns() + children_cpu_ns();
  for (int i = 0; i < rounds; ++i) loop.once();
  const auto spent = cpu_ns() + children_cpu_ns() - begin;
  fmt::print("{:.1f}\n", static_cast<double>(spent) / rounds);
  return {};
}

constexpr const char* usage = R"(usage: vigil-bench scenarios PATTERN PROGRAM
       vigil-bench loop CALL ROUNDS PROGRAM   prints the units of its own and its children's per round
)";

int main(const std::vector<std::string>& words) {
  Result<void> done;
  if (words.size() == 3 && words[0] == "scenarios") {
    done = run_scenarios(words[1], words[2].c_str());
  } else if (words.size() == 4 && words[0] == "loop") {
    done = run_loop(words[1], std::atoi(words[2].c_str()), words[3].c_str());
  } else {
    fmt::print(stderr, "{}", usage);
    return 2;
  }
  std::error_code ignored;
  std::filesystem::remove_all(work_dir, ignored);
  if (done) return 0;
  fmt::print(stderr, "vigil-bench: {}\n", done.error().message());
  return 1;
}

}  // namespace
}  // namespace vigil::bench

int main(int count, char** arguments) {
  return vigil::bench::main({arguments + 1, arguments + count});
}
