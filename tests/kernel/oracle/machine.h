// Machine: the base programs attached, and hook programs loaded so that a test can run them with
// arguments of its choice.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/compile/plan/plan.h"
#include "engine/loader/base_object.h"
#include "engine/loader/capture.h"
#include "engine/loader/follow_sets.h"
#include "engine/loader/hook_loader.h"
#include "engine/loader/join.h"
#include "engine/loader/state_maps.h"
#include "tests/kernel/oracle/worker.h"

namespace vigil::testing {

class Machine {
 public:
  static Result<Machine> make();

  Result<void> attach() { return base_.attach(); }
  Result<RingFds> rings() const;

  // The plan's program, of a type that can be run by itself and has its arguments as they come.
  Result<loader::HookCode> load(std::vector<plan::HookPlan> parts);
  // Policies' counters, from nothing, and modes, and the follow sets, from now on.
  Result<void> set_up(const std::vector<plan::LoadedPolicy>& policies,
                      const plan::FollowSets& follow_sets);
  // The root of all cgroups becomes a container in these sets, or none at all.
  Result<void> put_everybody_in(const std::set<std::uint32_t>& workloads) const;
  // Of all its selectors.
  Result<loader::PolicyCounters> counters(const plan::LoadedPolicy& policy) const;

 private:
  loader::BaseObject base_;
  loader::RelocatedObject runtime_;
  loader::KernelFunctions kernel_functions_;
  loader::PolicyStates policies_;
  int selector_counters_ = -1;  // base_ has it
  loader::FollowSets follow_sets_;
  plan::FollowSets numbers_;  // in use
  std::uint32_t memo_ = 0;
};

}  // namespace vigil::testing
