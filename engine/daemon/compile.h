// The compile chain's first half on the running kernel: parse and check.
#pragma once

#include <memory>

#include "engine/compile/check/code_files.h"
#include "engine/compile/check/kernel_types.h"
#include "engine/daemon/compiler.h"
#include "engine/loader/kernel.h"

namespace vigil::daemon {

Compiler make_compiler(std::shared_ptr<const check::KernelTypes> types,
                       std::shared_ptr<const check::CodeFiles> files,
                       const loader::Features& features);

}  // namespace vigil::daemon
