#include "engine/compile/check/check.h"

#include <fmt/format.h>

#include <set>
#include <string>

#include "engine/compile/check/advice.h"
#include "engine/compile/check/enforcers.h"
#include "engine/compile/check/hook.h"
#include "engine/compile/check/list_hooks.h"
#include "engine/compile/check/lists.h"
#include "engine/compile/check/target.h"
#include "engine/compile/check/words.h"
#include "engine/compile/check/workloads.h"
#include "engine/schema/actions.h"

namespace vigil::check {
namespace {

namespace code = schema::code;

std::optional<schema::PolicyMode> check_options(const std::vector<policy::Option>& options,
                                                Diagnostics& diagnostics) {
  std::optional<schema::PolicyMode> mode;
  std::set<std::string> given;
  for (const policy::Option& option : options) {
    if (!given.insert(option.name.value).second) {
      diagnostics.error(code::duplicate_key.code, option.name.span,
                        "this option stands here twice");
    }
    auto known = look_up(schema::option_words(), option.name, "an option", code::unknown_option,
                         diagnostics);
    if (known == schema::Option::policy_mode)
      mode = look_up(schema::policy_mode_words(), option.value, "a mode", code::unknown_option,
                     diagnostics);
  }
  return mode;
}

bool any_enforces(const std::vector<Hook>& hooks) {
  for (const Hook& hook : hooks) {
    for (const Selector& selector : hook.selectors) {
      for (const auto* actions : {&selector.actions, &selector.return_actions}) {
        for (const Action& action : *actions) {
          if (schema::is_enforcing(action.kind)) return true;
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
          .cause = SkippedHook::Cause::no_function,
          .reason = "the kernel has no such function",
          .span = hook.span};
}

SkippedHook skip_other_file(const policy::Hook& hook, std::uint32_t index) {
  return {.section = hook.section,
          .index = index,
          .function = hook.function.value,
          .cause = SkippedHook::Cause::other_file,
          .reason = "the file has none of the digests in 'binaryDigests'",
          .span = hook.span};
}

SkippedHook skip_absent(const policy::Hook& hook, const ListHooks& found, std::uint32_t index,
                        Diagnostics& diagnostics) {
  std::string names;
  for (const policy::Text& function : found.absent)
    names += (names.empty() ? "" : ", ") + function.value;
  diagnostics.warning(
      code::hook_skipped.code, hook.function.span,
      fmt::format("the kernel lacks functions of this list, they are left out: {}", names),
      "'ignore.callNotFound' asks for that");
  return {.section = hook.section,
          .index = index,
          .function = hook.function.value,
          .cause = found.hooks.empty() ? SkippedHook::Cause::no_function
                                       : SkippedHook::Cause::some_functions,
          .reason = fmt::format("the kernel lacks {}", names),
          .span = hook.span};
}

// Values that are lists, written out.
void write_out(std::vector<policy::Text>& values, const Lists& lists, Diagnostics& diagnostics) {
  std::vector<policy::Text> all;
  for (policy::Text& value : values) {
    if (!value.readable || !value.value.starts_with(list_prefix)) {
      all.push_back(std::move(value));
      continue;
    }
    const auto numbers = lists.numbers(value, diagnostics);
    for (std::uint64_t number : numbers)
      all.push_back({.value = fmt::format("{}", number), .span = value.span});
    if (numbers.empty()) all.push_back({.span = value.span, .readable = false});
  }
  values = std::move(all);
}

bool compares_with_set(const policy::ArgFilter& filter) {
  return filter.op.value == "InMap" || filter.op.value == "NotInMap";
}

void write_out_lists(policy::Hook& hook, const Lists& lists, Diagnostics& diagnostics) {
  for (policy::Selector& selector : hook.selectors)
    for (policy::ArgFilter& filter : selector.arguments)
      if (compares_with_set(filter)) write_out(filter.values, lists, diagnostics);
}

SkippedHook for_nobody(const Hook& hook) {
  return {.section = hook.section,
          .index = hook.index,
          .function = hook.function,
          .cause = SkippedHook::Cause::for_nobody,
          .reason = std::string(nobody),
          .span = hook.span};
}

void warn_if_nothing_is_left(const policy::Policy& policy, const CheckedPolicy& checked,
                             Diagnostics& diagnostics) {
  if (checked.skipped_hooks().empty() || !checked.hooks().empty()) return;
  if (is_for_nobody(workload_condition(policy))) return;
  diagnostics.warning(code::no_hooks.code, policy.name.span,
                      "all hooks of the policy are left out, so it does nothing",
                      "hook what is there, or remove 'ignore' to have the policy refused");
}

}  // namespace

// The one that may make a CheckedPolicy.
class Checker {
 public:
  static std::optional<CheckedPolicy> run(const policy::Policy& policy, const Host& host,
                                          Diagnostics& diagnostics) {
    const KernelTypes& kernel = host.kernel;
    const KernelTraits& traits = host.traits;
    std::size_t errors = diagnostics.error_count();
    CheckedPolicy checked;
    checked.name_ = policy.name.value;
    checked.source_ = policy.source;
    checked.mode_ = check_options(policy.options, diagnostics);
    const auto reach = workload_condition(policy);
    warn_about_reach(reach, policy.workloads, policy.name.span, diagnostics);
    const Lists lists(policy.lists, kernel, diagnostics);
    for (std::uint32_t index = 0; index < policy.hooks.size(); ++index) {
      policy::Hook hook = policy.hooks[index];
      write_out_lists(hook, lists, diagnostics);
      warn_about_conflicts(hook, reach, diagnostics);
      if (hook.code) {
        add(check_user_hook(hook, kernel, host.files, traits, diagnostics), hook, index, reach,
            checked);
      } else if (names_list(hook)) {
        add(check_list_hook(hook, lists, kernel, traits, diagnostics), hook, index, reach, checked,
            diagnostics);
      } else if (may_be_skipped(hook, kernel)) {
        checked.skipped_hooks_.push_back(skip(hook, index, diagnostics));
        check_without_function(hook, kernel, traits, diagnostics);
      } else if (auto out = check_hook(hook, kernel, traits, diagnostics)) {
        out->index = index;
        add(std::move(*out), reach, checked);
      }
    }
    for (Hook& enforcer :
         check_enforcers(policy, checked.hooks_, static_cast<std::uint32_t>(policy.hooks.size()),
                         lists, kernel, traits, diagnostics))
      add(std::move(enforcer), is_for_nobody(reach) ? reach : std::nullopt, checked);
    checked.enforces_ = any_enforces(checked.hooks_);
    if (!policy.complete || diagnostics.error_count() != errors) return std::nullopt;
    warn_if_nothing_is_left(policy, checked, diagnostics);
    advise(checked, diagnostics);
    return checked;
  }

 private:
  using Reach = std::optional<WorkloadCondition>;

  static void add(Hook hook, const Reach& reach, CheckedPolicy& checked) {
    if (is_for_nobody(reach)) {
      checked.skipped_hooks_.push_back(for_nobody(hook));
      return;
    }
    for (Selector& selector : hook.selectors) narrow(selector.workload, reach);
    checked.hooks_.push_back(std::move(hook));
  }
  static void add(UserHooks found, const policy::Hook& hook, std::uint32_t index,
                  const Reach& reach, CheckedPolicy& checked) {
    if (found.file_rejected) checked.skipped_hooks_.push_back(skip_other_file(hook, index));
    for (Hook& each : found.all) {
      each.index = index;
      add(std::move(each), reach, checked);
    }
  }
  static void add(ListHooks found, const policy::Hook& hook, std::uint32_t index,
                  const Reach& reach, CheckedPolicy& checked, Diagnostics& diagnostics) {
    if (!found.absent.empty())
      checked.skipped_hooks_.push_back(skip_absent(hook, found, index, diagnostics));
    for (Hook& each : found.hooks) {
      each.index = index;
      add(std::move(each), reach, checked);
    }
  }
};

std::optional<CheckedPolicy> check(const policy::Policy& policy, const Host& host,
                                   Diagnostics& diagnostics) {
  return Checker::run(policy, host, diagnostics);
}

}  // namespace vigil::check
