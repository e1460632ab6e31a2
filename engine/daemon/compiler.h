// Compiler: policy text -> checked policies, one per YAML document, on the running kernel.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"

namespace vigil::daemon {

struct Compiled {
  std::vector<check::CheckedPolicy> policies;
  std::string warnings;  // rendered; empty: none
};

// On failure: the diagnostics, rendered.
using Compiler = std::function<std::expected<Compiled, std::string>(SourceFilePtr)>;

}  // namespace vigil::daemon
