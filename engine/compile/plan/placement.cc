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
    case ActionKind::notify_enforcer:
    case ActionKind::cleanup_enforcer:
    case ActionKind::track_sock:
    case ActionKind::untrack_sock:
    case ActionKind::set: return false;
  }
  return false;
}

bool enforces(const check::Hook& hook) {
  return hook.enforcer || std::ranges::any_of(hook.selectors, [](const check::Selector& selector) {
           return std::ranges::any_of(selector.actions,
                                      [](const check::Action& action) { return enforces(action); });
         });
}

HookKey user_key(Mechanism mechanism, const check::CodePlace& place) {
  return {mechanism, place.path, place.offset, place.ref_ctr_offset};
}

}  // namespace

std::string to_string(const HookKey& key) {
  if (is_user(key.mechanism))
    return fmt::format("{}/{}+{:#x}", schema::name(key.mechanism), key.function, key.offset);
  return fmt::format("{}/{}", schema::name(key.mechanism), key.function);
}

bool is_user(Mechanism mechanism) {
  return mechanism == Mechanism::uprobe || mechanism == Mechanism::uretprobe;
}

bool is_return(Mechanism mechanism) {
  return mechanism == Mechanism::kretprobe || mechanism == Mechanism::fexit ||
         mechanism == Mechanism::uretprobe;
}

bool can_refuse(Mechanism mechanism) {
  return mechanism == Mechanism::lsm || mechanism == Mechanism::fmod_ret;
}

HookKey entry_key(const check::Hook& hook) {
  switch (hook.section) {
    case Section::kprobes:
      if (hook.enforcement && enforces(hook)) break;
      return {Mechanism::kprobe, hook.function};
    case Section::fentries: return {Mechanism::fentry, hook.function};
    case Section::tracepoints:
      if (hook.raw) return {Mechanism::raw_tracepoint, hook.function};
      return {Mechanism::tracepoint, hook.subsystem + '/' + hook.function};
    case Section::lsmhooks:
      if (hook.enforcement) break;
      return {Mechanism::lsm, hook.function};
    case Section::uprobes:
    case Section::usdts: return user_key(Mechanism::uprobe, hook.place.value());
  }
  return {*hook.enforcement, hook.enforcement_function};
}

std::optional<HookKey> return_key(const check::Hook& hook) {
  if (!hook.return_argument) return std::nullopt;
  if (hook.place) return user_key(Mechanism::uretprobe, *hook.place);
  return HookKey{hook.return_half.mechanism, hook.function};
}

std::string entry_reason(const check::Hook& hook) {
  if (hook.enforcer && !hook.enforcement)
    return "signals only, as is all that the policy asks for: " + hook.enforcement_reason;
  if (hook.section == Section::fentries) return "a fentry, as the policy asks";
  if (hook.section == Section::tracepoints) {
    if (hook.raw) return "a raw tracepoint, as the policy asks";
    if (!enforces(hook)) return "a tracepoint, as the policy asks";
  }
  if (hook.section == Section::lsmhooks) {
    return hook.enforcement ? hook.enforcement_reason
                            : "can be watched only: " + hook.enforcement_reason;
  }
  if (!enforces(hook)) return "denies nothing: no selector says Sigkill or Override";
  if (hook.place) return "kills before the code runs";
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
      const bool by_symbol = hook.section == Section::kprobes || hook.section == Section::fentries;
      if (here && by_symbol) return hook.function;
    }
  }
  switch (key.mechanism) {
    case Mechanism::lsm:
    case Mechanism::raw_tracepoint:
    case Mechanism::tracepoint: return to_string(key);
    case Mechanism::kprobe:
    case Mechanism::kretprobe:
    case Mechanism::fmod_ret:
    case Mechanism::fentry:
    case Mechanism::fexit: return key.function;
    // Entry and return of one place alike.
    case Mechanism::uprobe:
    case Mechanism::uretprobe: return fmt::format("{}+{:#x}", key.function, key.offset);
  }
  return key.function;
}

}  // namespace vigil::plan
