// HookSet: the hooks that run in the kernel. A change is made on all hooks it touches, or on none.
#pragma once

#include <cstdint>
#include <map>
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
  HookSet(loader::Kernel& kernel, decode::HookMap& registry)
      : kernel_(kernel), registry_(registry) {}

  // Makes each of `keys` do what `policies` ask of it; those that none of them touches are removed.
  api::Outcome<void> rebuild(const std::set<plan::HookKey>& keys,
                             const std::vector<plan::LoadedPolicy>& policies,
                             const plan::Numbers& numbers);

  struct Hook {
    loader::HookReport report;
    std::vector<plan::Placement> placements;
    std::uint16_t generation = 0;
  };
  const std::map<plan::HookKey, Hook>& running() const { return running_; }

 private:
  struct Change {
    loader::HookChange kernel;
    std::vector<Hook> hooks;  // of kernel.hooks
  };

  api::Outcome<void> prepare(const plan::HookKey& key,
                             const std::vector<plan::LoadedPolicy>& policies,
                             const plan::Numbers& numbers, Change& change);
  void publish(const plan::HookKey& key, const Hook& hook,
               const std::vector<plan::LoadedPolicy>& policies);
  void settle(const std::set<plan::HookKey>& keys);
  api::Outcome<Change> prepare_all(const std::set<plan::HookKey>& keys,
                                   const std::vector<plan::LoadedPolicy>& policies,
                                   const plan::Numbers& numbers);
  api::Outcome<void> perform(Change change);
  std::uint32_t function_number(const std::string& symbol);

  loader::Kernel& kernel_;
  decode::HookMap& registry_;
  std::map<plan::HookKey, Hook> running_;
  // Never forgotten: records of a hook that was removed may still be on their way.
  std::map<plan::HookKey, std::uint16_t> generations_;
  std::map<std::string, std::uint32_t> function_numbers_;
  std::uint32_t memos_ = 0;  // hook programs made so far
};

}  // namespace vigil::daemon
