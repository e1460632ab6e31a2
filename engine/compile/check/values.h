// Values as policies write them, to numbers, ranges and addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/compile/check/checked_policy.h"
#include "engine/schema/arg_types.h"

namespace vigil::check {

// Sign and magnitude: what fits is decided by the type.
struct ParsedNumber {
  bool negative = false;
  std::uint64_t magnitude = 0;
  bool too_large = false;  // for 64 bits: the magnitude says nothing
};

// Decimal, 0x, 0b, 0o, and octal by a leading 0, with a sign.
std::optional<ParsedNumber> parse_number(std::string_view text);

// The bit pattern of a number in a type; nothing when it does not fit.
std::optional<std::uint64_t> fit(ParsedNumber number, const schema::ArgTypeInfo& type);
// As a mask: any pattern of the type's width.
std::optional<std::uint64_t> fit_mask(ParsedNumber number, const schema::ArgTypeInfo& type);

std::uint64_t smallest(const schema::ArgTypeInfo& type);
std::uint64_t largest(const schema::ArgTypeInfo& type);
// "0 to 255".
std::string bounds_of(const schema::ArgTypeInfo& type);

// "10.0.0.0/8", "::1"; host bits are cleared.
std::optional<AddressPrefix> parse_address(std::string_view text);

// "10.0.0.0/8", also of a single address.
std::string to_string(const AddressPrefix& prefix);

// The halves of "a:b"; nothing when there is no colon.
struct Halves {
  std::string_view first, last;
};
std::optional<Halves> split_range(std::string_view text);

// "5", "10s", "2m", "1h" in milliseconds, at most 2^32 - 1.
std::optional<std::uint32_t> parse_interval_ms(std::string_view text);

}  // namespace vigil::check
