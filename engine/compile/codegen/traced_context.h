// How the kernel hands over what is traced, and where in it a number is found.
#pragma once

#include <array>
#include <cstdint>

#include "engine/compile/codegen/emitter.h"
#include "engine/compile/plan/hook_plan.h"
#include "engine/schema/types.h"

namespace vigil::codegen {

// registers: struct pt_regs; words: one of 64 bits per argument, which the verifier knows the types
// of if they are typed; record: a tracepoint's own.
enum class Context : std::uint8_t { registers, words, typed_words, record };
Context context_of(schema::Mechanism mechanism);

// Offsets of the arguments in the struct pt_regs of x86-64.
constexpr std::array<std::int16_t, 6> argument_registers = {112, 104, 96, 88, 72, 64};

constexpr std::int16_t word_at(std::uint8_t argument) {
  return static_cast<std::int16_t>(8 * argument);
}

// Offset of an argument in a context that is no record.
constexpr std::int16_t argument_at(Context context, std::uint8_t argument) {
  return context == Context::registers ? argument_registers[argument] : word_at(argument);
}

// The number in a field of the record that `context` points to, as 64 bits.
void load_field(Emitter& emit, Register to, Register context, const check::RecordPlace& place);

}  // namespace vigil::codegen
