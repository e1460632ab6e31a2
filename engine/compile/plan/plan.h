// plan(): all loaded policies -> the parts of one hook they touch.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::plan {

// A checked policy with the numbers the daemon gave it.
struct LoadedPolicy {
  const check::CheckedPolicy* policy = nullptr;
  std::uint32_t id = 0;
  std::uint32_t slot = 0;
};

// What is passed on to children, matchPIDs with followForks and programs of ancestors: which
// numbered set each distinct condition is (runtime_abi.h, follow sets). Numbers live as long as the
// policies that use them.
struct FollowSet {
  std::vector<std::uint32_t> pids;  // ascending, no doubles
  bool in_namespace = false;
  std::optional<check::TextCondition::Kind> match = std::nullopt;  // set: of programs
  std::vector<std::string> paths = {};                             // ascending, no doubles
  auto operator<=>(const FollowSet&) const = default;
};
using FollowSets = std::map<FollowSet, std::uint32_t>;

// Sets of containers, by what is asked of their labels: which number each has. Numbers live as long
// as the policies that use them; which containers are in a set changes at any time.
using WorkloadSets = std::map<check::LabelRequirements, std::uint32_t>;

// The numbers of all that conditions name.
struct Numbers {
  const FollowSets& follow;
  const WorkloadSets& workloads;
};

// Those of policies that are all there are: what a set is numbered does not depend on others then.
struct OwnNumbers {
  FollowSets follow;
  WorkloadSets workloads;

  void add(const check::CheckedPolicy& policy);
  Numbers all() const { return {follow, workloads}; }
};

// The hooks a policy touches, to know what to rebuild.
std::vector<HookKey> hooks_of(const check::CheckedPolicy& policy);
// What HookPlan::function_number counts: the traced function. A kprobe, the LSM hook it
// was lowered to and its kretprobe give the same text, taken from the policies' own
// spelling, since LSM hooks and security_* functions do not always share a name.
std::string traced_symbol(const HookKey& key, const std::vector<LoadedPolicy>& policies);

// The sets it needs numbers for.
std::vector<FollowSet> follow_sets_of(const check::CheckedPolicy& policy);
std::vector<check::LabelRequirements> workload_sets_of(const check::CheckedPolicy& policy);

// The plan of one hook for `policies`, in their order; those that do not touch it are skipped.
// In parts, at least one, each as much as a program holds: they run one after the other.
Result<std::vector<HookPlan>> plan(const HookKey& key, const std::vector<LoadedPolicy>& policies,
                                   const Numbers& numbers);

// What this policy alone asks of a hook that its programs cannot hold: the only mistakes that check
// leaves to be found here.
void report_misfits(const check::CheckedPolicy& policy, Diagnostics& diagnostics);

// The plan for people (`vigil policy explain`).
std::string explain(const HookPlan& plan);
// A policy's hooks that have no plan, a line each.
std::string explain_skipped(const check::CheckedPolicy& policy);

}  // namespace vigil::plan
