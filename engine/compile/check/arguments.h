// The arguments of a hook against the function's own.
#pragma once

#include <optional>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/check/target.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

struct CheckedArguments {
  std::vector<Argument> all;
  // False: a mistake was reported, nothing more is to be said about it.
  std::vector<bool> sound;
};
CheckedArguments check_arguments(const std::vector<policy::Argument>& arguments,
                                 const Target& target, Diagnostics& diagnostics);

// `return` and `returnArg`.
std::optional<Argument> check_return(const policy::Hook& hook, const Target& target,
                                     Diagnostics& diagnostics);

}  // namespace vigil::check
