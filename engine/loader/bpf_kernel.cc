#include "engine/loader/bpf_kernel.h"

#include <map>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "engine/loader/capture.h"
#include "engine/loader/dispatcher.h"
#include "engine/loader/features.h"
#include "engine/loader/follow_sets.h"
#include "engine/loader/hook_loader.h"
#include "engine/loader/rings.h"
#include "engine/loader/state_maps.h"
#include "engine/loader/vmlinux_types.h"
#include "kernel/objects.h"

namespace vigil::loader {
namespace {

// What exists between start() and stop(). Members are torn down from the last to the first.
struct Running {
  BaseObject base;
  RelocatedObject runtime;
  RelocatedObject dispatcher;
  KernelFunctions kernel_functions;
  PolicyStates policies;
  Rings rings;
  FollowSets follow_sets;
  std::map<plan::HookKey, Dispatcher> hooks;
};

// The kernel's own functions that hook programs call where it has a use for them.
Result<KernelFunctions> kernel_functions(const Features& features, const VmlinuxTypes& types) {
  KernelFunctions ids;
  if (!features.keep_processor) return ids;
  for (const char* name : {"bpf_preempt_disable", "bpf_preempt_enable"}) {
    TRY(ids[name], types.function(name));
  }
  return ids;
}

Result<Running> load_all(const Options& options, const Features& features,
                         const VmlinuxTypes& types) {
  Running running;
  TRY(running.kernel_functions, kernel_functions(features, types));
  TRY(running.base, BaseObject::load(options.rings, features));
  const MapFds& shared = running.base.maps();
  TRY(running.runtime, RelocatedObject::make("vigil_runtime", kernel::runtime_object(), shared));
  TRY(running.dispatcher,
      RelocatedObject::make("vigil_dispatch", kernel::dispatcher_object(), shared));
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

  Result<HookReport> install(const codegen::HookProgram& program) override {
    TRY(Running * running, running_or_error());
    if (detached_) return Error("the kernel programs are being taken out");
    auto it = running->hooks.find(program.key);
    if (it != running->hooks.end()) return swap(*running, it->second, program);
    return add(*running, program);
  }

  Result<void> remove(const plan::HookKey& key) override {
    TRY(Running * running, running_or_error());
    std::lock_guard lock(hooks_mutex_);
    running->hooks.erase(key);
    return {};
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

  Result<void> seed(const SeededProcess& process) override {
    TRY(Running * running, running_or_error());
    TRY(int seeds, running->base.map("seeds"));
    return write_seed(seeds, process);
  }

  Result<Left> poll(int timeout_ms, const RecordHandler& handler) override {
    TRY(Running * running, running_or_error());
    return running->rings.poll(timeout_ms, handler);
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

  Result<HookReport> add(Running& running, const codegen::HookProgram& program) {
    TRY(Target target, target_of(program.key, types_));
    TRY(LoadedHook hook, load_hook(program, running.runtime, running.kernel_functions, target));
    TRY(Dispatcher dispatcher,
        Dispatcher::make(program.key, target, running.dispatcher, hook.program.get()));
    std::lock_guard lock(hooks_mutex_);
    running.hooks.emplace(program.key, std::move(dispatcher));
    return hook.report;
  }

  Result<HookReport> swap(Running& running, Dispatcher& dispatcher,
                          const codegen::HookProgram& program) {
    TRY(LoadedHook hook,
        load_hook(program, running.runtime, running.kernel_functions, dispatcher.target()));
    TRY_VOID(dispatcher.put(hook.program.get()));
    return hook.report;
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
  TRY(VmlinuxTypes types, VmlinuxTypes::load());
  return std::unique_ptr<Kernel>(std::make_unique<BpfKernel>(options, std::move(types)));
}

}  // namespace vigil::loader
