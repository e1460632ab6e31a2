// System calls and their numbers, per way to call the kernel.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace vigil::schema {

enum class Abi : std::uint8_t { x64, i386 };

// Set in the numbers that policies and events use for i386, so that the two do not meet.
constexpr std::uint32_t i386_bit = 0x80000000;

std::string_view name(Abi abi);

// By the name of the kernel's entry point ("newstat"), or of the number ("stat").
std::optional<std::uint32_t> syscall_number(Abi abi, std::string_view entry_or_name);
std::optional<std::string_view> syscall_of_number(Abi abi, std::uint32_t number);

}  // namespace vigil::schema
