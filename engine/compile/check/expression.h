// CelExpr: an expression over a hook's arguments, checked: operands have the types that their
// operator takes, and the whole is a truth.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::check {

struct Expression {
  enum class Type : std::uint8_t { boolean, int32, uint32, int64, uint64, text };
  enum class Kind : std::uint8_t {
    constant,     // number
    argument,     // position in Hook::arguments
    is_text,      // the first operand is `text`, a text argument
    starts_with,  // and so on
    ends_with,
    contains,
    both,    // &&: the second operand is looked at only when the first holds
    either,  // ||: only when it does not
    negation,
    equal,
    not_equal,
    less,
    at_most,
    greater,
    at_least,
    sum,
    difference,
    bit_and,
    bit_or,
    bit_xor,
    bit_not,
    conversion,  // to `type`
  };

  Kind kind = Kind::constant;
  Type type = Type::boolean;
  std::uint64_t number = 0;    // constant: sign-extended; booleans are 0 and 1
  std::uint32_t argument = 0;  // argument
  std::string text;
  std::vector<Expression> operands;

  bool operator==(const Expression&) const = default;
};

// As an expression converts to it: "int32", "string".
std::string_view name(Expression::Type type);

}  // namespace vigil::check
