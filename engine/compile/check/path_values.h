// Values that are compared with paths: the kernel's have a form of their own.
#pragma once

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

// Warns of a value that no path of a file can match.
void warn_about_path(const policy::Text& value, TextCondition::Kind kind, Diagnostics& diagnostics);

}  // namespace vigil::check
