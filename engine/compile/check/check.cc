#include "engine/compile/check/check.h"

#include <fmt/format.h>

#include <set>
#include <string>

#include "engine/compile/check/hook.h"
#include "engine/compile/check/target.h"
#include "engine/compile/check/words.h"
#include "engine/schema/actions.h"

namespace vigil::check {
namespace {

namespace code = schema::code;

schema::PolicyMode check_mode(const policy::Option& option, Diagnostics& diagnostics) {
  auto mode = look_up(schema::policy_mode_words(), option.value, "a mode", code::unknown_option,
                      diagnostics);
  return mode.value_or(schema::PolicyMode::enforce);
}

schema::PolicyMode check_options(const std::vector<policy::Option>& options,
                                 Diagnostics& diagnostics) {
  schema::PolicyMode mode = schema::PolicyMode::enforce;
  std::set<std::string> given;
  for (const policy::Option& option : options) {
    if (!given.insert(option.name.value).second) {
      diagnostics.error(code::duplicate_key.code, option.name.span,
                        "this option stands here twice");
    }
    auto known = look_up(schema::option_words(), option.name, "an option", code::unknown_option,
                         diagnostics);
    if (known == schema::Option::policy_mode) mode = check_mode(option, diagnostics);
  }
  return mode;
}

bool is_enforcing(schema::ActionKind kind) {
  switch (kind) {
    case schema::ActionKind::post:
    case schema::ActionKind::no_post:
    case schema::ActionKind::track_sock:
    case schema::ActionKind::untrack_sock: return false;
    case schema::ActionKind::sigkill:
    case schema::ActionKind::signal:
    case schema::ActionKind::override: return true;
  }
  return false;
}

bool any_enforces(const std::vector<Hook>& hooks) {
  for (const Hook& hook : hooks) {
    for (const Selector& selector : hook.selectors) {
      for (const auto* actions : {&selector.actions, &selector.return_actions}) {
        for (const Action& action : *actions) {
          if (is_enforcing(action.kind)) return true;
        }
      }
    }
  }
  return false;
}

bool may_be_skipped(const policy::Hook& hook, const KernelTypes& kernel) {
  return hook.ignore_call_not_found && hook.ignore_call_not_found->value && is_absent(hook, kernel);
}

SkippedHook skip(const policy::Hook& hook, std::uint32_t index, Diagnostics& diagnostics) {
  diagnostics.warning(
      code::hook_skipped.code, hook.function.span,
      fmt::format("the kernel has no '{}', so this hook is left out", hook.function.value),
      "'ignore.callNotFound' asks for that");
  return {.section = hook.section,
          .index = index,
          .function = hook.function.value,
          .reason = "the kernel has no such function",
          .span = hook.span};
}

void warn_if_nothing_is_left(const policy::Policy& policy, const CheckedPolicy& checked,
                             Diagnostics& diagnostics) {
  if (checked.skipped_hooks().empty() || !checked.hooks().empty()) return;
  diagnostics.warning(code::no_hooks.code, policy.name.span,
                      "the kernel has none of the policy's functions, so it does nothing");
}

}  // namespace

// The one that may make a CheckedPolicy.
class Checker {
 public:
  static std::optional<CheckedPolicy> run(const policy::Policy& policy, const KernelTypes& kernel,
                                          const KernelTraits& traits, Diagnostics& diagnostics) {
    std::size_t errors = diagnostics.error_count();
    CheckedPolicy checked;
    checked.name_ = policy.name.value;
    checked.source_ = policy.source;
    checked.mode_ = check_options(policy.options, diagnostics);
    for (std::uint32_t index = 0; index < policy.hooks.size(); ++index) {
      const policy::Hook& hook = policy.hooks[index];
      if (may_be_skipped(hook, kernel)) {
        checked.skipped_hooks_.push_back(skip(hook, index, diagnostics));
        check_without_function(hook, kernel, diagnostics);
      } else if (auto out = check_hook(hook, kernel, traits, diagnostics)) {
        out->index = index;
        checked.hooks_.push_back(std::move(*out));
      }
    }
    checked.enforces_ = any_enforces(checked.hooks_);
    if (!policy.complete || diagnostics.error_count() != errors) return std::nullopt;
    warn_if_nothing_is_left(policy, checked, diagnostics);
    return checked;
  }
};

std::optional<CheckedPolicy> check(const policy::Policy& policy, const KernelTypes& kernel,
                                   const KernelTraits& traits, Diagnostics& diagnostics) {
  return Checker::run(policy, kernel, traits, diagnostics);
}

}  // namespace vigil::check
