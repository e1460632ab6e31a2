#include "engine/compile/codegen/gates.h"

#include <algorithm>
#include <limits>

#include "engine/compile/codegen/slot_kinds.h"
#include "engine/compile/codegen/steps.h"
#include "engine/compile/plan/describe.h"
#include "engine/compile/plan/placement.h"
#include "engine/schema/arg_types.h"

namespace vigil::codegen {
namespace {

constexpr Register number = Register::r1, bound = Register::r2, result = Register::r0,
                   argument1 = Register::r1;

constexpr std::uint64_t top_bit = std::uint64_t{1} << 63;
constexpr std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max();

bool only_enforcers(const plan::HookPlan& plan) {
  return !plan.rules.empty() && std::ranges::all_of(plan.rules, &plan::Rule::enforcer);
}

// What the reader of the type makes of a register.
void widen(Emitter& emit, schema::ArgType type) {
  const auto rest = static_cast<std::uint8_t>(64 - 8 * schema::info(type).width_bytes);
  if (rest == 0) return;
  emit.shift_left(number, rest);
  if ((kind_of(type).flags & VG_SLOT_SIGNED) != 0) {
    emit.shift_right_signed(number, rest);
  } else {
    emit.shift_right(number, rest);
  }
}

void jump_if_number(Emitter& emit, Compare compare, std::uint64_t value, Emitter::Label to) {
  const auto narrow = static_cast<std::int32_t>(value);
  if (static_cast<std::uint64_t>(std::int64_t{narrow}) == value) {
    emit.jump_if(number, compare, narrow, to);
    return;
  }
  emit.move_wide(bound, value);
  emit.jump_if(number, compare, bound, to);
}

}  // namespace

Gates::Gates(const plan::HookPlan& plan)
    : plan_(plan),
      context_(context_of(plan.key.mechanism)),
      asks_for_processes_(codegen::asks_for_processes(plan)),
      only_enforcers_(only_enforcers(plan)),
      has_number_(can_see_number()),
      has_name_(can_see_name()) {}

bool Gates::none() const {
  return !asks_for_processes_ && !only_enforcers_ && !has_number_ && !has_name_;
}

// What stands on the stack or behind a system call's registers is not at hand yet.
bool Gates::can_see_number() const {
  if (!plan_.number_gate || plan_.syscall || plan::is_user(plan_.key.mechanism)) return false;
  const plan::Slot& slot = plan_.slots[plan_.number_gate->slot];
  switch (context_) {
    case Context::registers: return slot.raw < argument_registers.size();
    case Context::words: return true;
    // It may be an address, with which the verifier does not let us reckon.
    case Context::typed_words: return slot.type != schema::ArgType::uint64;
    case Context::record: return plan_.fields[slot.raw].form == check::RecordPlace::Form::value;
  }
  return false;
}

// A string of a system call has no dentry.
bool Gates::can_see_name() const {
  if (!plan_.name_gate || plan_.syscall) return false;
  switch (context_) {
    case Context::registers:
      return plan_.slots[plan_.name_gate->slot].raw < argument_registers.size();
    case Context::words:
    case Context::typed_words: return true;
    case Context::record: break;
  }
  return false;
}

void Gates::pass(Emitter& emit, Register context, Emitter::Label not_a_hit) const {
  if (has_number_) pass_number(emit, context, not_a_hit);
  if (asks_for_processes_) {
    emit.call("vg_gate_process");
    emit.jump_if(result, Compare::equal, 0, not_a_hit);
  }
  if (only_enforcers_) {
    emit.call("vg_gate_notified");
    emit.jump_if(result, Compare::equal, 0, not_a_hit);
  }
  if (has_name_) pass_name(emit, context, not_a_hit);
}

void Gates::pass_number(Emitter& emit, Register context, Emitter::Label not_a_hit) const {
  const plan::NumberGate& gate = *plan_.number_gate;
  const plan::Slot& slot = plan_.slots[gate.slot];
  emit.line(slot.span, "does a rule match a number like " + plan::describe(slot) + "?");
  if (context_ == Context::record) {
    load_field(emit, number, context, plan_.fields[slot.raw]);
  } else {
    emit.load(Width::u64, number, {context, argument_at(context_, slot.raw)});
  }
  widen(emit, slot.type);
  const std::uint64_t flip = gate.is_signed ? top_bit : 0;
  const Compare below = gate.is_signed ? Compare::less : Compare::below;
  const Compare at_most = gate.is_signed ? Compare::less_or_equal : Compare::at_most;
  const Emitter::Label passed = emit.make_label("passed");
  for (const auto& [first, last] : gate.stretches) {
    if (first != 0) jump_if_number(emit, below, first ^ flip, not_a_hit);
    if (last != greatest) jump_if_number(emit, at_most, last ^ flip, passed);
  }
  if (gate.stretches.back().last != greatest) emit.jump(not_a_hit);
  emit.bind(passed);
}

void Gates::pass_name(Emitter& emit, Register context, Emitter::Label not_a_hit) const {
  const plan::Slot& slot = plan_.slots[plan_.name_gate->slot];
  const SlotKind kind = kind_of(slot.type);
  emit.line(slot.span, "does the name of " + plan::describe(slot) + " end like one of a rule?");
  emit.load(Width::u64, argument1, {context, argument_at(context_, slot.raw)});
  emit.call(context_ == Context::typed_words ? kind.gate : kind.probe);
  emit.jump_if(result, Compare::equal, 0, not_a_hit);
}

}  // namespace vigil::codegen
