// Compiler: policy text -> checked policies, one per YAML document, on the running kernel.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"

namespace vigil::daemon {

struct Compiled {
  std::vector<check::CheckedPolicy> policies;
  std::string warnings;  // rendered; empty: none
};

// A source that is no file is named after its policy. On failure: the diagnostics, rendered.
using Compiler =
    std::function<std::expected<Compiled, std::string>(const std::shared_ptr<SourceFile>&)>;

}  // namespace vigil::daemon
