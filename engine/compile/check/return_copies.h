// `returnCopy`: buffers that are read when the call has filled them.
#pragma once

#include "engine/base/diagnostics.h"
#include "engine/compile/check/arguments.h"
#include "engine/compile/check/target.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

bool is_copied_at_return(const policy::Argument& argument);

// Whether the return half of the hook can read them.
void check_return_copies(const policy::Hook& hook, const CheckedArguments& arguments,
                         const CheckedReturn& returned, const Target* target,
                         Diagnostics& diagnostics);

}  // namespace vigil::check
