// The parts of a BPF opcode (the instruction set's own numbers), for emitting and reading.
#pragma once

#include <cstdint>

namespace vigil::codegen::opcode {

constexpr std::uint8_t class_mask = 0x07;
constexpr std::uint8_t class_load_wide = 0x00, class_load = 0x01, class_store_immediate = 0x02,
                       class_store = 0x03, class_alu32 = 0x04, class_jump = 0x05,
                       class_jump32 = 0x06, class_alu64 = 0x07;

constexpr std::uint8_t from_register = 0x08;
constexpr std::uint8_t operation_mask = 0xf0;

constexpr std::uint8_t memory = 0x60;
constexpr std::uint8_t size_mask = 0x18;
constexpr std::uint8_t size_u32 = 0x00, size_u16 = 0x08, size_u8 = 0x10, size_u64 = 0x18;

constexpr std::uint8_t add = 0x00, subtract = 0x10, bit_or = 0x40, bit_and = 0x50,
                       shift_left = 0x60, shift_right = 0x70, bit_xor = 0xa0, move = 0xb0,
                       shift_right_signed = 0xc0;

constexpr std::uint8_t jump_always = 0x00, jump_equal = 0x10, jump_above = 0x20,
                       jump_at_least = 0x30, jump_any_bit = 0x40, jump_not_equal = 0x50,
                       jump_greater = 0x60, jump_greater_or_equal = 0x70, call = 0x80, exit = 0x90,
                       jump_below = 0xa0, jump_at_most = 0xb0, jump_less = 0xc0,
                       jump_less_or_equal = 0xd0;

// The source register's place says what an immediate is.
constexpr std::uint8_t pseudo_map_fd = 1;
constexpr std::uint8_t pseudo_call = 1;
constexpr std::uint8_t pseudo_kernel_call = 2;

}  // namespace vigil::codegen::opcode
