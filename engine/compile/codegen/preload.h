// The program that may wait and brings in the memory of user space that a hook program will read.
#pragma once

#include "engine/base/result.h"
#include "engine/compile/codegen/hook_program.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::codegen {

// Without an instruction where the hook's values are all in registers.
Result<Code> make_preload_program(const plan::HookPlan& plan);

}  // namespace vigil::codegen
