#include "tests/support/policy_builder.h"

#include <fmt/core.h>

#include "engine/schema/actions.h"

namespace vigil::check {

CheckedPolicy PolicyBuilder::build(std::string name, std::vector<Hook> hooks,
                                   std::optional<schema::PolicyMode> mode) {
  CheckedPolicy policy;
  policy.name_ = std::move(name);
  policy.mode_ = mode;
  policy.hooks_ = std::move(hooks);
  for (std::uint32_t index = 0; Hook & hook : policy.hooks_) hook.index = index++;
  for (const Hook& hook : policy.hooks_)
    for (const Selector& selector : hook.selectors)
      for (const auto* actions : {&selector.actions, &selector.return_actions})
        for (const Action& action : *actions) policy.enforces_ |= schema::is_enforcing(action.kind);
  return policy;
}

CheckedPolicy PolicyBuilder::without(CheckedPolicy policy, std::string function) {
  SkippedHook skipped;
  skipped.index = static_cast<std::uint32_t>(policy.hooks_.size());
  skipped.function = std::move(function);
  skipped.reason = "the kernel has no such function";
  skipped.span = testing::at_line(10);
  policy.skipped_hooks_.push_back(std::move(skipped));
  return policy;
}

}  // namespace vigil::check

namespace vigil::testing {
namespace {

SourceFilePtr made_up_file() {
  static const SourceFilePtr file = [] {
    SourceFile made{.name = "made-up.yaml", .text = ""};
    for (int line = 1; line <= 1000; ++line) made.text += fmt::format("line {}\n", line);
    return std::make_shared<const SourceFile>(std::move(made));
  }();
  return file;
}

}  // namespace

Span at_line(std::uint32_t line) { return {.file = made_up_file(), .line = line, .column = 1}; }

check::Hook lsm_hook(std::string function, std::vector<check::Argument> arguments) {
  check::Hook hook;
  hook.section = schema::Section::lsmhooks;
  hook.enforcement = schema::Mechanism::lsm;
  hook.enforcement_function = function;
  hook.enforcement_reason = "BPF LSM is active";
  hook.function = std::move(function);
  hook.arguments = std::move(arguments);
  hook.span = at_line(10);
  return hook;
}

check::Hook kprobe_hook(std::string function, std::vector<check::Argument> arguments) {
  check::Hook hook;
  hook.function = std::move(function);
  hook.enforcement_reason = "no hook that can refuse stands before it";
  hook.arguments = std::move(arguments);
  hook.span = at_line(10);
  return hook;
}

check::Hook fentry_hook(std::string function, std::vector<check::Argument> arguments) {
  check::Hook hook = kprobe_hook(std::move(function), std::move(arguments));
  hook.section = schema::Section::fentries;
  hook.return_half.mechanism = schema::Mechanism::fexit;
  return hook;
}

check::Hook tracepoint_hook(std::string subsystem, std::string event,
                            std::vector<check::Argument> arguments) {
  check::Hook hook = kprobe_hook(std::move(event), std::move(arguments));
  hook.section = schema::Section::tracepoints;
  hook.subsystem = std::move(subsystem);
  return hook;
}

check::Hook syscall_hook(std::string function, std::vector<check::Argument> arguments) {
  check::Hook hook = kprobe_hook(std::move(function), std::move(arguments));
  hook.syscall = true;
  return hook;
}

check::Hook list_hook(std::vector<std::string> functions, std::vector<check::Argument> arguments) {
  check::Hook hook = syscall_hook(functions.front() + " and more", std::move(arguments));
  hook.functions = std::move(functions);
  return hook;
}

check::Hook enforcer_hook(std::string function) {
  check::Hook hook = lsm_hook(std::move(function), {});
  hook.section = schema::Section::kprobes;
  hook.function = "security_" + hook.function;
  hook.enforcer = true;
  hook.selectors.resize(1);
  return hook;
}

check::Hook uprobe_hook(std::string symbol, std::vector<check::Argument> arguments) {
  check::Hook hook = kprobe_hook(std::move(symbol), std::move(arguments));
  hook.section = schema::Section::uprobes;
  hook.place = check::CodePlace{.path = "/opt/tide", .offset = 0x1100};
  for (check::Argument& argument : hook.arguments) {
    argument.operand = check::function_argument(argument.index);
    if (argument.size_index) argument.size_operand = check::function_argument(*argument.size_index);
  }
  return hook;
}

check::Argument argument(schema::ArgType type, std::uint32_t index) {
  return {.type = type, .index = index, .span = at_line(20 + index)};
}

check::Argument returned(schema::ArgType type) {
  return {.type = type, .index = check::return_index, .span = at_line(19)};
}

check::ArgCondition text(std::uint32_t argument, check::TextCondition::Kind kind,
                         std::vector<std::string> values) {
  return {.argument = argument,
          .test = check::TextCondition{kind, std::move(values)},
          .span = at_line(30)};
}

check::ArgCondition numbers(std::uint32_t argument, std::vector<check::IntegerRange> ranges) {
  return field(argument, check::IntegerCondition::Field::value, std::move(ranges));
}

check::ArgCondition field(std::uint32_t argument, check::IntegerCondition::Field field,
                          std::vector<check::IntegerRange> ranges) {
  return {.argument = argument,
          .test = check::IntegerCondition{field, std::move(ranges)},
          .span = at_line(31)};
}

check::ArgCondition mask(std::uint32_t argument, std::uint64_t bits) {
  return {.argument = argument, .test = check::MaskCondition{bits}, .span = at_line(32)};
}

check::ArgCondition addresses(std::uint32_t argument, check::AddressCondition::Field field,
                              std::vector<check::AddressPrefix> prefixes) {
  return {.argument = argument,
          .test = check::AddressCondition{field, std::move(prefixes)},
          .span = at_line(33)};
}

check::ArgCondition negated(check::ArgCondition condition) {
  condition.negated = true;
  return condition;
}

check::AddressPrefix ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                          std::uint8_t length) {
  return {.is_ipv6 = false, .bytes = {a, b, c, d}, .length = length};
}

check::BinaryCondition binary(check::TextCondition::Kind kind, std::vector<std::string> values) {
  return {.test = {kind, std::move(values)}, .span = at_line(40)};
}

check::ProcessCondition process(schema::ProcessValue value, bool negated) {
  check::ProcessCondition made{.value = value, .negated = negated, .span = at_line(43)};
  switch (schema::info(value).kind) {
    case schema::ProcessValueKind::name_space:
    case schema::ProcessValueKind::id:
      made.test = std::vector<check::IntegerRange>{{1000, 1000}};
      break;
    case schema::ProcessValueKind::changed_namespaces:
      made.test = check::MaskCondition{std::uint64_t{1} << 2};
      break;
    case schema::ProcessValueKind::capabilities:
    case schema::ProcessValueKind::changed_capabilities:
      made.test = check::MaskCondition{std::uint64_t{1} << 21};
      break;
  }
  return made;
}

check::PidCondition pids(std::vector<std::uint32_t> values) {
  return {.pids = std::move(values), .span = at_line(41)};
}

check::PidCondition follow(std::vector<std::uint32_t> values) {
  return {.follow_forks = true, .pids = std::move(values), .span = at_line(42)};
}

check::Action action(schema::ActionKind kind) {
  check::Action made{.kind = kind, .span = at_line(50)};
  switch (kind) {
    case schema::ActionKind::sigkill: made.signal = 9; break;
    case schema::ActionKind::signal: made.signal = 15; break;
    case schema::ActionKind::override: made.error = -13; break;
    case schema::ActionKind::notify_enforcer: made.error = -1; break;
    case schema::ActionKind::set: made.write = {.argument = 0, .value = 42}; break;
    case schema::ActionKind::cleanup_enforcer:
    case schema::ActionKind::post:
    case schema::ActionKind::no_post:
    case schema::ActionKind::track_sock:
    case schema::ActionKind::untrack_sock: break;
  }
  return made;
}

}  // namespace vigil::testing
