// Values that are compared with paths: the kernel's have a form of their own.
#pragma once

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/policy/policy.h"
#include "engine/schema/types.h"

namespace vigil::check {

// Whether a value of the type is the path of a file.
bool is_path(schema::ArgType type);

// Warns of a value that no path of a file can match.
void warn_about_path(const policy::Text& value, TextCondition::Kind kind, Diagnostics& diagnostics);

}  // namespace vigil::check
