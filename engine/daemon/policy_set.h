// PolicySet: which policies run in the kernel. run() moves from one set to another,
// whole or not at all.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/api/policy_service.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/daemon/hook_set.h"
#include "engine/daemon/numbers.h"
#include "engine/daemon/workloads.h"

namespace vigil::daemon {

// What numbers of policies are kept in; outlives every policy.
struct PolicyBooks {
  loader::Kernel& kernel;
  Slots& slots;
  decode::HookMap& registry;
};

// A policy that can run. Keeps its slot, and with it its counters and mode, while it is
// disabled; when it is gone, its slot is free and events soon stop to know it.
class RunnablePolicy {
 public:
  RunnablePolicy(check::CheckedPolicy policy, std::uint32_t id, std::uint32_t slot,
                 PolicyBooks books)
      : policy(std::move(policy)), id(id), slot(slot), books_(books) {}
  ~RunnablePolicy();
  RunnablePolicy(const RunnablePolicy&) = delete;
  RunnablePolicy& operator=(const RunnablePolicy&) = delete;

  const check::CheckedPolicy policy;
  const std::uint32_t id;
  const std::uint32_t slot;

  // All selectors of its hooks, in their order.
  std::vector<loader::SelectorId> selectors() const;

 private:
  PolicyBooks books_;
};
using RunnablePtr = std::shared_ptr<const RunnablePolicy>;

class PolicySet {
 public:
  PolicySet(loader::Kernel& kernel, decode::HookMap& registry);

  // Makes `wanted`, in this order, what runs. On failure everything is as before.
  api::Outcome<void> run(std::vector<RunnablePtr> wanted);

  const std::vector<RunnablePtr>& running() const { return running_; }
  const HookSet& hooks() const { return hooks_; }
  Workloads& workloads() { return workloads_; }

 private:
  FollowNumbers follow_;
  Workloads workloads_;
  HookSet hooks_;
  std::vector<RunnablePtr> running_;
};

}  // namespace vigil::daemon
