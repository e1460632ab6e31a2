#include "engine/loader/bpf_kernel.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/loader/capture.h"
#include "engine/loader/dispatcher.h"
#include "engine/loader/features.h"
#include "engine/loader/follow_sets.h"
#include "engine/loader/hook_loader.h"
#include "engine/loader/processors.h"
#include "engine/loader/program_array.h"
#include "engine/loader/rings.h"
#include "engine/loader/state_maps.h"
#include "engine/loader/vmlinux_types.h"
#include "kernel/objects.h"

namespace vigil::loader {
namespace {

using Dispatchers = std::map<plan::HookKey, Dispatcher>;

// What exists between start() and stop(). Members are torn down from the last to the first.
struct Running {
  BaseObject base;
  RelocatedObject runtime;
  RelocatedObject dispatcher;
  RelocatedObject preload;
  KernelFunctions kernel_functions;
  std::vector<std::uint32_t> processors;  // possible ones
  PolicyStates policies;
  Rings rings;
  FollowSets follow_sets;
  Dispatchers hooks;
};

Result<Running> load_all(const Options& options, const Features& features,
                         const VmlinuxTypes& types) {
  Running running;
  TRY(running.processors, possible_processors());
  TRY(running.kernel_functions, functions_to_call(features, types));
  TRY(running.base, BaseObject::load(options.rings, features, types));
  const MapFds& shared = running.base.maps();
  const auto relocate = [&](const char* name, std::span<const std::uint8_t> elf) {
    return RelocatedObject::make(name, elf, shared, types);
  };
  TRY(running.runtime, relocate("vigil_runtime", kernel::runtime_object()));
  TRY(running.dispatcher, relocate("vigil_dispatch", kernel::dispatcher_object()));
  TRY(running.preload, relocate("vigil_preload", kernel::preload_object()));
  TRY(int states, running.base.map("policy_state"));
  TRY(running.policies, PolicyStates::map(states));
  TRY(int process_ring, running.base.map("ring_process"));
  TRY(int events_ring, running.base.map("ring_events"));
  TRY(running.rings, Rings::make(process_ring, events_ring));
  return running;
}

class BpfKernel final : public Kernel {
 public:
  BpfKernel(const Options& options, VmlinuxTypes types)
      : options_(options), types_(std::move(types)), features_(probe_features(types_)) {}

  const Features& features() const override { return features_; }

  Result<void> start() override {
    TRY(Running running, load_all(options_, features_, types_));
    TRY_VOID(running.base.attach());
    running_ = std::move(running);
    return {};
  }

  Result<std::vector<HookReport>> change(const HookChange& change) override {
    TRY(Running * running, running_or_error());
    if (detached_) return Error("the kernel programs are being taken out");
    TRY(std::vector<LoadedHook> loaded, load(*running, change.hooks));
    std::vector<HookReport> reports;
    for (const LoadedHook& hook : loaded) reports.push_back(hook.report);
    TRY(Dispatchers added, attach_new(*running, loaded));
    TRY_VOID(swap_all(*running, std::move(loaded)));
    std::lock_guard lock(hooks_mutex_);
    running->hooks.merge(added);
    for (const plan::HookKey& key : change.removed) running->hooks.erase(key);
    return reports;
  }

  Result<void> reset_policy(std::uint32_t slot, schema::PolicyMode mode) override {
    TRY(Running * running, running_or_error());
    return running->policies.reset(slot, mode);
  }

  Result<void> set_policy_mode(std::uint32_t slot, schema::PolicyMode mode) override {
    TRY(Running * running, running_or_error());
    return running->policies.set_mode(slot, mode);
  }

  Result<PolicyCounters> policy_counters(std::uint32_t slot) override {
    TRY(Running * running, running_or_error());
    return running->policies.counters(slot);
  }

  Result<PolicyCounters> selector_counters(const SelectorId& selector) override {
    TRY(Running * running, running_or_error());
    TRY(const int map, running->base.map("selector_counters"));
    return read_selector_counters(map, selector);
  }

  void forget_selector(const SelectorId& selector) override {
    if (!running_) return;
    if (auto map = running_->base.map("selector_counters"))
      delete_selector_counters(*map, selector);
  }

  KernelCounters counters() override {
    if (!running_) return {};
    auto map = running_->base.map("counters");
    KernelCounters counters = map ? read_counters(*map) : KernelCounters{};
    counters.misses = running_->base.misses();
    std::lock_guard lock(hooks_mutex_);
    for (const auto& [key, dispatcher] : running_->hooks)
      counters.misses.push_back({to_string(key), missed_runs(dispatcher.program())});
    return counters;
  }

  Result<void> set_follow_set(std::uint32_t set, const std::vector<std::uint32_t>& pids,
                              bool in_namespace) override {
    TRY(Running * running, running_or_error());
    if (set >= 64 * VG_FOLLOW_WORDS) return Error(fmt::format("there is no follow set {}", set));
    TRY(int pids_map, running->base.map("follow_pids"));
    TRY(int conf_map, running->base.map("follow_conf"));
    // In this order: a process looked up in the new generation must find the pids.
    TRY_VOID(update_follow_pids(pids_map, running->follow_sets.assign(set, pids, in_namespace)));
    return begin_generation(conf_map, set);
  }

  Result<void> clear_follow_set(std::uint32_t set) override {
    TRY(Running * running, running_or_error());
    TRY(int pids_map, running->base.map("follow_pids"));
    return update_follow_pids(pids_map, running->follow_sets.assign(set, {}, false));
  }

  Result<void> set_program_sets(const std::vector<vg_program_node>& table,
                                const std::vector<std::uint32_t>& fresh) override {
    TRY(Running * running, running_or_error());
    TRY(const int sets_map, running->base.map("program_sets"));
    TRY(const int conf_map, running->base.map("follow_conf"));
    // In this order: a process looked up in the new generation must find the programs.
    TRY_VOID(exchange_program_sets(sets_map, table));
    for (const std::uint32_t set : fresh) TRY_VOID(begin_generation(conf_map, set));
    return {};
  }

  Result<void> set_container(std::uint64_t cgroup,
                             const std::vector<std::uint32_t>& sets) override {
    TRY(Running * running, running_or_error());
    TRY(const int sets_map, running->base.map("container_sets"));
    TRY(const int generation_map, running->base.map("container_generation"));
    TRY(const Was was, write_container_sets(sets_map, cgroup, sets));
    // In this order: a cgroup that is looked at in the new generation must find the container.
    return was == Was::known ? Result<void>() : begin_container_generation(generation_map);
  }

  void forget_container(std::uint64_t cgroup) override {
    if (!running_) return;
    auto sets_map = running_->base.map("container_sets");
    auto generation_map = running_->base.map("container_generation");
    if (!sets_map || !generation_map) return;
    delete_container_sets(*sets_map, cgroup);
    (void)begin_container_generation(*generation_map).has_value();
  }

  Result<void> seed(const SeededProcess& process) override {
    TRY(Running * running, running_or_error());
    TRY(int seeds, running->base.map("seeds"));
    return write_seed(seeds, process);
  }

  Result<Left> poll(int timeout_ms, const RecordHandler& handler) override {
    TRY(Running * running, running_or_error());
    return running->rings.poll(timeout_ms, handler);
  }

  Result<std::vector<RingEnd>> ring_ends() override {
    TRY(Running * running, running_or_error());
    TRY(int sequences, running->base.map("sequences"));
    return read_ring_ends(sequences, running->processors);
  }

  void detach() override {
    if (!running_) return;
    detached_ = true;
    {
      std::lock_guard lock(hooks_mutex_);
      running_->hooks.clear();
    }
    running_->base.detach();
  }

  void stop() override { running_.reset(); }

 private:
  Result<Running*> running_or_error() {
    if (running_) return &*running_;
    return Error("the kernel programs are not loaded");
  }

  // Known of a hook that runs: finding a function searches all of the kernel's types.
  Result<Target> target_in(const Running& running, const codegen::HookProgram& program) const {
    const auto hook = running.hooks.find(program.key);
    if (hook != running.hooks.end()) return hook->second.target();
    return target_of(program.key, reach_of(program), types_);
  }

  Reach reach_of(const codegen::HookProgram& program) const {
    if (program.functions.empty()) return Reach::one;
    return features_.kprobe_multi ? Reach::many_at_once : Reach::many;
  }

  Result<std::vector<LoadedHook>> load(const Running& running,
                                       const std::vector<codegen::HookPrograms>& hooks) {
    std::vector<LoadedHook> loaded;
    for (const codegen::HookPrograms& parts : hooks) {
      TRY(Target target, target_in(running, parts.front()));
      TRY(LoadedHook hook, load_hook(parts, running.runtime, running.kernel_functions, target));
      TRY(hook.preloads, load_preloads(running, parts, target));
      loaded.push_back(std::move(hook));
    }
    return loaded;
  }

  static Result<std::vector<UniqueFd>> load_preloads(const Running& running,
                                                     const codegen::HookPrograms& parts,
                                                     Target target) {
    std::vector<UniqueFd> preloads;
    target.flags = BPF_F_SLEEPABLE;
    for (const codegen::HookProgram& part : parts) {
      if (part.preload.instructions.empty()) continue;
      codegen::HookPrograms before(1);
      static_cast<codegen::Code&>(before.front()) = part.preload;
      before.front().key = part.key;
      TRY(LoadedHook loaded, load_hook(before, running.preload, running.kernel_functions, target));
      preloads.push_back(std::move(loaded.code.first));
    }
    return preloads;
  }

  // Takes the programs of hooks that are not there yet.
  Result<Dispatchers> attach_new(const Running& running, std::vector<LoadedHook>& loaded) {
    Dispatchers added;
    for (LoadedHook& hook : loaded) {
      const plan::HookKey& key = hook.report.key;
      if (running.hooks.contains(key)) continue;
      auto dispatcher = Dispatcher::make(key, hook.functions, hook.target, running.dispatcher,
                                         {std::move(hook.code), std::move(hook.preloads)});
      if (!dispatcher) return dispatcher.error().in(hook.place);
      added.emplace(key, std::move(*dispatcher));
    }
    return added;
  }

  // What was swapped before a failure is swapped back.
  static Result<void> swap_all(Running& running, std::vector<LoadedHook> loaded) {
    std::vector<std::pair<Dispatcher*, Dispatcher::Content>> swapped;
    Result<void> done;
    for (LoadedHook& hook : loaded) {
      if (!hook.code.first) continue;
      Dispatcher& dispatcher = running.hooks.at(hook.report.key);
      auto before = dispatcher.put({std::move(hook.code), std::move(hook.preloads)});
      if (!before) {
        done = before.error();
        for (auto& [earlier, content] : swapped) swap_back(*earlier, content);
        break;
      }
      swapped.emplace_back(&dispatcher, std::move(*before));
    }
    wait_for_parts(swapped);
    return done;
  }

  // `content` is then what is left over.
  static void swap_back(Dispatcher& dispatcher, Dispatcher::Content& content) {
    if (auto after = dispatcher.put_back(std::move(content))) content = std::move(*after);
  }

  // Calls that are between two parts must find the next.
  static void wait_for_parts(
      const std::vector<std::pair<Dispatcher*, Dispatcher::Content>>& swapped) {
    const bool in_parts = std::ranges::any_of(
        swapped, [](const auto& old) { return static_cast<bool>(old.second.code.others); });
    if (in_parts) static_cast<void>(wait_for_running_programs());
  }

  Options options_;
  VmlinuxTypes types_;
  Features features_;
  std::optional<Running> running_;
  std::mutex hooks_mutex_;  // of running_->hooks, which counters() walks on any thread
  bool detached_ = false;
};

}  // namespace

Result<std::unique_ptr<Kernel>> make_bpf_kernel(const Options& options) {
  TRY(VmlinuxTypes types, options.types ? VmlinuxTypes(options.types) : VmlinuxTypes::load());
  return std::unique_ptr<Kernel>(std::make_unique<BpfKernel>(options, std::move(types)));
}

}  // namespace vigil::loader
