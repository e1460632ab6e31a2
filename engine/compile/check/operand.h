// Where a hook in user space finds a value: as the compiler of the traced program left it there.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "engine/schema/registers.h"

namespace vigil::check {

// number + base + index * scale; that sum is the value, or the place of it in the program's memory.
struct Operand {
  std::int64_t number = 0;
  std::optional<schema::Register> base;
  std::optional<schema::Register> index;
  std::uint8_t scale = 1;         // 1, 2, 4 or 8
  std::uint8_t memory_bytes = 0;  // how many bytes stand there; 0: the sum is the value
  bool is_signed = false;         // a part of a register, and what is in memory: sign-extended
  auto operator<=>(const Operand&) const = default;
};

// The `index`th argument of a function, from 0.
Operand function_argument(std::uint32_t index);

}  // namespace vigil::check
