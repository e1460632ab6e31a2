#include "engine/compile/check/operand.h"

namespace vigil::check {

Operand function_argument(std::uint32_t index) {
  constexpr std::int64_t word_bytes = 8;
  if (index < schema::argument_register_count) return {.base = schema::argument_register(index)};
  // Behind the return address.
  const auto on_stack = static_cast<std::int64_t>(index - schema::argument_register_count) + 1;
  return {
      .number = on_stack * word_bytes, .base = schema::stack_pointer(), .memory_bytes = word_bytes};
}

}  // namespace vigil::check
