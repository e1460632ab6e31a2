// Rules: what a scenario's policies look for, and on which hook.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::bench {

// All but post and deny reject every call that is measured; near only by the directory, since the
// file's own name is the one that is opened.
enum class Rule { binary, equal, near, prefix, postfix, address, port, number, mixed, post, deny };
std::string_view name_of(Rule rule);

// Where a call can be met, with the arguments that a policy would name.
struct Place {
  std::string_view call;
  std::string lsm;       // no LSM hook there: empty
  std::string function;  // for kprobes and fentries
  std::vector<check::Argument> arguments;
  std::uint32_t looked_at = 0;  // position of the argument that rules look at
  bool syscall = false;
  std::string raw_tracepoint;  // none there: empty
};

const std::vector<Place>& all_places();
const Place& place_of(std::string_view call);

bool has(const Place& place, schema::Mechanism mechanism);
plan::HookKey key_of(const Place& place, schema::Mechanism mechanism);

// `count` policies, each with `values` values of its own; of post and deny, only the last matches.
std::vector<check::CheckedPolicy> policies(const Place& place, schema::Mechanism mechanism,
                                           Rule rule, std::size_t count, std::size_t values);

}  // namespace vigil::bench
