// The registers of x86-64 as programs name them, and where the kernel keeps them for a probe.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vigil::schema {

// A register or a part of one, in struct pt_regs. Little endian: the lowest bytes come first.
struct Register {
  std::uint16_t offset = 0;  // bytes
  std::uint8_t size_bytes = 8;
  auto operator<=>(const Register&) const = default;
};

// "rax", "eax", "al", "ah", "r10d"; without a '%'.
std::optional<Register> find_register(std::string_view name);
// The name by which it would be found.
std::string_view name_of(const Register& part);

// What a function is given in registers, in order; the rest is on the stack.
inline constexpr std::size_t argument_register_count = 6;
Register argument_register(std::size_t index);
Register stack_pointer();
Register instruction_pointer();

}  // namespace vigil::schema
