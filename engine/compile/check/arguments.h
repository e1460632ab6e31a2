// The arguments of a hook against the function's own.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/check/target.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

struct CheckedArguments {
  std::vector<Argument> all;
  // False: a mistake in the type was reported, there is no telling what it compares with.
  std::vector<bool> typed;
  std::vector<std::int64_t> indices;  // as written
  // Of a tracepoint's record: what names no field there is a position here.
  bool by_position = false;
  // False: mistakes have left open which arguments these are.
  bool indexed = true;
};

// Without a target only what no function changes is looked at.
CheckedArguments check_arguments(const policy::Hook& hook, const Target* target,
                                 Diagnostics& diagnostics);

// Where the arguments of code in user space are found. Their indices have been checked.
void find_operands(std::vector<Argument>& arguments, const UserTarget& target,
                   Diagnostics& diagnostics);

// `return` and `returnArg`.
std::optional<Argument> check_return(const policy::Hook& hook, const Target* target,
                                     Diagnostics& diagnostics);

}  // namespace vigil::check
