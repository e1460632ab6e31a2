#include "engine/compile/check/probe_arguments.h"

#include <algorithm>
#include <string_view>

#include "engine/base/number.h"

namespace vigil::check {
namespace {

std::string_view take_until(std::string_view& text, char end) {
  const std::string_view taken = text.substr(0, text.find(end));
  text.remove_prefix(std::min(taken.size() + 1, text.size()));
  return taken;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// Decimal or 0x; all of it.
std::optional<std::int64_t> number(std::string_view text) {
  const bool is_negative = take(text, '-');
  if (!is_negative) take(text, '+');
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  const auto value = whole_number<std::uint64_t>(text, base);
  if (!value) return std::nullopt;
  return static_cast<std::int64_t>(is_negative ? 0 - *value : *value);
}

std::optional<schema::Register> a_register(std::string_view text) {
  return take(text, '%') ? schema::find_register(text) : std::nullopt;
}

class Reader {
 public:
  Reader(const StaticProbe& probe, const CodeFile& file) : probe_(probe), file_(file) {}

  // "-4@%edi"; without a size it is a word.
  std::optional<Operand> argument(std::string_view text) const {
    Operand operand;
    std::uint8_t size = 8;
    if (text.find('@') != text.npos) {
      std::string_view written = take_until(text, '@');
      operand.is_signed = take(written, '-');
      const auto bytes = number(written);
      if (!bytes || (*bytes != 1 && *bytes != 2 && *bytes != 4 && *bytes != 8)) return std::nullopt;
      size = static_cast<std::uint8_t>(*bytes);
    }
    if (take(text, '$')) return constant(operand, text);
    if (text.starts_with('%')) return in_register(operand, text, size);
    return in_memory(operand, text, size);
  }

 private:
  static std::optional<Operand> constant(Operand operand, std::string_view text) {
    const auto value = number(text);
    if (!value) return std::nullopt;
    operand.number = *value;
    operand.is_signed = false;
    return operand;
  }

  static std::optional<Operand> in_register(Operand operand, std::string_view text,
                                            std::uint8_t size) {
    operand.base = a_register(text);
    if (!operand.base) return std::nullopt;
    operand.base->size_bytes = std::min(operand.base->size_bytes, size);
    return operand;
  }

  // "number(%base,%index,scale)", every part of which may be missing but the brackets.
  std::optional<Operand> in_memory(Operand operand, std::string_view text,
                                   std::uint8_t size) const {
    operand.memory_bytes = size;
    std::string_view displacement = take_until(text, '(');
    if (!text.ends_with(')')) return std::nullopt;
    std::string_view inside = take_until(text, ')');
    if (inside.empty() || inside.ends_with(',') || !text.empty()) return std::nullopt;
    if (!registers(inside, operand)) return std::nullopt;
    if (displacement.empty()) return operand;
    const auto value = operand.base == schema::instruction_pointer() ? from_here(displacement)
                                                                     : number(displacement);
    if (!value) return std::nullopt;
    operand.number = *value;
    return operand;
  }

  static bool registers(std::string_view inside, Operand& operand) {
    const std::string_view base = take_until(inside, ',');
    operand.base = a_register(base);
    if (!base.empty() && !operand.base) return false;
    if (inside.empty()) return operand.base.has_value();
    operand.index = a_register(take_until(inside, ','));
    const auto scale = inside.empty() ? 1 : number(inside).value_or(0);
    if (scale != 1 && scale != 2 && scale != 4 && scale != 8) return false;
    operand.scale = static_cast<std::uint8_t>(scale);
    return operand.index.has_value();
  }

  // A variable of the program, "name" or "name+8", seen from the probe.
  std::optional<std::int64_t> from_here(std::string_view text) const {
    const std::size_t sign = text.find_first_of("+-", 1);
    const auto more = sign == text.npos ? 0 : number(text.substr(sign));
    const auto address = file_.address_of(text.substr(0, sign));
    if (!more || !address) return std::nullopt;
    return static_cast<std::int64_t>(*address - probe_.address) + *more;
  }

  const StaticProbe& probe_;
  const CodeFile& file_;
};

}  // namespace

std::vector<std::optional<Operand>> probe_arguments(const StaticProbe& probe,
                                                    const CodeFile& file) {
  std::vector<std::optional<Operand>> operands;
  const Reader reader(probe, file);
  for (std::string_view rest = probe.arguments; !rest.empty();) {
    const std::string_view word = take_until(rest, ' ');
    if (!word.empty()) operands.push_back(reader.argument(word));
  }
  return operands;
}

}  // namespace vigil::check
