// Checked policies written in C++, for tests of what comes after check().
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "engine/compile/check/checked_policy.h"
#include "engine/schema/process_values.h"

namespace vigil::check {

class PolicyBuilder {
 public:
  static CheckedPolicy build(std::string name, std::vector<Hook> hooks,
                             std::optional<schema::PolicyMode> mode = {});
  // With one more kprobe at its end, which the kernel lacks.
  static CheckedPolicy without(CheckedPolicy policy, std::string function);
};

}  // namespace vigil::check

namespace vigil::testing {

// A place in a made-up file of 1,000 lines.
Span at_line(std::uint32_t line);

// lsm/`function` for both sections, or a kprobe that nothing can refuse.
check::Hook lsm_hook(std::string function, std::vector<check::Argument> arguments);
check::Hook kprobe_hook(std::string function, std::vector<check::Argument> arguments);
check::Hook fentry_hook(std::string function, std::vector<check::Argument> arguments);
check::Hook tracepoint_hook(std::string subsystem, std::string event,
                            std::vector<check::Argument> arguments);
check::Hook syscall_hook(std::string function, std::vector<check::Argument> arguments);

// One program on several system calls; of a policy's enforcers.
check::Hook list_hook(std::vector<std::string> functions, std::vector<check::Argument> arguments);
check::Hook enforcer_hook(std::string lsm_hook);

// Of a function in user space, with its arguments where functions have them.
check::Hook uprobe_hook(std::string symbol, std::vector<check::Argument> arguments);

check::Argument argument(schema::ArgType type, std::uint32_t index);
check::Argument returned(schema::ArgType type);

check::ArgCondition text(std::uint32_t argument, check::TextCondition::Kind kind,
                         std::vector<std::string> values);
check::ArgCondition numbers(std::uint32_t argument, std::vector<check::IntegerRange> ranges);
check::ArgCondition field(std::uint32_t argument, check::IntegerCondition::Field field,
                          std::vector<check::IntegerRange> ranges);
check::ArgCondition mask(std::uint32_t argument, std::uint64_t bits);
check::ArgCondition addresses(std::uint32_t argument, check::AddressCondition::Field field,
                              std::vector<check::AddressPrefix> prefixes);
check::ArgCondition negated(check::ArgCondition condition);

check::AddressPrefix ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                          std::uint8_t length);

check::BinaryCondition binary(check::TextCondition::Kind kind, std::vector<std::string> values);
// Of a value's kind: one number, or one bit.
check::ProcessCondition process(schema::ProcessValue value, bool negated);
check::PidCondition pids(std::vector<std::uint32_t> values);
check::PidCondition follow(std::vector<std::uint32_t> values);

check::Action action(schema::ActionKind kind);

}  // namespace vigil::testing
