#include "engine/compile/check/actions.h"

#include <fmt/format.h>

#include <bitset>
#include <csignal>

#include "engine/compile/check/values.h"
#include "engine/compile/check/words.h"
#include "engine/schema/actions.h"
#include "engine/schema/arg_types.h"

namespace vigil::check {
namespace {

namespace code = schema::code;
using schema::ActionKind;

constexpr std::int64_t last_error = 4095;
constexpr std::int64_t last_signal = 64;
constexpr std::int32_t not_permitted = -1;

template <typename T>
void warn_unused(const std::optional<policy::Located<T>>& parameter, std::string_view key,
                 ActionKind kind, Diagnostics& diagnostics) {
  if (!parameter || !parameter->readable) return;
  diagnostics.warning(code::bad_parameter.code, parameter->span,
                      fmt::format("'{}' has no use for '{}'", name(kind), key), "remove it");
}

void warn_unused_parameters(const policy::Action& action, ActionKind kind,
                            Diagnostics& diagnostics) {
  const bool notifies = kind == ActionKind::notify_enforcer;
  if (kind != ActionKind::override && !notifies)
    warn_unused(action.arg_error, "argError", kind, diagnostics);
  if (kind != ActionKind::signal && !notifies)
    warn_unused(action.arg_signal, "argSig", kind, diagnostics);
  if (!schema::tracks_sock(kind)) warn_unused(action.arg_sock, "argSock", kind, diagnostics);
  if (kind != ActionKind::set) {
    warn_unused(action.arg_index, "argIndex", kind, diagnostics);
    warn_unused(action.arg_value, "argValue", kind, diagnostics);
  }
  if (kind == ActionKind::post) return;
  warn_unused(action.rate_limit, "rateLimit", kind, diagnostics);
  warn_unused(action.rate_limit_scope, "rateLimitScope", kind, diagnostics);
  warn_unused(action.kernel_stack_trace, "kernelStackTrace", kind, diagnostics);
  warn_unused(action.user_stack_trace, "userStackTrace", kind, diagnostics);
}

// Events of functions of the kernel are the only ones with a place for them.
bool shows_stacks(schema::Section section) {
  switch (section) {
    case schema::Section::kprobes:
    case schema::Section::fentries: return true;
    case schema::Section::tracepoints:
    case schema::Section::lsmhooks:
    case schema::Section::uprobes:
    case schema::Section::usdts: return false;
  }
  return false;
}

bool read_stack(const std::optional<policy::Flag>& wanted, std::string_view key,
                const ActionSite& site, Diagnostics& diagnostics) {
  if (!wanted || !wanted->readable || !wanted->value) return false;
  if (shows_stacks(site.section)) return true;
  diagnostics.error(code::bad_parameter.code, wanted->span,
                    fmt::format("'{}' cannot stand here: events of '{}' have no place for a stack",
                                key, schema::name(site.section)),
                    "hook a function under 'kprobes' or 'fentries'");
  return false;
}

void read_rate_limit(const policy::Action& action, Action& out, Diagnostics& diagnostics) {
  RateLimit limit;
  if (const auto& scope = action.rate_limit_scope) {
    auto known = look_up(schema::rate_scope_words(), *scope, "a rateLimitScope",
                         code::bad_parameter, diagnostics);
    if (!known) return;
    limit.scope = *known;
  }
  if (!action.rate_limit) {
    warn_unused(action.rate_limit_scope, "rateLimitScope without rateLimit", out.kind, diagnostics);
    return;
  }
  if (!action.rate_limit->readable) return;
  auto interval_ms = parse_interval_ms(action.rate_limit->value);
  if (!interval_ms) {
    diagnostics.error(code::bad_parameter.code, action.rate_limit->span,
                      fmt::format("'{}' is not an interval", action.rate_limit->value),
                      "write seconds, or a number with s, m or h: 5, 30s, 1m, 2h; at most 1193h");
    return;
  }
  limit.interval_ms = *interval_ms;
  if (*interval_ms > 0) out.rate_limit = limit;
}

void read_signal(const policy::Action& action, Action& out, Diagnostics& diagnostics) {
  if (!action.arg_signal) {
    diagnostics.error(code::bad_parameter.code, action.span, "'Signal' needs 'argSig'");
    return;
  }
  if (!action.arg_signal->readable) return;
  if (action.arg_signal->value < 1 || action.arg_signal->value > last_signal) {
    diagnostics.error(code::bad_parameter.code, action.arg_signal->span,
                      fmt::format("{} is not a signal", action.arg_signal->value),
                      fmt::format("signals are 1 to {}", last_signal));
  } else {
    out.signal = static_cast<std::int32_t>(action.arg_signal->value);
  }
}

// Upstream takes 0 for an argError that is missing, which denies nothing.
void refuse_without_error(const policy::Action& action, const ActionSite& site,
                          Diagnostics& diagnostics) {
  if (site.refusal == Refusal::impossible) return;
  diagnostics.error(code::bad_parameter.code, action.name.span,
                    "'Override' without 'argError' would let the operation go on",
                    "write the error to return, such as 'argError: -1'");
}

void read_number(const policy::Number& number, Action& out, Diagnostics& diagnostics) {
  std::int64_t error = number.value;
  if (error < -last_error || error > 0) {
    diagnostics.warning(code::bad_parameter.code, number.span,
                        fmt::format("{} is not an error, -1 is returned instead", error),
                        fmt::format("errors are -{} to -1", last_error));
    error = not_permitted;
  }
  out.error = static_cast<std::int32_t>(error);
}

void read_error(const policy::Action& action, const ActionSite& site, Action& out,
                Diagnostics& diagnostics) {
  if (site.side == Side::returned) return;
  if (!action.arg_error) return refuse_without_error(action, site, diagnostics);
  if (!action.arg_error->readable) return;
  if (action.arg_error->value == 0) {
    diagnostics.warning(code::pointless.code, action.arg_error->span,
                        "a result of 0 lets the operation go on",
                        "write the error to return, such as 'argError: -1'");
  }
  read_number(*action.arg_error, out, diagnostics);
}

// Either may be left out: the enforcer then only signals, or only refuses.
void read_notification(const policy::Action& action, Action& out, Diagnostics& diagnostics) {
  const bool signals = action.arg_signal && action.arg_signal->value != 0;
  if (signals) read_signal(action, out, diagnostics);
  if (action.arg_error && action.arg_error->readable)
    read_number(*action.arg_error, out, diagnostics);
  const bool refuses = action.arg_error && action.arg_error->value != 0;
  if (signals || refuses) return;
  diagnostics.error(code::bad_parameter.code, action.name.span,
                    "'NotifyEnforcer' without 'argError' and 'argSig' asks for nothing",
                    "write the error to return, such as 'argError: -1', or a signal, or both");
}

// What is left out is 0.
std::optional<std::uint32_t> read_word(const std::optional<policy::Number>& number,
                                       std::uint64_t limit, std::string_view what,
                                       Diagnostics& diagnostics) {
  if (!number) return 0;
  if (!number->readable) return std::nullopt;
  if (number->value >= 0 && static_cast<std::uint64_t>(number->value) < limit)
    return static_cast<std::uint32_t>(number->value);
  diagnostics.error(code::bad_parameter.code, number->span,
                    fmt::format("{} is not {}", number->value, what),
                    fmt::format("write 0 to {}", limit - 1));
  return std::nullopt;
}

void read_write(const policy::Action& action, const ActionSite& site, Action& out,
                Diagnostics& diagnostics) {
  if (!site.writable_arguments) {
    diagnostics.error(code::unknown_action.code, action.name.span,
                      "'Set' cannot stand here: only what a static probe passes can be set",
                      "write the hook under 'usdts'");
    return;
  }
  if (*site.writable_arguments == 0) {
    diagnostics.error(code::bad_parameter.code, action.name.span, "'Set' needs an argument to set",
                      "write it under 'args'");
    return;
  }
  const auto argument = read_word(action.arg_index, *site.writable_arguments,
                                  "the position of an entry of 'args'", diagnostics);
  const auto value = read_word(action.arg_value, std::uint64_t{1} << 32,
                               "a number of 32 bits without a sign", diagnostics);
  if (argument && value) out.write = {.argument = *argument, .value = *value};
}

void check_can_override(const policy::Action& action, const ActionSite& site,
                        Diagnostics& diagnostics) {
  if (site.side == Side::returned) {
    diagnostics.error(code::cannot_override.code, action.name.span,
                      "the call has been made when it returns, so 'Override' comes too late",
                      "write it under 'matchActions'");
    return;
  }
  if (site.refusal != Refusal::impossible) return;
  diagnostics.error(
      code::cannot_override.code, action.name.span,
      fmt::format("the result of '{}' cannot be overridden: {}", site.function, site.reason),
      "hook the security_* function or LSM hook of the operation instead");
}

void warn_not_prevented(const policy::Action& action, const ActionSite& site,
                        Diagnostics& diagnostics) {
  if (site.side == Side::returned) {
    diagnostics.warning(
        code::not_prevented.code, action.name.span,
        fmt::format("'{}' terminates the process when the call has been made", action.name.value),
        "write it under 'matchActions' to act before");
    return;
  }
  if (site.refusal != Refusal::impossible || site.signal_prevents) return;
  diagnostics.warning(
      code::not_prevented.code, action.name.span,
      fmt::format("'{}' terminates the process, but this call of '{}' is not prevented: {}",
                  action.name.value, site.function, site.reason),
      "hook the security_* function or LSM hook of the operation to prevent it");
}

// Position of the sock to be tracked. At return there is one value only.
void read_sock(const policy::Action& action, const ActionSite& site, Action& out,
               Diagnostics& diagnostics) {
  if (action.arg_sock && !action.arg_sock->readable) return;
  const std::int64_t position = action.arg_sock ? action.arg_sock->value : 0;
  const Span& span = action.arg_sock ? action.arg_sock->span : action.name.span;
  const bool exists = position >= 0 && site.socks != nullptr &&
                      static_cast<std::size_t>(position) < site.socks->size();
  if (!exists) {
    if (site.socks_known)
      diagnostics.error(code::not_listed.code, span,
                        site.side == Side::entry
                            ? fmt::format("the hook's 'args' has no position {}", position)
                            : "the return value is all there is to track, 'argSock: 0'");
    return;
  }
  const schema::ArgTypeInfo& type =
      schema::info((*site.socks)[static_cast<std::size_t>(position)].type);
  if (site.socks_known && type.category != schema::Category::socket) {
    diagnostics.error(code::wrong_type.code, span,
                      fmt::format("'{}' needs a 'sock' or 'socket', not a value of type '{}'",
                                  action.name.value, type.name));
    return;
  }
  out.sock = static_cast<std::uint32_t>(position);
}

std::optional<ActionKind> kind_of(const policy::Action& action, Diagnostics& diagnostics) {
  if (!schema::is_removed_action(action.name.value)) {
    return look_up(schema::action_words(), action.name, "an action", code::unknown_action,
                   diagnostics);
  }
  diagnostics.error(code::unknown_action.code, action.name.span,
                    fmt::format("'{}' is no action any more", action.name.value),
                    "type 'fd' finds the file by itself, remove the action");
  return std::nullopt;
}

bool may_act(const policy::Action& action, ActionKind kind, const ActionSite& site,
             Diagnostics& diagnostics) {
  if (site.refusal != Refusal::watches || !schema::is_enforcing(kind)) return true;
  diagnostics.error(code::cannot_override.code, action.name.span,
                    fmt::format("'{}' cannot stand here: fentries only watch", action.name.value),
                    "write the hook under 'kprobes'");
  return false;
}

std::optional<Action> check_action(const policy::Action& action, const ActionSite& site,
                                   Diagnostics& diagnostics) {
  std::size_t errors = diagnostics.error_count();
  auto kind = kind_of(action, diagnostics);
  if (!kind || !may_act(action, *kind, site, diagnostics)) return std::nullopt;
  Action out;
  out.kind = *kind;
  out.span = action.name.span;
  warn_unused_parameters(action, *kind, diagnostics);
  switch (*kind) {
    case ActionKind::post:
      read_rate_limit(action, out, diagnostics);
      out.stacks.kernel =
          read_stack(action.kernel_stack_trace, "kernelStackTrace", site, diagnostics);
      out.stacks.user = read_stack(action.user_stack_trace, "userStackTrace", site, diagnostics);
      break;
    case ActionKind::no_post: break;
    case ActionKind::sigkill:
      out.signal = SIGKILL;
      warn_not_prevented(action, site, diagnostics);
      break;
    case ActionKind::signal: read_signal(action, out, diagnostics); break;
    case ActionKind::override:
      check_can_override(action, site, diagnostics);
      read_error(action, site, out, diagnostics);
      break;
    case ActionKind::notify_enforcer: read_notification(action, out, diagnostics); break;
    case ActionKind::cleanup_enforcer: break;
    case ActionKind::track_sock:
    case ActionKind::untrack_sock: read_sock(action, site, out, diagnostics); break;
    case ActionKind::set: read_write(action, site, out, diagnostics); break;
  }
  if (diagnostics.error_count() != errors) return std::nullopt;
  return out;
}

const Action* find(const std::vector<Action>& actions, ActionKind kind) {
  for (const Action& action : actions) {
    if (action.kind == kind) return &action;
  }
  return nullptr;
}

void warn_contradictions(const std::vector<Action>& actions, Diagnostics& diagnostics) {
  const Action* no_post = find(actions, ActionKind::no_post);
  if (no_post != nullptr && find(actions, ActionKind::post) != nullptr) {
    diagnostics.warning(code::contradiction.code, no_post->span,
                        "'Post' and 'NoPost' in one selector: nothing is posted",
                        "keep one of them");
  }
  const Action* signal = find(actions, ActionKind::signal);
  if (signal != nullptr && find(actions, ActionKind::sigkill) != nullptr) {
    diagnostics.warning(code::contradiction.code, signal->span,
                        "'Sigkill' in the same selector leaves nobody to receive the signal",
                        "keep one of them");
  }
  std::bitset<16> seen;
  for (const Action& action : actions) {
    auto bit = static_cast<std::size_t>(action.kind);
    if (seen.test(bit) && !schema::tracks_sock(action.kind)) {
      diagnostics.warning(
          code::contradiction.code, action.span,
          fmt::format("'{}' stands twice in this selector, the last one counts", name(action.kind)),
          "keep one of them");
    }
    seen.set(bit);
  }
}

// Sent as a signal only, even where Sigkill would deny.
void warn_of_bare_kill(const std::vector<Action>& actions, const ActionSite& site,
                       Diagnostics& diagnostics) {
  const Action* signal = find(actions, ActionKind::signal);
  if (site.side == Side::returned || site.signal_prevents) return;
  if (signal == nullptr || signal->signal != SIGKILL) return;
  if (find(actions, ActionKind::sigkill) != nullptr) return;
  if (find(actions, ActionKind::override) != nullptr) return;
  diagnostics.warning(
      code::not_prevented.code, signal->span,
      fmt::format("signal {} terminates the process, but this call of '{}' is not prevented",
                  SIGKILL, site.function),
      site.refusal == Refusal::possible
          ? "write 'Sigkill', which denies the operation and kills"
          : "'Sigkill' on the security_* function or LSM hook of the operation prevents it");
}

}  // namespace

std::vector<Action> check_actions(const std::vector<policy::Action>& actions,
                                  const ActionSite& site, Diagnostics& diagnostics) {
  std::vector<Action> checked;
  for (const policy::Action& action : actions) {
    if (auto out = check_action(action, site, diagnostics)) checked.push_back(std::move(*out));
  }
  warn_contradictions(checked, diagnostics);
  // One with a mistake may be what denies.
  if (checked.size() == actions.size()) warn_of_bare_kill(checked, site, diagnostics);
  return checked;
}

}  // namespace vigil::check
