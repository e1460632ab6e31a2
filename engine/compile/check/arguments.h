// The arguments of a hook against the function's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
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
  std::vector<std::int64_t> indices;     // as written
  std::string_view written_in = "args";  // the key that lists them
  // Of a tracepoint's record: what names no field there is a position here.
  bool by_position = false;
  // False: mistakes have left open which arguments these are.
  bool indexed = true;
};

// Without a target only what no function changes is looked at.
CheckedArguments check_arguments(const policy::Hook& hook, const Target* target,
                                 const KernelTypes& kernel, Diagnostics& diagnostics);

// `data`: values that are no arguments.
CheckedArguments check_data(const policy::Hook& hook, const KernelTypes& kernel,
                            Diagnostics& diagnostics);

// Where the arguments of code in user space are found. Their indices have been checked.
void find_operands(std::vector<Argument>& arguments, const UserTarget& target,
                   Diagnostics& diagnostics);

struct CheckedReturn {
  bool wanted = false;     // as far as the policy can be read: `return: true` and a `returnArg`
  CheckedArguments value;  // one, or none
};

// `return` and `returnArg`.
CheckedReturn check_return(const policy::Hook& hook, const Target* target,
                           const KernelTypes& kernel, Diagnostics& diagnostics);
// How a program can see this function return.
ReturnHalf return_half_of(schema::Section section, const Target& target);

}  // namespace vigil::check
