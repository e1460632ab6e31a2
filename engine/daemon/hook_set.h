// HookSet: the hooks that run in the kernel. A change is made on all hooks it touches,
// or on none: what was swapped before a failure is swapped back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/api/policy_service.h"
#include "engine/compile/codegen/hook_program.h"
#include "engine/compile/plan/plan.h"
#include "engine/loader/kernel.h"
#include "engine/stream/decode/registry.h"

namespace vigil::daemon {

class HookSet {
 public:
  // Both must outlive it.
  HookSet(loader::Kernel& kernel, decode::HookMap& registry) : kernel_(kernel), registry_(registry) {}

  // Makes each of `keys` do what `policies` ask of it; those that none of them touches are removed.
  api::Outcome<void> rebuild(const std::set<plan::HookKey>& keys,
                             const std::vector<plan::LoadedPolicy>& policies,
                             const plan::FollowSets& follow_sets);

  struct Hook {
    loader::HookReport report;
    std::vector<plan::Placement> placements;
    std::uint16_t generation = 0;
  };
  const std::map<plan::HookKey, Hook>& running() const { return running_; }

 private:
  struct Step {
    plan::HookKey key;
    std::vector<plan::Placement> placements;
    std::optional<codegen::HookProgram> program;  // none: the hook is removed
    loader::HookReport report;
    std::uint16_t generation = 0;
  };

  api::Outcome<Step> prepare(const plan::HookKey& key, const std::vector<plan::LoadedPolicy>& policies,
                             const plan::FollowSets& follow_sets);
  void publish(const plan::HookPlan& plan, const std::vector<plan::LoadedPolicy>& policies);
  void settle(const std::set<plan::HookKey>& keys);
  Result<void> perform(Step& step);
  Result<void> undo(const plan::HookKey& key);
  api::Failure roll_back(const std::vector<Step>& steps, std::size_t failed, const Error& error);
  void commit(std::vector<Step> steps);
  api::Outcome<std::vector<Step>> prepare_all(const std::set<plan::HookKey>& keys,
                                              const std::vector<plan::LoadedPolicy>& policies,
                                              const plan::FollowSets& follow_sets);
  api::Outcome<void> perform_all(std::vector<Step> steps);
  std::uint32_t function_number(const std::string& symbol);

  loader::Kernel& kernel_;
  decode::HookMap& registry_;
  std::map<plan::HookKey, Hook> running_;
  std::map<plan::HookKey, codegen::HookProgram> programs_;  // of running_, to put back
  // Never forgotten: records of a hook that was removed may still be on their way.
  std::map<plan::HookKey, std::uint16_t> generations_;
  std::map<std::string, std::uint32_t> function_numbers_;
};

}  // namespace vigil::daemon
