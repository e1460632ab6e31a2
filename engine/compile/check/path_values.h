// Values that are compared with paths: the kernel's have a form of their own.
#pragma once

#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

// Warns of a value that no path of a file can match, or that is no pattern though it looks like
// one.
void warn_about_path(const policy::Text& value, TextCondition::Kind kind, Diagnostics& diagnostics);
// Warns, once, of values of a dentry that begin at the root.
void warn_about_dentry(const std::vector<policy::Text>& values, TextCondition::Kind kind,
                       Diagnostics& diagnostics);

}  // namespace vigil::check
