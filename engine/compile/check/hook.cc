#include "engine/compile/check/hook.h"

#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/compile/check/actions.h"
#include "engine/compile/check/arguments.h"
#include "engine/compile/check/conditions.h"
#include "engine/compile/check/enforcement.h"
#include "engine/compile/check/process_conditions.h"
#include "engine/compile/check/return_copies.h"
#include "engine/compile/check/target.h"
#include "engine/compile/check/user_target.h"
#include "engine/compile/check/workloads.h"
#include "engine/schema/codes.h"

namespace vigil::check {
namespace {

namespace code = schema::code;

constexpr std::size_t min_text_bytes = 2;
constexpr std::size_t max_message_bytes = 256;
constexpr std::size_t max_tag_bytes = 128;
constexpr std::size_t max_tags = 16;

// As upstream shows messages and tags: escaped, quotes as well.
std::string shown(std::string_view text) {
  std::string out;
  for (char c : escape(text)) {
    if (c == '"') out += '\\';
    out += c;
  }
  return out;
}

// At most `limit` bytes, not cut inside a character.
std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80) --limit;
  return text.substr(0, limit);
}

std::string check_message(const policy::Text& message, Diagnostics& diagnostics) {
  if (!message.readable) return {};
  if (message.value.size() < min_text_bytes) {
    diagnostics.error(code::bad_length.code, message.span, "a message has at least 2 characters");
  } else if (message.value.size() > max_message_bytes) {
    diagnostics.warning(code::bad_length.code, message.span,
                        fmt::format("the message is cut to {} bytes", max_message_bytes),
                        "shorten it");
  }
  return shown(cut(message.value, max_message_bytes));
}

std::vector<std::string> check_tags(const std::vector<policy::Text>& tags,
                                    Diagnostics& diagnostics) {
  std::vector<std::string> checked;
  if (tags.size() > max_tags) {
    diagnostics.error(code::bad_length.code, tags[max_tags].span,
                      fmt::format("a hook has at most {} tags", max_tags));
    return checked;
  }
  for (const policy::Text& tag : tags) {
    if (!tag.readable) continue;
    if (tag.value.size() < min_text_bytes || tag.value.size() > max_tag_bytes) {
      diagnostics.error(
          code::bad_length.code, tag.span,
          fmt::format("a tag has {} to {} characters", min_text_bytes, max_tag_bytes));
    }
    checked.push_back(shown(tag.value));
  }
  return checked;
}

// What the selectors of a hook speak of.
struct Sides {
  const CheckedArguments& arguments;
  const CheckedArguments& data;
  const CheckedReturn& returned;
  ActionSite at_entry;
  ActionSite at_return;
};

// Nothing to look at, and that is for sure.
bool never_returns_a_value(const Sides& sides) {
  return !sides.returned.wanted && sides.returned.value.indexed;
}

void check_return_half(const policy::Selector& selector, const Sides& sides, Selector& out,
                       Diagnostics& diagnostics) {
  if (selector.return_arguments.empty() && selector.return_actions.empty()) return;
  if (never_returns_a_value(sides)) {
    diagnostics.error(code::bad_return.code,
                      selector.return_arguments.empty() ? selector.return_actions.front().span
                                                        : selector.return_arguments.front().span,
                      "the hook does not look at the return of its calls",
                      "write 'return: true' and 'returnArg' on a kprobe or fentry");
    return;
  }
  for (const policy::ArgFilter& filter : selector.return_arguments) {
    if (auto condition = check_arg_filter(filter, sides.returned.value, diagnostics))
      out.return_arguments.push_back(std::move(*condition));
  }
  out.return_actions = check_actions(selector.return_actions, sides.at_return, diagnostics);
}

void put_behind(std::uint32_t arguments, Expression& expression) {
  if (expression.kind == Expression::Kind::argument) expression.argument += arguments;
  for (Expression& operand : expression.operands) put_behind(arguments, operand);
}

// Data count on where arguments end.
void put_behind(std::uint32_t arguments, ArgCondition& condition) {
  condition.argument += arguments;
  if (condition.without) *condition.without += arguments;
  if (auto* expression = std::get_if<Expression>(&condition.test))
    put_behind(arguments, *expression);
}

Selector check_selector(const policy::Selector& selector, const Sides& sides,
                        const KernelTraits& traits, Diagnostics& diagnostics) {
  Selector out;
  out.span = selector.span;
  for (const policy::ArgFilter& filter : selector.arguments) {
    if (auto condition = check_arg_filter(filter, sides.arguments, diagnostics)) {
      out.arguments.push_back(std::move(*condition));
    }
  }
  for (const policy::ArgFilter& filter : selector.data) {
    if (auto condition = check_arg_filter(filter, sides.data, diagnostics)) {
      put_behind(static_cast<std::uint32_t>(sides.arguments.all.size()), *condition);
      out.arguments.push_back(std::move(*condition));
    }
  }
  for (const policy::BinaryFilter& filter : selector.binaries) {
    if (auto condition = check_binary_filter(filter, diagnostics)) {
      out.binaries.push_back(std::move(*condition));
    }
  }
  for (const policy::PidFilter& filter : selector.pids) {
    if (auto condition = check_pid_filter(filter, diagnostics)) {
      out.pids.push_back(std::move(*condition));
    }
  }
  for (const policy::ProcessFilter& filter : selector.process) {
    for (ProcessCondition& condition : check_process_filter(filter, traits, diagnostics)) {
      out.process.push_back(std::move(condition));
    }
  }
  out.workload = workload_condition(selector.workloads, selector.span);
  warn_about_reach(out.workload, selector.workloads, selector.span, diagnostics);
  if (selector.label) out.label = selector.label->value;
  out.actions = check_actions(selector.actions, sides.at_entry, diagnostics);
  check_return_half(selector, sides, out, diagnostics);
  return out;
}

std::vector<Selector> check_selectors(const policy::Hook& hook, const Sides& sides,
                                      const KernelTraits& traits, Diagnostics& diagnostics) {
  std::vector<Selector> checked;
  checked.reserve(hook.selectors.size());
  for (const policy::Selector& selector : hook.selectors) {
    checked.push_back(check_selector(selector, sides, traits, diagnostics));
  }
  if (checked.empty()) {
    checked.emplace_back();
    checked.back().span = hook.span;
  }
  return checked;
}

// 'returnArgAction': what every selector does with what the call gives back.
void check_return_action(const policy::Hook& hook, const Sides& sides, Hook& out,
                         Diagnostics& diagnostics) {
  if (!hook.return_arg_action) return;
  const policy::Text& name = *hook.return_arg_action;
  if (name.readable && name.value != "TrackSock" && name.value != "UntrackSock") {
    diagnostics.error(code::unknown_action.code, name.span,
                      fmt::format("'{}' is no action on a return value", name.value),
                      "'TrackSock' and 'UntrackSock' are");
    return;
  }
  if (never_returns_a_value(sides)) {
    diagnostics.error(code::bad_return.code, name.span,
                      "the hook does not look at the return of its calls",
                      "write 'return: true' and 'returnArg'");
    return;
  }
  policy::Action written;
  written.name = name;
  written.span = name.span;
  const auto actions = check_actions({written}, sides.at_return, diagnostics);
  for (Selector& selector : out.selectors)
    selector.return_actions.insert(selector.return_actions.begin(), actions.begin(), actions.end());
}

Enforcement enforcement_of(const policy::Hook& hook, const Target& target,
                           const KernelTypes& kernel, const KernelTraits& traits) {
  switch (hook.section) {
    case schema::Section::fentries: return {std::nullopt, {}, "fentries only watch"};
    case schema::Section::tracepoints: return {std::nullopt, {}, "a tracepoint decides nothing"};
    case schema::Section::kprobes:
      if (target.syscall != nullptr) return enforcement_of_syscall(target.function, kernel, traits);
      return enforcement_of_function(target.function, target.prototype, kernel, traits);
    case schema::Section::lsmhooks:
      return enforcement_of_lsm_hook(target.function, target.prototype, kernel, traits);
    case schema::Section::uprobes:
    case schema::Section::usdts: break;
  }
  return {};
}

// An LSM hook without a result is attached as one and still refuses nothing.
ActionSite site_of(const policy::Hook& hook, const Target& target, const Enforcement& enforcement) {
  if (hook.section == schema::Section::fentries)
    return {hook.function.value, Refusal::watches, enforcement.reason};
  if (!enforcement.mechanism) {
    // An LSM hook has been refused altogether.
    const bool is_lsm_hook = hook.section == schema::Section::lsmhooks;
    return {hook.function.value, is_lsm_hook ? Refusal::unknown : Refusal::impossible,
            enforcement.reason};
  }
  if (target.syscall != nullptr || target.prototype.result.is_number())
    return {hook.function.value, Refusal::possible, {}};
  return {hook.function.value, Refusal::impossible, "it returns nothing that could refuse"};
}

void refuse_lsm_hook_without_mechanism(const policy::Hook& hook, const Enforcement& enforcement,
                                       Diagnostics& diagnostics) {
  if (hook.section != schema::Section::lsmhooks || enforcement.mechanism) return;
  diagnostics.error(
      code::no_lsm.code, hook.function.span,
      fmt::format("'{}' cannot be hooked: {}", hook.function.value, enforcement.reason),
      "add 'bpf' to the list in the kernel parameter 'lsm='");
}

// What stands below the function.
Hook check_parts(const policy::Hook& hook, const Target* target, const KernelTypes& kernel,
                 ActionSite site, const KernelTraits& traits, Diagnostics& diagnostics) {
  Hook out;
  out.section = hook.section;
  out.span = hook.span;
  CheckedArguments arguments = check_arguments(hook, target, kernel, diagnostics);
  CheckedArguments data = check_data(hook, kernel, diagnostics);
  data.written_in = "data";
  CheckedReturn returned = check_return(hook, target, kernel, diagnostics);
  returned.value.written_in = "returnArg";
  check_return_copies(hook, arguments, returned, target, diagnostics);
  site.section = hook.section;
  site.socks = &arguments.all;
  site.socks_known = arguments.indexed;
  ActionSite at_return = site;
  at_return.side = Side::returned;
  at_return.socks = &returned.value.all;
  at_return.socks_known = returned.wanted && returned.value.typed.front();
  const Sides sides{arguments, data, returned, site, at_return};
  out.selectors = check_selectors(hook, sides, traits, diagnostics);
  check_return_action(hook, sides, out, diagnostics);
  if (returned.wanted) out.return_argument = std::move(returned.value.all.front());
  out.message = hook.message ? check_message(*hook.message, diagnostics) : std::string{};
  out.tags = check_tags(hook.tags, diagnostics);
  out.arguments = std::move(arguments.all);
  out.data = std::move(data.all);
  return out;
}

// The registers of the program decide what it does next.
ActionSite site_of(const policy::Hook& hook) {
  ActionSite site{.function = hook.function.value,
                  .refusal = Refusal::impossible,
                  .reason = "changing the registers of a program is not supported yet",
                  .signal_prevents = true};
  if (hook.section == schema::Section::usdts) site.writable_arguments = hook.arguments.size();
  return site;
}

constexpr std::uint8_t written_bytes = 4;

void check_writes(const Hook& hook, Diagnostics& diagnostics) {
  for (const Selector& selector : hook.selectors) {
    for (const Action& action : selector.actions) {
      if (!action.write) continue;
      const Argument& argument = hook.arguments[action.write->argument];
      if (argument.operand && argument.operand->memory_bytes == written_bytes) continue;
      diagnostics.error(code::bad_parameter.code, action.span,
                        fmt::format("argument {} of this probe cannot be set: the program does not "
                                    "pass it as {} bytes in memory",
                                    argument.index, written_bytes));
    }
  }
}

// What stands below the place has been checked with the first.
Hook at_place(Hook hook, const NamedPlace& place, Diagnostics& diagnostics) {
  find_operands(hook.arguments, *place.target.user, diagnostics);
  check_writes(hook, diagnostics);
  hook.function = place.target.function;
  hook.place = place.target.user->place;
  hook.reported_offset = place.written_offset;
  return hook;
}

}  // namespace

UserHooks check_user_hook(const policy::Hook& hook, const KernelTypes& kernel,
                          const CodeFiles& files, const KernelTraits& traits,
                          Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  const FoundPlaces places = find_places(hook, files, diagnostics);
  const Target* target = places.all.empty() ? nullptr : &places.all.front().target;
  Hook checked = check_parts(hook, target, kernel, site_of(hook), traits, diagnostics);
  if (diagnostics.error_count() != errors) return {};
  if (hook.section == schema::Section::usdts) checked.provider = hook.code->provider.value;
  UserHooks hooks{.all = {}, .file_rejected = places.file_rejected};
  hooks.all.reserve(places.all.size());
  for (const NamedPlace& place : places.all)
    hooks.all.push_back(at_place(checked, place, diagnostics));
  if (diagnostics.error_count() != errors) return {};
  return hooks;
}

std::optional<Hook> check_hook(const policy::Hook& hook, const KernelTypes& kernel,
                               const KernelTraits& traits, Diagnostics& diagnostics) {
  std::size_t errors = diagnostics.error_count();
  auto target = find_target(hook, kernel, diagnostics);
  if (!target) {
    check_without_function(hook, kernel, traits, diagnostics);
    return std::nullopt;
  }
  Enforcement enforcement = enforcement_of(hook, *target, kernel, traits);
  refuse_lsm_hook_without_mechanism(hook, enforcement, diagnostics);
  Hook out =
      check_parts(hook, &*target, kernel, site_of(hook, *target, enforcement), traits, diagnostics);
  out.function = target->function;
  out.subsystem = hook.subsystem ? hook.subsystem->value : std::string{};
  out.raw = hook.raw && hook.raw->value;
  out.syscall = target->syscall != nullptr;
  out.abi = target->abi;
  if (out.return_argument) out.return_half = return_half_of(hook.section, *target);
  out.enforcement = enforcement.mechanism;
  out.enforcement_function = std::move(enforcement.function);
  out.enforcement_reason = std::move(enforcement.reason);
  if (diagnostics.error_count() != errors) return std::nullopt;
  return out;
}

void check_without_function(const policy::Hook& hook, const KernelTypes& kernel,
                            const KernelTraits& traits, Diagnostics& diagnostics) {
  const bool watches = hook.section == schema::Section::fentries;
  check_parts(hook, nullptr, kernel,
              {hook.function.value, watches ? Refusal::watches : Refusal::unknown, {}}, traits,
              diagnostics);
}

}  // namespace vigil::check
