// matchArgs, matchBinaries and matchPIDs to what the plan compares.
#pragma once

#include <optional>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/arguments.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

// Nothing when there was an error, also one reported for the argument it is about.
std::optional<ArgCondition> check_arg_filter(const policy::ArgFilter& filter,
                                             const CheckedArguments& arguments,
                                             Diagnostics& diagnostics);
std::optional<BinaryCondition> check_binary_filter(const policy::BinaryFilter& filter,
                                                   Diagnostics& diagnostics);
std::optional<PidCondition> check_pid_filter(const policy::PidFilter& filter,
                                             Diagnostics& diagnostics);

}  // namespace vigil::check
