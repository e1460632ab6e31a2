#include "engine/compile/plan/placement.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "engine/compile/plan/plan.h"
#include "engine/schema/actions.h"

namespace vigil::plan {
namespace {

using schema::ActionKind;
using schema::Mechanism;
using schema::Section;

bool enforces(const check::Action& action) {
  switch (action.kind) {
    case ActionKind::sigkill:
    case ActionKind::override: return true;
    case ActionKind::post:
    case ActionKind::no_post:
    case ActionKind::signal:
    case ActionKind::track_sock:
    case ActionKind::untrack_sock: return false;
  }
  return false;
}

bool enforces(const check::Hook& hook) {
  return std::ranges::any_of(hook.selectors, [](const check::Selector& selector) {
    return std::ranges::any_of(selector.actions,
                               [](const check::Action& action) { return enforces(action); });
  });
}

}  // namespace

std::string to_string(const HookKey& key) {
  return fmt::format("{}/{}", schema::name(key.mechanism), key.function);
}

bool can_refuse(Mechanism mechanism) {
  return mechanism == Mechanism::lsm || mechanism == Mechanism::fmod_ret;
}

bool is_return_half(Mechanism mechanism) {
  return mechanism == Mechanism::kretprobe || mechanism == Mechanism::fexit;
}

HookKey entry_key(const check::Hook& hook) {
  const bool leaves_kprobe = hook.section == Section::lsmhooks || enforces(hook);
  if (leaves_kprobe && hook.enforcement) return {*hook.enforcement, hook.enforcement_function};
  return {hook.section == Section::lsmhooks ? Mechanism::lsm : Mechanism::kprobe, hook.function};
}

std::optional<HookKey> return_key(const check::Hook& hook) {
  if (!hook.return_argument) return std::nullopt;
  return HookKey{hook.return_half.mechanism, hook.function};
}

std::string entry_reason(const check::Hook& hook) {
  if (hook.section == Section::lsmhooks) {
    return hook.enforcement ? hook.enforcement_reason
                            : "can be watched only: " + hook.enforcement_reason;
  }
  if (!enforces(hook)) return "denies nothing: no selector says Sigkill or Override";
  if (hook.enforcement) return hook.enforcement_reason;
  return "kills, but the call that triggered it may complete: " + hook.enforcement_reason;
}

std::vector<HookKey> hooks_of(const check::CheckedPolicy& policy) {
  std::set<HookKey> keys;
  for (const check::Hook& hook : policy.hooks()) {
    keys.insert(entry_key(hook));
    if (const auto key = return_key(hook)) keys.insert(*key);
  }
  return {keys.begin(), keys.end()};
}

std::string traced_symbol(const HookKey& key, const std::vector<LoadedPolicy>& policies) {
  for (const LoadedPolicy& loaded : policies) {
    for (const check::Hook& hook : loaded.policy->hooks()) {
      const bool here = entry_key(hook) == key || return_key(hook) == key;
      if (here && hook.section == Section::kprobes) return hook.function;
    }
  }
  return key.mechanism == Mechanism::lsm ? to_string(key) : key.function;
}

}  // namespace vigil::plan
