#include "engine/compile/check/print.h"

#include <fmt/format.h>

#include "engine/base/outline.h"
#include "engine/compile/check/values.h"
#include "engine/schema/actions.h"
#include "engine/schema/arg_types.h"

namespace vigil::check {
namespace {

// Every member stands here by name: one that is new does not compile until it is shown, too.

std::string text_of(const Argument& argument) {
  const auto& [type, index, size_index, label, span] = argument;
  return fmt::format("{} of parameter {}{}{}", schema::info(type).name, index,
                     size_index ? fmt::format(", size in {}", *size_index) : "",
                     label.empty() ? "" : ", label " + quoted(label));
}

std::string_view name(IntegerCondition::Field field) {
  switch (field) {
    case IntegerCondition::Field::value: return "value";
    case IntegerCondition::Field::source_port: return "source port";
    case IntegerCondition::Field::destination_port: return "destination port";
    case IntegerCondition::Field::protocol: return "protocol";
    case IntegerCondition::Field::family: return "family";
    case IntegerCondition::Field::state: return "state";
  }
  return {};
}

std::string_view name(TextCondition::Kind kind) {
  switch (kind) {
    case TextCondition::Kind::equal: return "equals";
    case TextCondition::Kind::prefix: return "begins with";
    case TextCondition::Kind::postfix: return "ends with";
  }
  return {};
}

// What is compared and with what, of an argument whose numbers may be signed.
struct TestText {
  bool is_signed = false;

  std::string number(std::uint64_t value) const {
    return is_signed ? fmt::to_string(static_cast<std::int64_t>(value)) : fmt::to_string(value);
  }
  std::string operator()(const IntegerCondition& test) const {
    const auto& [field, ranges] = test;
    std::string text = fmt::format("{} is", name(field));
    for (const auto& [first, last] : ranges)
      text += ' ' + number(first) + (first == last ? "" : ':' + number(last));
    return text;
  }
  std::string operator()(const MaskCondition& test) const {
    const auto& [mask] = test;
    return fmt::format("value has a bit of {:#x}", mask);
  }
  std::string operator()(const TextCondition& test) const {
    const auto& [kind, values] = test;
    std::string text(name(kind));
    for (const std::string& value : values) text += ' ' + quoted(value);
    return text;
  }
  std::string operator()(const AddressCondition& test) const {
    const auto& [field, prefixes] = test;
    std::string text =
        field == AddressCondition::Field::source ? "source address in" : "destination address in";
    for (const AddressPrefix& prefix : prefixes) text += ' ' + to_string(prefix);
    return text;
  }
};

std::string_view unless(bool negated) { return negated ? "not: " : ""; }

std::string print(int depth, const ArgCondition& condition, const Hook& hook) {
  const auto& [argument, negated, test, span] = condition;
  const auto& type = schema::info(hook.arguments[argument].type);
  return outline(depth,
                 fmt::format("{}argument {} {}", unless(negated), argument,
                             std::visit(TestText{type.is_signed}, test)),
                 span);
}

std::string print(int depth, const BinaryCondition& condition) {
  const auto& [negated, test, span] = condition;
  return outline(depth, fmt::format("{}binary {}", unless(negated), TestText{}(test)), span);
}

std::string print(int depth, const PidCondition& condition) {
  const auto& [negated, in_namespace, follow_forks, pids, span] = condition;
  return outline(depth,
                 fmt::format("{}process id{}{} is {}", unless(negated),
                             in_namespace ? " in its namespace" : "",
                             follow_forks ? ", or that of an ancestor," : "", fmt::join(pids, " ")),
                 span);
}

std::string print(int depth, const Action& action) {
  const auto& [kind, signal, error, rate_limit, span] = action;
  std::string text = fmt::format("do {}", schema::name(kind));
  if (signal != 0) text += fmt::format(", signal {}", signal);
  if (kind == schema::ActionKind::override) text += fmt::format(", error {}", error);
  if (rate_limit) {
    const auto& [interval_ms, scope] = *rate_limit;
    text += fmt::format(", once in {} ms per {}", interval_ms,
                        schema::spelling_of(schema::rate_scope_words(), scope));
  }
  return outline(depth, text, span);
}

std::string print(int depth, const Selector& selector, const Hook& hook) {
  const auto& [arguments, binaries, pids, actions, span] = selector;
  std::string text = outline(depth, "selector", span);
  for (const auto& condition : arguments) text += print(depth + 1, condition, hook);
  for (const auto& condition : binaries) text += print(depth + 1, condition);
  for (const auto& condition : pids) text += print(depth + 1, condition);
  for (const auto& action : actions) text += print(depth + 1, action);
  return text;
}

std::string print(int depth, const Hook& hook) {
  const auto& [section, index, function, syscall, enforcement, enforcement_function,
               enforcement_reason, arguments, return_argument, selectors, message, tags, span] =
      hook;
  std::string text = outline(depth,
                             fmt::format("hook {} of {}: {}{}", index, schema::name(section),
                                         function, syscall ? ", a system call" : ""),
                             span);
  const auto add = [&](const std::string& said) { text += outline(depth + 1, said, span); };
  add(enforcement ? fmt::format("can refuse as {}/{}: {}", schema::name(*enforcement),
                                enforcement_function, enforcement_reason)
                  : fmt::format("cannot refuse: {}", enforcement_reason));
  if (!message.empty()) add("message " + quoted(message));
  if (!tags.empty()) add(fmt::format("tags {}", fmt::join(tags, ", ")));
  for (std::size_t i = 0; i < arguments.size(); ++i)
    text += outline(depth + 1, fmt::format("argument {}: {}", i, text_of(arguments[i])),
                    arguments[i].span);
  if (return_argument)
    text += outline(depth + 1, fmt::format("result: {}", schema::info(return_argument->type).name),
                    return_argument->span);
  for (const Selector& selector : selectors) text += print(depth + 1, selector, hook);
  return text;
}

}  // namespace

std::string print(const CheckedPolicy& policy) {
  std::string text =
      fmt::format("policy {} ({}), mode {}{}\n", policy.name(), policy.source()->name,
                  schema::name(policy.mode()), policy.enforces() ? "" : ", has nothing to enforce");
  for (const Hook& hook : policy.hooks()) text += print(1, hook);
  for (const auto& [section, index, function, reason, span] : policy.skipped_hooks())
    text += outline(1,
                    fmt::format("hook {} of {}: {}, skipped: {}", index, schema::name(section),
                                function, reason),
                    span);
  return text;
}

}  // namespace vigil::check
