// What a policy is called in diagnostics and line tables when no file holds it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/compile/policy/policy.h"

namespace vigil::policy {

// `policy "NAME"`, with ` and more` when there are several; empty when the first has no name that
// could be read.
std::string source_name(const std::vector<Policy>& policies);

// `text` with `file` in front of each place that is named so.
std::string with_file_name(std::string_view text, std::string_view file);

}  // namespace vigil::policy
