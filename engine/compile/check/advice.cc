#include "engine/compile/check/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/compile/check/implication.h"
#include "engine/compile/check/workloads.h"
#include "engine/schema/actions.h"
#include "engine/schema/arg_types.h"
#include "engine/schema/codes.h"
#include "engine/schema/connecting.h"
#include "engine/schema/hot_functions.h"
#include "engine/schema/lsm_hooks.h"
#include "engine/schema/syscalls.h"

namespace vigil::check {
namespace {

namespace code = schema::code;
using schema::ActionKind;
using schema::HotKind;

// Hooks of a list, of several places and those that share selectors by an alias have the same
// mistake at the same place: it is told once.
class Remarks {
 public:
  explicit Remarks(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void warn(const schema::Code& code, const Span& span, std::string message, std::string help) {
    if (told_.size() < most && told_.emplace(code.code, span.line, span.column).second)
      diagnostics_.warning(code.code, span, std::move(message), std::move(help));
  }

 private:
  // Leaves room for the mistakes that later stages find.
  static constexpr std::size_t most = 50;

  Diagnostics& diagnostics_;
  std::set<std::tuple<std::string_view, std::uint32_t, std::uint32_t>> told_;
};

// What a hook is on, as the tables name it and as people do.
struct Called {
  HotKind kind;
  std::string name;
  std::string shown;
  schema::Abi abi = schema::Abi::x64;
};

Called of_tracepoint(const Hook& hook) {
  const std::string place = fmt::format("{}/{}", hook.subsystem, hook.function);
  for (const std::string_view prefix : {"syscalls/sys_enter_", "syscalls/sys_exit_"})
    if (place.starts_with(prefix)) return {HotKind::syscall, place.substr(prefix.size()), place};
  return {HotKind::tracepoint, place, place};
}

Called of_function(const std::string& function) {
  if (const auto call = schema::syscall_call(function); call && call->is_symbol)
    return {HotKind::syscall, std::string(call->name), fmt::format("sys_{}", call->name),
            call->abi};
  if (std::string hook = schema::lsm_hook_of(function); !hook.empty())
    return {HotKind::lsm_hook, std::move(hook), function};
  return {HotKind::function, function, function};
}

// None for code in user space: how busy that is nobody knows.
std::vector<Called> calls_of(const Hook& hook) {
  switch (hook.section) {
    case schema::Section::uprobes:
    case schema::Section::usdts: return {};
    case schema::Section::tracepoints: return {of_tracepoint(hook)};
    case schema::Section::lsmhooks: return {{HotKind::lsm_hook, hook.function, hook.function}};
    case schema::Section::kprobes:
    case schema::Section::fentries: break;
  }
  if (hook.functions.empty()) return {of_function(hook.function)};
  std::vector<Called> all;
  all.reserve(hook.functions.size());
  for (const std::string& function : hook.functions) all.push_back(of_function(function));
  return all;
}

// Few programs of 32 bits run.
std::optional<schema::Use> use_of(const Called& called) {
  if (called.abi != schema::Abi::x64) return std::nullopt;
  return schema::find_use(called.kind, called.name);
}

// The first that is used so.
std::optional<Called> find_call(const Hook& hook, bool (*is_meant)(schema::Use)) {
  for (Called& called : calls_of(hook)) {
    const auto use = use_of(called);
    if (use && is_meant(*use)) return std::move(called);
  }
  return std::nullopt;
}

std::string place_of(const Span& other, const Span& here) {
  return other.line == here.line ? "the one before it"
                                 : fmt::format("the one on line {}", other.line);
}

// Selectors that match at least something, as far as can be told.
using Matching = std::vector<const Selector*>;

Matching warn_of_conflicts(const Hook& hook, Effort& effort, Remarks& remarks) {
  Matching matching;
  for (const Selector& selector : hook.selectors) {
    if (is_for_nobody(selector.workload)) continue;
    const auto conflict = conflict_in(selector, effort);
    if (!conflict) {
      matching.push_back(&selector);
      continue;
    }
    remarks.warn(code::contradiction, conflict->second,
                 fmt::format("this condition and {} never hold together, so the selector never "
                             "matches",
                             place_of(conflict->first, conflict->second)),
                 "conditions of a selector are ANDed: write the values in one condition, or two "
                 "selectors");
  }
  return matching;
}

void warn_of_shadows(const Matching& selectors, Effort& effort, Remarks& remarks) {
  for (auto later = selectors.begin(); later != selectors.end() && !effort.is_spent(); ++later) {
    const auto earlier = std::find_if(selectors.begin(), later, [&](const Selector* other) {
      return covers(*other, **later, effort);
    });
    if (earlier == later) continue;
    remarks.warn(code::shadowed, (*later)->span,
                 fmt::format("this selector never matches: {} takes all that it would",
                             place_of((*earlier)->span, (*later)->span)),
                 "the first selector that matches counts: write this one before it, or remove it");
  }
}

// Most of what runs is outside of containers.
bool is_narrow(const WorkloadCondition& workload) { return !workload.host; }

bool takes_every_entry(const Selector& selector) {
  return selector.arguments.empty() && selector.binaries.empty() && selector.pids.empty() &&
         selector.process.empty() && !(selector.workload && is_narrow(*selector.workload));
}

bool takes_every_call(const Selector& selector) {
  return takes_every_entry(selector) && selector.return_arguments.empty();
}

// Of the enforcers of a policy, one stops what every process calls.
bool enforcers_stop_all(const CheckedPolicy& policy) {
  return std::ranges::any_of(policy.hooks(), [](const Hook& hook) {
    return hook.enforcer && find_call(hook, schema::is_by_all);
  });
}

// The first that does something to whoever calls. A result of 0 does nothing.
const Action* striking(const std::vector<Action>& actions, bool notification_strikes) {
  for (const Action& action : actions) {
    if (!schema::is_enforcing(action.kind)) continue;
    if (action.kind == ActionKind::override && action.error == 0) continue;
    if (action.kind == ActionKind::notify_enforcer && !notification_strikes) continue;
    return &action;
  }
  return nullptr;
}

using Actions = std::vector<Action> Selector::*;

// What strikes all that call. A selector before it that strikes nobody makes exceptions.
const Action* strikes_all(const Hook& hook, Actions actions, bool (*takes_all)(const Selector&),
                          bool notification_strikes) {
  for (const Selector& selector : hook.selectors) {
    const Action* action = striking(selector.*actions, notification_strikes);
    if (action == nullptr || takes_all(selector)) return action;
  }
  return nullptr;
}

bool warn_of_strikes(const Hook& hook, bool notification_strikes, Remarks& remarks) {
  const auto called = find_call(hook, schema::is_by_all);
  if (!called) return false;
  const Action* action =
      strikes_all(hook, &Selector::actions, takes_every_entry, notification_strikes);
  if (action == nullptr)
    action = strikes_all(hook, &Selector::return_actions, takes_every_call, notification_strikes);
  if (action == nullptr) return false;
  remarks.warn(code::strikes_all, action->span,
               fmt::format("'{}' has no condition and strikes whoever calls '{}'; {}",
                           schema::name(action->kind), called->shown,
                           schema::is_often(*use_of(*called))
                               ? "every process does, init, the shell and vigild, too"
                               : "no process starts or ends without it"),
               "say whom it is for with 'matchBinaries', or what it forbids with 'matchArgs'");
  return true;
}

bool posts_each(const Selector& selector) {
  const auto holds_back = [](const Action& action) {
    return action.kind == ActionKind::no_post || action.rate_limit;
  };
  return std::ranges::none_of(selector.actions, holds_back) &&
         std::ranges::none_of(selector.return_actions, holds_back);
}

void warn_of_floods(const Hook& hook, Remarks& remarks) {
  const auto called = find_call(hook, schema::is_often);
  if (!called) return;
  for (const Selector& selector : hook.selectors) {
    if (!posts_each(selector)) return;
    if (!takes_every_call(selector)) continue;
    remarks.warn(
        code::too_many_events, selector.span,
        fmt::format("each call of '{}' posts an event, and there can be thousands a second",
                    called->shown),
        "give the selector conditions, or the action 'Post' with a 'rateLimit'");
    return;
  }
}

// The program's own memory: what the kernel is given there it reads once more.
bool is_in_user_memory(const Argument& argument) {
  const schema::Category category = schema::info(argument.type).category;
  return !argument.way &&
         (category == schema::Category::text || category == schema::Category::buffer ||
          category == schema::Category::address || category == schema::Category::unix_address);
}

// `first`: position of what the expression calls arg0.
bool looks_at_user_memory(const Expression& expression, std::uint32_t first, const Hook& hook) {
  if (expression.kind == Expression::Kind::argument) {
    const std::uint32_t position = first + expression.argument;
    return position < hook.arguments.size() && is_in_user_memory(hook.arguments[position]);
  }
  return std::ranges::any_of(expression.operands, [&](const Expression& operand) {
    return looks_at_user_memory(operand, first, hook);
  });
}

bool looks_at_user_memory(const ArgCondition& condition, const Hook& hook) {
  if (const auto* expression = std::get_if<Expression>(&condition.test))
    return looks_at_user_memory(*expression, condition.argument, hook);
  return condition.argument < hook.arguments.size() &&
         is_in_user_memory(hook.arguments[condition.argument]);
}

std::string instead_of(std::string_view syscall) {
  const std::string_view hook = schema::lsm_hook_behind(syscall);
  if (hook.empty())
    return "an LSM hook or security_* function of the operation is given what the kernel has read";
  return fmt::format("hook '{}' under 'lsmhooks', or '{}': they are given what the kernel has read",
                     hook, schema::security_function_of(hook));
}

void warn_of_races(const Hook& hook, Remarks& remarks) {
  const auto calls = calls_of(hook);
  if (calls.empty() || calls.front().kind != HotKind::syscall) return;
  for (const Selector& selector : hook.selectors) {
    const Action* action = striking(selector.actions, true);
    if (action == nullptr) action = striking(selector.return_actions, true);
    if (action == nullptr) continue;
    for (const ArgCondition& condition : selector.arguments) {
      if (!looks_at_user_memory(condition, hook)) continue;
      remarks.warn(code::changeable, condition.span,
                   fmt::format("'{}' depends on memory of the program, which can change it before "
                               "'{}' reads it",
                               schema::name(action->kind), calls.front().shown),
                   instead_of(calls.front().name));
    }
  }
}

bool asks_for_destination(const ArgCondition& condition) {
  if (const auto* number = std::get_if<IntegerCondition>(&condition.test))
    return number->field == IntegerCondition::Field::destination_port;
  const auto* address = std::get_if<AddressCondition>(&condition.test);
  return address != nullptr && address->field == AddressCondition::Field::destination;
}

bool is_of_own_socket(const ArgCondition& condition, const Hook& hook) {
  if (condition.argument >= hook.arguments.size()) return false;
  const Argument& argument = hook.arguments[condition.argument];
  return !argument.way && schema::info(argument.type).category == schema::Category::socket;
}

void warn_of_missing_destinations(const Hook& hook, Remarks& remarks) {
  const auto calls = calls_of(hook);
  const auto connecting = std::ranges::find_if(
      calls, [](const Called& called) { return schema::is_given_destination(called.name); });
  if (connecting == calls.end()) return;
  for (const Selector& selector : hook.selectors)
    for (const ArgCondition& condition : selector.arguments) {
      if (!asks_for_destination(condition) || !is_of_own_socket(condition, hook)) continue;
      remarks.warn(
          code::pointless, condition.span,
          fmt::format("the socket has no destination yet when '{}' is called", connecting->shown),
          fmt::format("match argument {}, of type 'sockaddr', with 'SAddr' and 'SPort', or hook "
                      "'tcp_connect'",
                      schema::connected_address));
    }
}

}  // namespace

void advise(const CheckedPolicy& policy, Diagnostics& diagnostics) {
  Remarks remarks(diagnostics);
  Effort effort;
  const bool notification_strikes = enforcers_stop_all(policy);
  for (const Hook& hook : policy.hooks()) {
    if (hook.enforcer) continue;
    warn_of_shadows(warn_of_conflicts(hook, effort, remarks), effort, remarks);
    warn_of_races(hook, remarks);
    warn_of_missing_destinations(hook, remarks);
    if (!warn_of_strikes(hook, notification_strikes, remarks)) warn_of_floods(hook, remarks);
  }
}

}  // namespace vigil::check
