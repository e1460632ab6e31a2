#include "engine/compile/check/values.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <limits>
#include <string>

#include "engine/base/number.h"

namespace vigil::check {
namespace {

std::uint64_t ones(unsigned bits) { return bits >= 64 ? ~0ull : (1ull << bits) - 1; }

unsigned bits_of(const schema::ArgTypeInfo& type) { return type.width_bytes * 8u; }

void clear_host_bits(AddressPrefix& prefix) {
  for (unsigned bit = prefix.length; bit < 8 * prefix.bytes.size(); ++bit) {
    prefix.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> bit % 8));
  }
}

std::string shown(std::uint64_t value, const schema::ArgTypeInfo& type) {
  return type.is_signed ? fmt::format("{}", static_cast<std::int64_t>(value))
                        : fmt::format("{}", value);
}

}  // namespace

std::optional<ParsedNumber> parse_number(std::string_view text) {
  ParsedNumber number;
  if (text.starts_with('-') || text.starts_with('+')) {
    number.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
    text.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  }
  const auto magnitude = read_number<std::uint64_t>(text, base);
  if (!magnitude && magnitude.error() == NotANumber::malformed) return std::nullopt;
  number.too_large = !magnitude;
  number.magnitude = magnitude.value_or(0);
  return number;
}

std::uint64_t smallest(const schema::ArgTypeInfo& type) {
  return type.is_signed ? ~ones(bits_of(type) - 1) : 0;
}

std::uint64_t largest(const schema::ArgTypeInfo& type) {
  return ones(type.is_signed ? bits_of(type) - 1 : bits_of(type));
}

std::string bounds_of(const schema::ArgTypeInfo& type) {
  return fmt::format("{} to {}", shown(smallest(type), type), shown(largest(type), type));
}

std::optional<std::uint64_t> fit(ParsedNumber number, const schema::ArgTypeInfo& type) {
  if (number.too_large) return std::nullopt;
  if (!number.negative || number.magnitude == 0) {
    return number.magnitude <= largest(type) ? std::optional(number.magnitude) : std::nullopt;
  }
  if (!type.is_signed || number.magnitude > largest(type) + 1) return std::nullopt;
  return 0 - number.magnitude;
}

std::optional<std::uint64_t> fit_mask(ParsedNumber number, const schema::ArgTypeInfo& type) {
  const bool is_pattern = !number.negative && !number.too_large;
  if (is_pattern && number.magnitude <= ones(bits_of(type))) return number.magnitude;
  return fit(number, type);
}

std::optional<AddressPrefix> parse_address(std::string_view text) {
  std::size_t slash = text.find('/');
  std::string address(text.substr(0, slash));
  AddressPrefix prefix;
  prefix.is_ipv6 = address.find(':') != std::string::npos;
  if (::inet_pton(prefix.is_ipv6 ? AF_INET6 : AF_INET, address.c_str(), prefix.bytes.data()) != 1) {
    return std::nullopt;
  }
  prefix.length = prefix.is_ipv6 ? 128 : 32;
  if (slash != std::string_view::npos) {
    auto length = whole_number<std::uint8_t>(text.substr(slash + 1));
    if (!length || *length > prefix.length) return std::nullopt;
    prefix.length = *length;
  }
  clear_host_bits(prefix);
  return prefix;
}

std::string to_string(const AddressPrefix& prefix) {
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(prefix.is_ipv6 ? AF_INET6 : AF_INET, prefix.bytes.data(), text, sizeof(text));
  return fmt::format("{}/{}", text, prefix.length);
}

std::optional<Halves> split_range(std::string_view text) {
  std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return Halves{text.substr(0, colon), text.substr(colon + 1)};
}

std::optional<std::uint32_t> parse_interval_ms(std::string_view text) {
  std::uint64_t unit_ms = 1000;
  if (text.ends_with('s') || text.ends_with('m') || text.ends_with('h')) {
    unit_ms = text.back() == 's' ? 1000 : text.back() == 'm' ? 60'000 : 3'600'000;
    text.remove_suffix(1);
  }
  auto count = whole_number<std::uint32_t>(text);
  if (!count || *count * unit_ms > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(*count * unit_ms);
}

}  // namespace vigil::check
