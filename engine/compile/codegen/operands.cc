#include "engine/compile/codegen/operands.h"

#include <bit>
#include <limits>

namespace vigil::codegen {
namespace {

constexpr std::uint8_t word_bits = 64;

Width width_of(const schema::Register& part) {
  switch (part.size_bytes) {
    case 1: return Width::u8;
    case 2: return Width::u16;
    case 4: return Width::u32;
    default: return Width::u64;
  }
}

void load_register(Emitter& emit, const schema::Register& part, Register context, Register to) {
  emit.load(width_of(part), to, {context, static_cast<std::int16_t>(part.offset)});
}

bool is_small(std::int64_t number) { return number == static_cast<std::int32_t>(number); }

void move(Emitter& emit, std::int64_t number, Register to) {
  if (is_small(number)) return emit.move(to, static_cast<std::int32_t>(number));
  emit.move_wide(to, static_cast<std::uint64_t>(number));
}

void add(Emitter& emit, std::int64_t number, Register to, Register scratch) {
  if (number == 0) return;
  if (is_small(number)) return emit.add(to, static_cast<std::int32_t>(number));
  move(emit, number, scratch);
  emit.add(to, scratch);
}

void extend(Emitter& emit, const schema::Register& part, Register to) {
  const auto spare = static_cast<std::uint8_t>(word_bits - 8 * part.size_bytes);
  if (spare == 0) return;
  emit.shift_left(to, spare);
  emit.shift_right_signed(to, spare);
}

}  // namespace

void emit_operand(Emitter& emit, const check::Operand& operand, Register context, Register to,
                  Register scratch) {
  if (!operand.base && !operand.index) return move(emit, operand.number, to);
  if (operand.base) {
    load_register(emit, *operand.base, context, to);
    if (operand.is_signed && operand.memory_bytes == 0) extend(emit, *operand.base, to);
  } else {
    emit.move(to, 0);
  }
  if (operand.index) {
    load_register(emit, *operand.index, context, scratch);
    if (operand.scale > 1)
      emit.shift_left(scratch, static_cast<std::uint8_t>(std::countr_zero(operand.scale)));
    emit.add(to, scratch);
  }
  add(emit, operand.number, to, scratch);
}

}  // namespace vigil::codegen
