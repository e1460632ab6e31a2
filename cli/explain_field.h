// What the keys and words of a policy mean, as text for a person.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/terminal.h"

namespace vigil::cli {

// Every key, a line each, indented; what stands in several places is written out once.
std::string field_tree(const Painter& paint);

// `name` is a path, the end of one ("matchArgs.operator") or a word ("Sigkill"). Nothing: there is
// no such thing.
std::optional<std::string> explain_field(std::string_view name, const Painter& paint);

}  // namespace vigil::cli
