#include "engine/compile/check/enforcers.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/compile/check/enforcement.h"
#include "engine/compile/check/target.h"
#include "engine/schema/actions.h"
#include "engine/schema/codes.h"
#include "engine/schema/lsm_hooks.h"

namespace vigil::check {
namespace {

namespace code = schema::code;
using schema::ActionKind;

// A selector that notifies, if any.
struct Notifier {
  std::optional<Span> any;
  std::optional<Span> refusing;  // asks for an error, not for a signal alone
};

Notifier notifier_of(const std::vector<Hook>& hooks) {
  Notifier found;
  for (const Hook& hook : hooks) {
    for (const Selector& selector : hook.selectors) {
      for (const auto* actions : {&selector.actions, &selector.return_actions}) {
        for (const Action& action : *actions) {
          if (action.kind != ActionKind::notify_enforcer) continue;
          found.any = action.span;
          if (action.error != 0) found.refusing = action.span;
        }
      }
    }
  }
  return found;
}

// Also where the action is mistaken, or its hook left out.
bool is_notified(const policy::Policy& policy) {
  const auto notifies = [](const policy::Action& action) {
    return action.name.value == schema::name(ActionKind::notify_enforcer);
  };
  return std::ranges::any_of(policy.hooks, [&](const policy::Hook& hook) {
    return std::ranges::any_of(hook.selectors, [&](const policy::Selector& selector) {
      return std::ranges::any_of(selector.actions, notifies) ||
             std::ranges::any_of(selector.return_actions, notifies);
    });
  });
}

class EnforcerChecker {
 public:
  EnforcerChecker(const Lists& lists, const KernelTypes& kernel, const KernelTraits& traits,
                  bool must_refuse, Diagnostics& diagnostics)
      : lists_(lists),
        kernel_(kernel),
        traits_(traits),
        must_refuse_(must_refuse),
        diagnostics_(diagnostics) {}

  void add(const policy::Text& call, std::uint32_t index) {
    if (!call.readable) return;
    if (!call.value.starts_with(list_prefix)) return add_function(call, call.span, index);
    const FunctionList* list = lists_.find(call, diagnostics_);
    if (list == nullptr || !list->readable) return;
    const std::size_t errors = diagnostics_.error_count();
    for (const policy::Text& function : list->functions) {
      add_function(function, call.span, index);
      // What is wrong with one of a list is wrong with most.
      if (diagnostics_.error_count() != errors) return;
    }
  }

  std::vector<Hook> take() { return std::move(hooks_); }

 private:
  void add_function(const policy::Text& function, const Span& span, std::uint32_t index) {
    policy::Hook named;
    named.function = {.value = function.value, .span = span};
    auto target = find_target(named, kernel_, diagnostics_);
    if (!target) return;
    const bool is_security = target->function.starts_with(schema::security_prefix);
    if (target->syscall == nullptr && !is_security) {
      diagnostics_.error(code::bad_enforcer.code, span,
                         fmt::format("'{}' cannot be an enforcer's", function.value),
                         "system calls and security_* functions can");
      return;
    }
    const Enforcement enforcement =
        is_security ? enforcement_of_function(target->function, target->prototype, kernel_, traits_)
                    : enforcement_of_syscall(target->function, kernel_, traits_);
    if (!enforcement.mechanism && must_refuse_) {
      diagnostics_.error(
          code::cannot_override.code, span,
          fmt::format("'{}' cannot be stopped: {}", function.value, enforcement.reason),
          "list the security_* functions of the operation instead");
      return;
    }
    add_hook(std::move(*target), enforcement, span, index);
  }

  void add_hook(Target target, const Enforcement& enforcement, const Span& span,
                std::uint32_t index) {
    const bool known = std::ranges::any_of(
        hooks_, [&](const Hook& hook) { return hook.function == target.function; });
    if (known) return;
    Hook hook;
    hook.index = index;
    hook.function = std::move(target.function);
    hook.enforcement = enforcement.mechanism;
    hook.enforcement_function = enforcement.function;
    hook.enforcement_reason = enforcement.reason;
    hook.enforcer = true;
    hook.selectors.resize(1);
    hook.selectors[0].span = span;
    hook.span = span;
    hooks_.push_back(std::move(hook));
  }

  const Lists& lists_;
  const KernelTypes& kernel_;
  const KernelTraits& traits_;
  const bool must_refuse_;
  Diagnostics& diagnostics_;
  std::vector<Hook> hooks_;
};

}  // namespace

std::vector<Hook> check_enforcers(const policy::Policy& policy, const std::vector<Hook>& hooks,
                                  std::uint32_t first_index, const Lists& lists,
                                  const KernelTypes& kernel, const KernelTraits& traits,
                                  Diagnostics& diagnostics) {
  const Notifier notifier = notifier_of(hooks);
  if (policy.enforcers.empty() && notifier.any) {
    diagnostics.error(code::bad_enforcer.code, *notifier.any,
                      "the policy has no 'enforcers' to notify",
                      "write enforcers: [{calls: [...]}]");
  }
  EnforcerChecker checker(lists, kernel, traits, notifier.refusing.has_value(), diagnostics);
  for (const policy::Enforcer& enforcer : policy.enforcers) {
    if (!is_notified(policy)) {
      diagnostics.warning(code::bad_enforcer.code, enforcer.span,
                          "no selector says 'NotifyEnforcer', so this never does anything",
                          "give a selector the action NotifyEnforcer, or take the enforcer out");
    }
    for (const policy::Text& call : enforcer.calls) checker.add(call, first_index);
    ++first_index;
  }
  return checker.take();
}

}  // namespace vigil::check
