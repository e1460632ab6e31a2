// Values that are compared with paths: the kernel's have a form of their own.
#pragma once

#include <string_view>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

// Refuses a value that ends in " (deleted)", which the kernel's paths have in events only: it would
// never match, and a policy that counts on it would guard nothing. `place` is that of the value.
bool refuse_deleted(std::string_view path, TextCondition::Kind kind, const Span& place,
                    Diagnostics& diagnostics);
// Warns of a value that no path of a file can match, or that is no pattern though it looks like
// one.
void warn_about_path(const policy::Text& value, TextCondition::Kind kind, Diagnostics& diagnostics);
// Warns, once, of values of a dentry that begin at the root.
void warn_about_dentry(const std::vector<policy::Text>& values, TextCondition::Kind kind,
                       Diagnostics& diagnostics);

}  // namespace vigil::check
