#include "engine/compile/check/print.h"

#include <fmt/format.h>

#include "engine/base/outline.h"
#include "engine/base/text.h"
#include "engine/compile/check/values.h"
#include "engine/schema/actions.h"
#include "engine/schema/arg_types.h"
#include "engine/schema/process_values.h"

namespace vigil::check {
namespace {

// Every member stands here by name: one that is new does not compile until it is shown, too.

std::string_view name(RecordPlace::Form form) {
  switch (form) {
    case RecordPlace::Form::value: return "";
    case RecordPlace::Form::inside: return ", an array";
    case RecordPlace::Form::dynamic: return ", where an array is";
    case RecordPlace::Form::relative: return ", how far behind it an array is";
  }
  return {};
}

std::string text_of(const RecordPlace& place) {
  const auto& [form, offset_bytes, size_bytes, is_signed] = place;
  return fmt::format("{}+{}{}{}", offset_bytes, size_bytes, is_signed ? " signed" : "", name(form));
}

// "4 bytes at rax + 8 * rcx - 16, signed"; without bytes it is the sum.
std::string text_of(const Operand& operand) {
  const auto& [number, base, index, scale, memory_bytes, is_signed] = operand;
  std::string text = memory_bytes != 0 ? fmt::format("{} bytes at ", memory_bytes) : "";
  if (base) text += fmt::format("{} + ", schema::name_of(*base));
  if (index) text += fmt::format("{} * {} + ", scale, schema::name_of(*index));
  return text + fmt::format("{}{}", number, is_signed ? ", signed" : "");
}

std::string text_of(const CodePlace& place) {
  const auto& [path, offset, ref_ctr_offset, verified] = place;
  return fmt::format("{}+{:#x}{}{}", path, offset,
                     ref_ctr_offset != 0 ? fmt::format(", counter at {:#x}", ref_ctr_offset) : "",
                     verified ? ", verified" : "");
}

std::string value_at(std::uint32_t index) {
  return index == return_index ? "the result" : fmt::format("parameter {}", index);
}

std::string text_of(const Way& way, std::uint32_t index) {
  const auto& [from, steps, offset, depth, read, bits, bit_offset, is_signed, text] = way;
  std::string whole;
  switch (from) {
    case Way::From::value: whole = value_at(index); break;
    case Way::From::current_task: whole = "the task"; break;
    case Way::From::registers: return fmt::format("register {} at {}", text, offset);
  }
  for (const auto& [pointer, part] : steps)
    whole += fmt::format(", pointer at {} for part {}", pointer, part);
  const std::string value =
      read == Way::Read::address
          ? "the address"
          : fmt::format("{} bits from {}{}", bits, bit_offset, is_signed ? " signed" : "");
  return whole + fmt::format(", {} at {} for part {} ({})", value, offset, depth, text);
}

std::string text_of(const Argument& argument) {
  const auto& [type, index, size_index, fixed_size, place, size_place, operand, size_operand, label,
               way, at_return, whole, span] = argument;
  return fmt::format("{} of {}{}{}{}{}{}{}{}{}", schema::info(type).name,
                     way ? text_of(*way, index) : value_at(index),
                     at_return ? ", at return"
                     : whole   ? ", whole"
                               : "",
                     size_index ? fmt::format(", size in {}", *size_index) : "",
                     fixed_size != 0 ? fmt::format(", {} bytes", fixed_size) : "",
                     place ? ", at " + text_of(*place) : "",
                     size_place ? ", size at " + text_of(*size_place) : "",
                     operand ? ", is " + text_of(*operand) : "",
                     size_operand ? ", size is " + text_of(*size_operand) : "",
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
    case IntegerCondition::Field::file_type: return "type of file";
  }
  return {};
}

std::string_view name(TextCondition::Kind kind) {
  switch (kind) {
    case TextCondition::Kind::equal: return "equals";
    case TextCondition::Kind::prefix: return "begins with";
    case TextCondition::Kind::postfix: return "ends with";
    case TextCondition::Kind::substring: return "contains";
    case TextCondition::Kind::substring_ignoring_case: return "contains, in any case,";
  }
  return {};
}

template <typename... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};

// What is compared and with what, of an argument whose numbers may be signed.
std::string_view name(Expression::Kind kind) {
  using Kind = Expression::Kind;
  switch (kind) {
    case Kind::constant:
    case Kind::argument: return "";
    case Kind::is_text: return "is";
    case Kind::starts_with: return "starts with";
    case Kind::ends_with: return "ends with";
    case Kind::contains: return "contains";
    case Kind::both: return "&&";
    case Kind::either: return "||";
    case Kind::negation: return "!";
    case Kind::equal: return "==";
    case Kind::not_equal: return "!=";
    case Kind::less: return "<";
    case Kind::at_most: return "<=";
    case Kind::greater: return ">";
    case Kind::at_least: return ">=";
    case Kind::sum: return "+";
    case Kind::difference: return "-";
    case Kind::bit_and: return "and";
    case Kind::bit_or: return "or";
    case Kind::bit_xor: return "xor";
    case Kind::bit_not: return "not";
    case Kind::conversion: return "convert";
  }
  return {};
}

// Operators stand before their operands, each with its type.
std::string text_of(const Expression& expression) {
  const auto& [kind, type, number, argument, text, operands] = expression;
  const bool is_signed = type == Expression::Type::int32 || type == Expression::Type::int64;
  if (kind == Expression::Kind::argument) return fmt::format("arg{}", argument);
  if (kind == Expression::Kind::constant)
    return is_signed ? fmt::to_string(static_cast<std::int64_t>(number)) : fmt::to_string(number);
  std::string all = fmt::format("({} {}", check::name(type), name(kind));
  for (const Expression& operand : operands) all += ' ' + text_of(operand);
  if (!text.empty()) all += ' ' + quoted(text);
  return all + ')';
}

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
  std::string operator()(const Expression& expression) const { return text_of(expression); }
  std::string operator()(const AddressCondition& test) const {
    const auto& [field, prefixes] = test;
    std::string text =
        field == AddressCondition::Field::source ? "source address in" : "destination address in";
    for (const AddressPrefix& prefix : prefixes) text += ' ' + to_string(prefix);
    return text;
  }
};

std::string_view unless(bool negated) { return negated ? "not: " : ""; }

std::string print(int depth, const ArgCondition& condition, std::string_view value,
                  schema::ArgType type) {
  const auto& [argument, without, negated, test, span] = condition;
  if (const auto* expression = std::get_if<Expression>(&test))
    return outline(depth, text_of(*expression), span);
  return outline(depth,
                 fmt::format("{}{}{} {}", unless(negated), value,
                             without ? fmt::format(" without argument {}", *without) : "",
                             std::visit(TestText{schema::info(type).is_signed}, test)),
                 span);
}

std::string_view name(BinaryCondition::Whose whose) {
  switch (whose) {
    case BinaryCondition::Whose::own: return "binary";
    case BinaryCondition::Whose::family: return "binary, or that of an ancestor,";
    case BinaryCondition::Whose::parent: return "parent's binary";
    case BinaryCondition::Whose::ancestor: return "an ancestor's binary";
  }
  return {};
}

std::string print(int depth, const BinaryCondition& condition) {
  const auto& [whose, negated, test, span] = condition;
  return outline(depth, fmt::format("{}{} {}", unless(negated), name(whose), TestText{}(test)),
                 span);
}

std::string print(int depth, const PidCondition& condition) {
  const auto& [negated, in_namespace, follow_forks, pids, span] = condition;
  return outline(depth,
                 fmt::format("{}process id{}{} is {}", unless(negated),
                             in_namespace ? " in its namespace" : "",
                             follow_forks ? ", or that of an ancestor," : "", fmt::join(pids, " ")),
                 span);
}

std::string print(int depth, const ProcessCondition& condition) {
  const auto& [value, negated, test, span] = condition;
  const auto ranges = [](const std::vector<IntegerRange>& numbers) {
    return TestText{}(IntegerCondition{IntegerCondition::Field::value, numbers});
  };
  const auto mask = [](const MaskCondition& bits) { return TestText{}(bits); };
  return outline(depth,
                 fmt::format("{}{} of the process: {}", unless(negated), schema::info(value).name,
                             std::visit(Match{ranges, mask}, test)),
                 span);
}

std::string text_of(const LabelRequirement& requirement) {
  const auto& [key, op, values] = requirement;
  std::string text =
      fmt::format("{} {}", quoted(key), schema::spelling_of(schema::label_operator_words(), op));
  for (const std::string& value : values) text += ' ' + quoted(value);
  return text;
}

std::string print(int depth, const WorkloadCondition& condition) {
  const auto& [host, containers, span] = condition;
  std::vector<std::string> places;
  if (host) places.emplace_back("outside of containers");
  if (containers && containers->empty()) places.emplace_back("in any container");
  if (containers && !containers->empty()) {
    std::vector<std::string> labels;
    for (const LabelRequirement& requirement : *containers) labels.push_back(text_of(requirement));
    places.push_back(fmt::format("in a container with {}", fmt::join(labels, ", ")));
  }
  if (places.empty()) places.emplace_back("nowhere");
  return outline(depth, fmt::format("process {}", fmt::join(places, " or ")), span);
}

std::string print(int depth, std::string_view when, const Action& action) {
  const auto& [kind, signal, error, rate_limit, sock, stacks, write, span] = action;
  std::string text = fmt::format("{} {}", when, schema::name(kind));
  if (signal != 0) text += fmt::format(", signal {}", signal);
  if (error != 0) text += fmt::format(", error {}", error);
  if (rate_limit) {
    const auto& [interval_ms, scope] = *rate_limit;
    text += fmt::format(", once in {} ms per {}", interval_ms,
                        schema::spelling_of(schema::rate_scope_words(), scope));
  }
  if (schema::tracks_sock(kind)) text += fmt::format(", of value {}", sock);
  const auto& [kernel, user] = stacks;
  if (kernel) text += ", with the kernel's stack";
  if (user) text += ", with the program's stack";
  if (write) text += fmt::format(", {} into argument {}", write->value, write->argument);
  return outline(depth, text, span);
}

std::string print(int depth, const Selector& selector, const Hook& hook) {
  const auto& [arguments, binaries, pids, process, workload, actions, return_arguments,
               return_actions, label, span] = selector;
  std::string text = outline(depth, "selector" + (label.empty() ? "" : ' ' + quoted(label)), span);
  for (const auto& condition : arguments)
    text += print(depth + 1, condition, fmt::format("argument {}", condition.argument),
                  hook.value(condition.argument).type);
  for (const auto& condition : binaries) text += print(depth + 1, condition);
  for (const auto& condition : pids) text += print(depth + 1, condition);
  for (const auto& condition : process) text += print(depth + 1, condition);
  if (workload) text += print(depth + 1, *workload);
  for (const auto& action : actions) text += print(depth + 1, "do", action);
  for (const auto& condition : return_arguments)
    text += print(depth + 1, condition, "result", hook.return_argument->type);
  for (const auto& action : return_actions) text += print(depth + 1, "at return do", action);
  return text;
}

std::string print(int depth, const Hook& hook) {
  const auto& [section, index, function, subsystem, enforcer, raw, functions, abi, place,
               reported_offset, provider, syscall, enforcement, enforcement_function,
               enforcement_reason, arguments, data, return_argument, return_half, selectors,
               message, tags, span] = hook;
  std::string text = outline(
      depth,
      fmt::format("hook {} of {}: {}{}{}{}{}{}", index, schema::name(section),
                  subsystem.empty() ? "" : subsystem + '/', function, raw ? ", raw" : "",
                  syscall ? ", a system call" : "", abi == schema::Abi::i386 ? " of 32 bits" : "",
                  enforcer ? ", enforcer" : ""),
      span);
  const auto add = [&](const std::string& said) { text += outline(depth + 1, said, span); };
  add(enforcement ? fmt::format("can refuse as {}/{}: {}", schema::name(*enforcement),
                                enforcement_function, enforcement_reason)
                  : fmt::format("cannot refuse: {}", enforcement_reason));
  if (place) add("in user space at " + text_of(*place));
  if (reported_offset != 0) add(fmt::format("reported as {:#x}", reported_offset));
  if (!provider.empty()) add("provider " + provider);
  if (!functions.empty()) add(fmt::format("functions {}", fmt::join(functions, ", ")));
  if (!message.empty()) add("message " + quoted(message));
  if (!tags.empty()) add(fmt::format("tags {}", fmt::join(tags, ", ")));
  for (std::size_t i = 0; i < arguments.size(); ++i)
    text += outline(depth + 1, fmt::format("argument {}: {}", i, text_of(arguments[i])),
                    arguments[i].span);
  for (std::size_t i = 0; i < data.size(); ++i)
    text +=
        outline(depth + 1, fmt::format("argument {}: {}", arguments.size() + i, text_of(data[i])),
                data[i].span);
  if (return_argument)
    text += outline(
        depth + 1,
        fmt::format("result: {}, seen by {}, calls told apart by {:#x}", text_of(*return_argument),
                    schema::name(return_half.mechanism), return_half.telling_parameters),
        return_argument->span);
  for (const Selector& selector : selectors) text += print(depth + 1, selector, hook);
  return text;
}

}  // namespace

std::string print(const CheckedPolicy& policy) {
  std::string text =
      fmt::format("policy {} ({}), mode {}{}\n", policy.name(), printable(policy.source()->name),
                  schema::name(policy.mode()), policy.enforces() ? "" : ", has nothing to enforce");
  for (const Hook& hook : policy.hooks()) text += print(1, hook);
  for (const auto& [section, index, function, cause, reason, span] : policy.skipped_hooks())
    text += outline(1,
                    fmt::format("hook {} of {}: {}, skipped: {}", index, schema::name(section),
                                function, reason),
                    span);
  return text;
}

}  // namespace vigil::check
