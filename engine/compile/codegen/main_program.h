// The generated main program of a hook: gate, read, decide, emit.
#pragma once

#include "engine/base/result.h"
#include "engine/compile/codegen/hook_program.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::codegen {

Result<Code> make_main_program(const plan::HookPlan& plan);

}  // namespace vigil::codegen
