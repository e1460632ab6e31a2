#include "engine/compile/check/check.h"

#include <fmt/format.h>

#include "engine/compile/check/hook.h"
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
  for (const policy::Option& option : options) {
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
      return false;
    case schema::ActionKind::sigkill:
    case schema::ActionKind::signal:
    case schema::ActionKind::override:
      return true;
  }
  return false;
}

bool any_enforces(const std::vector<Hook>& hooks) {
  for (const Hook& hook : hooks) {
    for (const Selector& selector : hook.selectors) {
      for (const Action& action : selector.actions) {
        if (is_enforcing(action.kind)) return true;
      }
    }
  }
  return false;
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
    for (const policy::Hook& hook : policy.hooks) {
      auto out = check_hook(hook, kernel, traits, diagnostics);
      if (out) checked.hooks_.push_back(std::move(*out));
    }
    checked.enforces_ = any_enforces(checked.hooks_);
    if (!policy.complete || diagnostics.error_count() != errors) return std::nullopt;
    return checked;
  }
};

std::optional<CheckedPolicy> check(const policy::Policy& policy, const KernelTypes& kernel,
                                   const KernelTraits& traits, Diagnostics& diagnostics) {
  return Checker::run(policy, kernel, traits, diagnostics);
}

}  // namespace vigil::check
