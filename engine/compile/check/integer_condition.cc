#include "engine/compile/check/integer_condition.h"

#include <fmt/format.h>

#include "engine/compile/check/values.h"
#include "engine/schema/codes.h"
#include "engine/schema/similar.h"

namespace vigil::check {
namespace {

namespace code = schema::code;
using schema::ArgTypeInfo;
using schema::Operator;

constexpr std::string_view list_prefix = "list:";

std::string what_holds(const ArgTypeInfo& type) {
  return fmt::format("{} holds {}", type.name, bounds_of(type));
}

std::string suggest_name(std::string_view text, const NumberDomain& domain) {
  if (domain.bit_names) return "a number, or names with a comma between: CAP_CHOWN,CAP_KILL";
  if (!domain.names) return "decimal, 0x for hexadecimal, a leading 0 for octal";
  std::string meant = schema::did_you_mean(text, schema::all_names(*domain.names));
  if (!meant.empty()) return meant;
  return fmt::format("a number, or a name such as {}", schema::names(*domain.names).front().name);
}

// "CAP_CHOWN, CAP_KILL"; nothing when one of them is no name.
std::optional<std::uint64_t> named_bits(std::string_view text, schema::Names names) {
  std::uint64_t bits = 0;
  for (;;) {
    const std::size_t comma = text.find(',');
    std::string_view name = text.substr(0, comma);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    const auto bit = schema::number_of(names, name);
    if (!bit) return std::nullopt;
    bits |= std::uint64_t{1} << *bit;
    if (comma == std::string_view::npos) return bits;
    text.remove_prefix(comma + 1);
  }
}

// One number or name, as a bit pattern of the domain's type.
std::optional<std::uint64_t> number(std::string_view text, const Span& span,
                                    const NumberDomain& domain, Diagnostics& diagnostics) {
  if (domain.bit_names) {
    if (auto bits = named_bits(text, *domain.bit_names)) return bits;
  }
  if (domain.names) {
    if (auto named = schema::number_of(*domain.names, text)) return *named;
  }
  auto parsed = parse_number(text);
  if (!parsed) {
    diagnostics.error(code::bad_value.code, span, fmt::format("'{}' is not {}", text, domain.noun),
                      suggest_name(text, domain));
    return std::nullopt;
  }
  auto value = fit(*parsed, domain.type);
  if (!value) {
    diagnostics.error(code::out_of_range.code, span,
                      fmt::format("{} is out of range for {}", text, domain.noun),
                      what_holds(domain.type));
  }
  return value;
}

bool ordered(std::uint64_t first, std::uint64_t last, const ArgTypeInfo& type) {
  return type.is_signed ? static_cast<std::int64_t>(first) <= static_cast<std::int64_t>(last)
                        : first <= last;
}

std::optional<IntegerRange> range(const policy::Text& text, Halves halves,
                                  const NumberDomain& domain, Diagnostics& diagnostics) {
  auto first = number(halves.first, text.span, domain, diagnostics);
  if (!first) return std::nullopt;
  auto last = number(halves.last, text.span, domain, diagnostics);
  if (!last) return std::nullopt;
  if (!ordered(*first, *last, domain.type)) {
    diagnostics.error(code::bad_value.code, text.span,
                      fmt::format("the range {} ends before it begins", text.value),
                      fmt::format("write {}:{}", halves.last, halves.first));
    return std::nullopt;
  }
  return IntegerRange{*first, *last};
}

std::optional<IntegerRange> single(const policy::Text& text, const NumberDomain& domain,
                                   Diagnostics& diagnostics) {
  auto value = number(text.value, text.span, domain, diagnostics);
  return value ? std::optional(IntegerRange{*value, *value}) : std::nullopt;
}

std::optional<IntegerRange> never(const policy::Text& text, std::string_view relation,
                                  const NumberDomain& domain, Diagnostics& diagnostics) {
  diagnostics.error(code::pointless.code, text.span,
                    fmt::format("no {} is {} than {}", domain.type.name, relation, text.value),
                    what_holds(domain.type));
  return std::nullopt;
}

std::optional<IntegerRange> above(const policy::Text& text, const NumberDomain& domain,
                                  Diagnostics& diagnostics) {
  auto value = number(text.value, text.span, domain, diagnostics);
  if (!value) return std::nullopt;
  if (*value == largest(domain.type)) return never(text, "greater", domain, diagnostics);
  return IntegerRange{*value + 1, largest(domain.type)};
}

std::optional<IntegerRange> below(const policy::Text& text, const NumberDomain& domain,
                                  Diagnostics& diagnostics) {
  auto value = number(text.value, text.span, domain, diagnostics);
  if (!value) return std::nullopt;
  if (*value == smallest(domain.type)) return never(text, "less", domain, diagnostics);
  return IntegerRange{smallest(domain.type), *value - 1};
}

// a:b, which `InRange` demands and others allow.
std::optional<IntegerRange> range_or_single(const policy::Text& text, Operator positive,
                                            const NumberDomain& domain, Diagnostics& diagnostics) {
  if (text.value.starts_with(list_prefix)) {
    diagnostics.error(code::bad_value.code, text.span, "only 'InMap' and 'NotInMap' take lists");
    return std::nullopt;
  }
  if (auto halves = split_range(text.value)) return range(text, *halves, domain, diagnostics);
  if (positive != Operator::in_range) return single(text, domain, diagnostics);
  diagnostics.error(code::bad_value.code, text.span, fmt::format("'{}' is not a range", text.value),
                    "write two numbers with a colon between: 10:20");
  return std::nullopt;
}

std::optional<IntegerRange> one(const policy::Text& text, Operator positive,
                                const NumberDomain& domain, Diagnostics& diagnostics) {
  if (positive == Operator::equal) return single(text, domain, diagnostics);
  if (positive == Operator::greater) return above(text, domain, diagnostics);
  if (positive == Operator::less) return below(text, domain, diagnostics);
  return range_or_single(text, positive, domain, diagnostics);
}

std::optional<std::uint64_t> bits_of(std::string_view text, const NumberDomain& domain) {
  if (auto parsed = parse_number(text)) return fit_mask(*parsed, domain.type);
  return domain.bit_names ? named_bits(text, *domain.bit_names) : std::nullopt;
}

}  // namespace

NumberDomain domain_of(const ArgTypeInfo& type) {
  if (type.category == schema::Category::capability) {
    return {type, schema::Names::capability, "a capability"};
  }
  if (type.category == schema::Category::capability_set) {
    return {type, std::nullopt, "a mask or a list of capabilities", schema::Names::capability};
  }
  if (type.type == schema::ArgType::bpf_cmd) {
    return {type, schema::Names::bpf_command, "a command of bpf(2)"};
  }
  return {type, std::nullopt, "a number"};
}

NumberDomain domain_of(IntegerCondition::Field field) {
  const ArgTypeInfo& half = schema::info(schema::ArgType::uint16);
  switch (field) {
    case IntegerCondition::Field::value: break;
    case IntegerCondition::Field::source_port:
    case IntegerCondition::Field::destination_port: return {half, std::nullopt, "a port"};
    case IntegerCondition::Field::protocol: return {half, schema::Names::protocol, "a protocol"};
    case IntegerCondition::Field::family:
      return {half, schema::Names::address_family, "an address family"};
    case IntegerCondition::Field::state: return {half, schema::Names::tcp_state, "a TCP state"};
    case IntegerCondition::Field::file_type:
      return {half, schema::Names::file_type, "a type of file"};
  }
  return {half, std::nullopt, "a number"};
}

std::vector<IntegerRange> integer_ranges(const std::vector<policy::Text>& values, Operator positive,
                                         const NumberDomain& domain, Diagnostics& diagnostics) {
  std::vector<IntegerRange> ranges;
  for (const policy::Text& text : values) {
    if (!text.readable) continue;
    if (auto range = one(text, positive, domain, diagnostics)) ranges.push_back(*range);
  }
  return ranges;
}

MaskCondition mask_condition(const std::vector<policy::Text>& values, const NumberDomain& domain,
                             Diagnostics& diagnostics) {
  MaskCondition condition;
  for (const policy::Text& text : values) {
    if (!text.readable) continue;
    auto mask = bits_of(text.value, domain);
    if (mask && *mask != 0) {
      condition.mask |= *mask;
    } else if (mask) {
      diagnostics.error(code::pointless.code, text.span, "no value has a bit of the mask 0");
    } else {
      number(text.value, text.span, domain, diagnostics);
    }
  }
  return condition;
}

}  // namespace vigil::check
