// The instructions of a CelExpr: what a rule asks of several values at once.
#pragma once

#include "engine/compile/codegen/emitter.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::codegen {

// Where to go on; falls through where the expression holds.
struct ExpressionLabels {
  Emitter::Label fails;        // it does not, or a value cannot be read
  Emitter::Label undecidable;  // the part of a text that decides was cut off
};

// `frame` keeps its register. `first_probe`: the number of the plan's first probe among dimensions.
void emit_expression(Emitter& emit, Register frame, const check::Expression& expression,
                     std::uint32_t first_probe, const plan::HookPlan& plan,
                     ExpressionLabels labels);

}  // namespace vigil::codegen
