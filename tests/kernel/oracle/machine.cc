#include "tests/kernel/oracle/machine.h"

#include <linux/bpf.h>
#include <sys/stat.h>

#include <string_view>
#include <utility>

#include "engine/compile/codegen/hook_program.h"
#include "engine/compile/codegen/program_sets.h"
#include "engine/compile/plan/hook_limits.h"
#include "engine/loader/features.h"
#include "engine/loader/hook_loader.h"
#include "engine/loader/vmlinux_types.h"
#include "kernel/objects.h"

namespace vigil::testing {
namespace {

constexpr loader::RingSizes roomy{.process_bytes = 64u << 20, .events_bytes = 64u << 20};
constexpr loader::Target runnable{BPF_PROG_TYPE_RAW_TRACEPOINT, {}, 0};

// Only of an LSM program does the verifier know what its arguments point to. The gate that takes
// plain addresses says the same.
void take_addresses(codegen::HookProgram& program) {
  constexpr std::string_view gate = "vg_gate_", process = "vg_gate_process";
  for (codegen::CallRelocation& call : program.calls) {
    if (call.function.starts_with(gate) && call.function != process)
      call.function.replace(0, gate.size(), "vg_probe_");
  }
}

std::vector<loader::SelectorId> selectors_of(const plan::LoadedPolicy& loaded) {
  std::vector<loader::SelectorId> selectors;
  const auto& hooks = loaded.policy->hooks();
  for (std::size_t hook = 0; hook < hooks.size(); ++hook) {
    for (std::size_t selector = 0; selector < hooks[hook].selectors.size(); ++selector) {
      selectors.push_back({.policy_id = loaded.id,
                           .hook_index = static_cast<std::uint16_t>(hook),
                           .selector = static_cast<std::uint16_t>(selector)});
    }
  }
  return selectors;
}

}  // namespace

Result<Machine> Machine::make() {
  Machine made;
  TRY(const loader::VmlinuxTypes types, loader::VmlinuxTypes::load());
  const loader::Features features = loader::probe_features(types);
  TRY(made.kernel_functions_, loader::functions_to_call(features, types));
  TRY(made.base_, loader::BaseObject::load(roomy, features, types));
  TRY(made.runtime_, loader::RelocatedObject::make("vigil_runtime", kernel::runtime_object(),
                                                   made.base_.maps(), types));
  TRY(const int states, made.base_.map("policy_state"));
  TRY(made.policies_, loader::PolicyStates::map(states));
  TRY(made.selector_counters_, made.base_.map("selector_counters"));
  return made;
}

Result<RingFds> Machine::rings() const {
  RingFds rings;
  TRY(rings.process, base_.map("ring_process"));
  TRY(rings.events, base_.map("ring_events"));
  return rings;
}

Result<loader::HookCode> Machine::load(std::vector<plan::HookPlan> parts) {
  for (plan::HookPlan& part : parts) {
    part.function_number = 1;
    part.memo = ++memo_;
  }
  codegen::HookPrograms programs = codegen::generate(parts);
  for (codegen::HookProgram& program : programs) take_addresses(program);
  TRY(loader::LoadedHook hook, loader::load_hook(programs, runtime_, kernel_functions_, runnable));
  return std::move(hook.code);
}

Result<void> Machine::set_up(const std::vector<plan::LoadedPolicy>& policies,
                             const plan::FollowSets& follow_sets) {
  for (const plan::LoadedPolicy& loaded : policies) {
    TRY_VOID(policies_.reset(loaded.slot, loaded.policy->mode()));
    for (const loader::SelectorId& selector : selectors_of(loaded))
      loader::delete_selector_counters(selector_counters_, selector);
  }
  TRY(const int pids, base_.map("follow_pids"));
  TRY(const int conf, base_.map("follow_conf"));
  for (const auto& [set, number] : numbers_)
    TRY_VOID(loader::update_follow_pids(pids, follow_sets_.assign(number, {}, false)));
  numbers_ = follow_sets;
  TRY(const int programs, base_.map("program_sets"));
  TRY_VOID(loader::exchange_program_sets(programs, codegen::make_program_sets(follow_sets)));
  for (const auto& [set, number] : numbers_) {
    TRY_VOID(
        loader::update_follow_pids(pids, follow_sets_.assign(number, set.pids, set.in_namespace)));
    TRY_VOID(loader::begin_generation(conf, number));
  }
  return {};
}

Result<void> Machine::put_everybody_in(const std::set<std::uint32_t>& workloads) const {
  struct stat root{};
  if (stat("/sys/fs/cgroup", &root) != 0) return Error::from_errno("finding the root of cgroups");
  TRY(const int sets, base_.map("container_sets"));
  TRY(const int generation, base_.map("container_generation"));
  if (workloads.contains(plan::workload_of_host)) {
    loader::delete_container_sets(sets, root.st_ino);
  } else {
    TRY_VOID(loader::write_container_sets(sets, root.st_ino, {workloads.begin(), workloads.end()}));
  }
  return loader::begin_container_generation(generation);
}

Result<loader::PolicyCounters> Machine::counters(const plan::LoadedPolicy& policy) const {
  TRY(loader::PolicyCounters sum, policies_.counters(policy.slot));
  for (const loader::SelectorId& selector : selectors_of(policy)) {
    TRY(const loader::PolicyCounters more,
        loader::read_selector_counters(selector_counters_, selector));
    sum += more;
  }
  return sum;
}

}  // namespace vigil::testing
