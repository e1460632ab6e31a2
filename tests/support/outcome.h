// What policies do about an event, said from the checked policies alone: which events are posted,
// what the call returns, which signals are sent.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <vector>

#include "engine/compile/plan/plan.h"
#include "tests/support/reference.h"

namespace vigil::testing {

struct Post {
  std::uint32_t policy_id = 0;
  std::uint32_t hook_index = 0;
  std::uint32_t selector = 0;
  schema::ActionKind action = schema::ActionKind::post;
  bool monitored = false;
  bool enforcing = false;  // goes through the ring of processes and enforcement
  auto operator<=>(const Post&) const = default;
};

// Of one policy.
struct Counts {
  std::uint64_t post = 0, nopost = 0;
  std::uint64_t signal = 0, monitor_signal = 0;
  std::uint64_t override = 0, monitor_override = 0;
  bool operator==(const Counts&) const = default;
};

struct Outcome {
  std::multiset<Post> posts;
  std::int32_t verdict = 0;
  std::set<std::int32_t> signals;
  bool operator==(const Outcome&) const = default;
};

// Of an LSM hook. Adds to `counts`, which has an element per policy.
Outcome outcome_of(const plan::HookKey& key, const std::vector<plan::LoadedPolicy>& policies,
                   const Event& event, const plan::Numbers& numbers, std::vector<Counts>& counts);

}  // namespace vigil::testing
