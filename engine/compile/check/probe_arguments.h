// What a static probe's note says of its arguments: "-4@%edi 8@-16(%rbp) 1@$7".
#pragma once

#include <optional>
#include <vector>

#include "engine/compile/check/code_files.h"
#include "engine/compile/check/operand.h"

namespace vigil::check {

// Empty: a form that is not understood, or a place that no probe can look at (a vector register).
std::vector<std::optional<Operand>> probe_arguments(const StaticProbe& probe, const CodeFile& file);

}  // namespace vigil::check
