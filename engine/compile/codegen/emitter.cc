#include "engine/compile/codegen/emitter.h"

#include <limits>

#include <fmt/core.h>

#include "engine/compile/codegen/opcodes.h"

namespace vigil::codegen {
namespace {

std::uint8_t pair(Register to, Register from = Register::r0) {
  return static_cast<std::uint8_t>(static_cast<unsigned>(to) | static_cast<unsigned>(from) << 4);
}

std::uint8_t alu64(std::uint8_t operation) { return opcode::class_alu64 | operation; }

std::uint8_t size_of(Width width) {
  switch (width) {
    case Width::u8: return opcode::size_u8;
    case Width::u16: return opcode::size_u16;
    case Width::u32: return opcode::size_u32;
    case Width::u64: return opcode::size_u64;
  }
  return 0;
}

std::uint8_t jump_of(Compare compare) {
  switch (compare) {
    case Compare::equal: return opcode::jump_equal;
    case Compare::not_equal: return opcode::jump_not_equal;
    case Compare::above: return opcode::jump_above;
    case Compare::at_least: return opcode::jump_at_least;
    case Compare::below: return opcode::jump_below;
    case Compare::at_most: return opcode::jump_at_most;
    case Compare::greater: return opcode::jump_greater;
    case Compare::greater_or_equal: return opcode::jump_greater_or_equal;
    case Compare::less: return opcode::jump_less;
    case Compare::less_or_equal: return opcode::jump_less_or_equal;
    case Compare::any_bit: return opcode::jump_any_bit;
  }
  return 0;
}

}  // namespace

void Emitter::line(const Span& span, std::string note) {
  if (!code_.lines.empty() && code_.lines.back().instruction == here()) code_.lines.pop_back();
  code_.lines.push_back({here(), span, std::move(note)});
}

void Emitter::move(Register to, Register from) {
  emit({.opcode = std::uint8_t(alu64(opcode::move) | opcode::from_register),
        .registers = pair(to, from)});
}

void Emitter::move(Register to, std::int32_t immediate) {
  emit({.opcode = alu64(opcode::move), .registers = pair(to), .immediate = immediate});
}

void Emitter::emit_wide(std::uint8_t registers, std::uint64_t immediate) {
  emit({.opcode = opcode::class_load_wide | opcode::size_u64,
        .registers = registers,
        .immediate = static_cast<std::int32_t>(immediate)});
  emit({.immediate = static_cast<std::int32_t>(immediate >> 32)});
}

void Emitter::move_wide(Register to, std::uint64_t immediate) { emit_wide(pair(to), immediate); }

void Emitter::add(Register to, std::int32_t immediate) {
  emit({.opcode = alu64(opcode::add), .registers = pair(to), .immediate = immediate});
}

void Emitter::emit_alu(std::uint8_t operation, Register to, Register with) {
  emit({.opcode = std::uint8_t(alu64(operation) | opcode::from_register),
        .registers = pair(to, with)});
}

void Emitter::add(Register to, Register with) { emit_alu(opcode::add, to, with); }
void Emitter::subtract(Register to, Register with) { emit_alu(opcode::subtract, to, with); }
void Emitter::bit_and(Register to, Register with) { emit_alu(opcode::bit_and, to, with); }
void Emitter::bit_or(Register to, Register with) { emit_alu(opcode::bit_or, to, with); }
void Emitter::bit_xor(Register to, Register with) { emit_alu(opcode::bit_xor, to, with); }

void Emitter::shift_left(Register to, std::uint8_t bits) {
  emit({.opcode = alu64(opcode::shift_left), .registers = pair(to), .immediate = bits});
}

void Emitter::shift_right(Register to, std::uint8_t bits) {
  emit({.opcode = alu64(opcode::shift_right), .registers = pair(to), .immediate = bits});
}

void Emitter::shift_right_signed(Register to, std::uint8_t bits) {
  emit({.opcode = alu64(opcode::shift_right_signed), .registers = pair(to), .immediate = bits});
}

void Emitter::load(Width width, Register to, Address from) {
  emit({.opcode = std::uint8_t(opcode::class_load | opcode::memory | size_of(width)),
        .registers = pair(to, from.base),
        .offset = from.offset});
}

void Emitter::store(Width width, Address to, Register from) {
  emit({.opcode = std::uint8_t(opcode::class_store | opcode::memory | size_of(width)),
        .registers = pair(to.base, from),
        .offset = to.offset});
}

void Emitter::load_map(Register to, std::string_view map) {
  code_.maps.push_back({here(), std::string(map)});
  emit_wide(static_cast<std::uint8_t>(pair(to) | opcode::pseudo_map_fd << 4), 0);
}

Emitter::Label Emitter::make_label(std::string_view name) {
  labels_.push_back({.name = std::string(name)});
  return {static_cast<std::uint32_t>(labels_.size() - 1)};
}

void Emitter::bind(Label label) {
  labels_[label.number].instruction = here();
  labels_[label.number].bound = true;
}

void Emitter::emit_jump(Instruction instruction, Label to) {
  jumps_.push_back({here(), to.number});
  emit(instruction);
}

void Emitter::jump(Label to) {
  emit_jump({.opcode = opcode::class_jump | opcode::jump_always}, to);
}

void Emitter::jump_if(Register value, Compare compare, std::int32_t immediate, Label to) {
  emit_jump({.opcode = std::uint8_t(opcode::class_jump | jump_of(compare)),
             .registers = pair(value),
             .immediate = immediate},
            to);
}

void Emitter::jump_if(Register value, Compare compare, Register other, Label to) {
  emit_jump({.opcode = std::uint8_t(opcode::class_jump | jump_of(compare) | opcode::from_register),
             .registers = pair(value, other)},
            to);
}

void Emitter::call(std::string_view function) {
  code_.calls.push_back({here(), std::string(function)});
  emit({.opcode = opcode::class_jump | opcode::call,
        .registers = opcode::pseudo_call << 4,
        .immediate = -1});
}

void Emitter::call_helper(std::int32_t helper) {
  emit({.opcode = opcode::class_jump | opcode::call, .immediate = helper});
}

void Emitter::call_kernel(std::string_view function) {
  code_.kernel_calls.push_back({here(), std::string(function)});
  emit({.opcode = opcode::class_jump | opcode::call, .registers = opcode::pseudo_kernel_call << 4});
}

void Emitter::exit() { emit({.opcode = opcode::class_jump | opcode::exit}); }

Result<Code> Emitter::finish() {
  for (const Jump& jump : jumps_) {
    LabelState& label = labels_[jump.label];
    if (!label.bound || label.instruction <= jump.instruction) {
      return Error(
          fmt::format("label '{}' is not behind the jump at {}", label.name, jump.instruction));
    }
    const std::uint32_t distance = label.instruction - jump.instruction - 1;
    if (distance > std::numeric_limits<std::int16_t>::max()) {
      return Error(fmt::format("the jump at {} to '{}' spans {} instructions", jump.instruction,
                               label.name, distance));
    }
    label.used = true;
    code_.instructions[jump.instruction].offset = static_cast<std::int16_t>(distance);
  }
  for (LabelState& label : labels_) {
    if (label.used) code_.labels.push_back({label.instruction, std::move(label.name)});
  }
  return std::move(code_);
}

}  // namespace vigil::codegen
