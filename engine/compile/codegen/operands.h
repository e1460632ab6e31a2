// Values that a program of user space keeps in its registers, taken at a probe.
#pragma once

#include "engine/compile/codegen/emitter.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::codegen {

// Leaves the operand's sum in `to`; needs `scratch`.
void emit_operand(Emitter& emit, const check::Operand& operand, Register context, Register to,
                  Register scratch);

}  // namespace vigil::codegen
