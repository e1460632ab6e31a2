// one_plan(): the plan of a hook whose policies fit into one program.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "engine/compile/plan/plan.h"

namespace vigil::testing {

inline Result<plan::HookPlan> one_plan(const plan::HookKey& key,
                                       const std::vector<plan::LoadedPolicy>& policies,
                                       const plan::FollowSets& follow_sets,
                                       const plan::WorkloadSets& workload_sets = {}) {
  TRY(auto parts, plan::plan(key, policies, {follow_sets, workload_sets}));
  if (parts.size() == 1) return std::move(parts.front());
  std::fprintf(stderr, "%s has %zu parts\n", to_string(key).c_str(), parts.size());
  std::abort();
}

}  // namespace vigil::testing
