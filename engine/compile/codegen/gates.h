// Gates: what says for sure, before a frame is taken, that no rule of a hook can match.
#pragma once

#include "engine/compile/codegen/emitter.h"
#include "engine/compile/codegen/traced_context.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::codegen {

// Refers to the plan, which must outlive it.
class Gates {
 public:
  explicit Gates(const plan::HookPlan& plan);

  bool none() const;
  // `context` is kept; r0 to r5 are not.
  void pass(Emitter& emit, Register context, Emitter::Label not_a_hit) const;

 private:
  bool can_see_number() const;
  bool can_see_name() const;
  void pass_number(Emitter& emit, Register context, Emitter::Label not_a_hit) const;
  void pass_name(Emitter& emit, Register context, Emitter::Label not_a_hit) const;

  const plan::HookPlan& plan_;
  const Context context_;
  const bool asks_for_processes_;
  const bool only_enforcers_;
  const bool has_number_, has_name_;
};

}  // namespace vigil::codegen
