// The text of a CelExpr to an expression whose types fit.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "engine/compile/check/expression.h"

namespace vigil::check {

struct ExpressionError {
  std::size_t at = 0;  // byte of the text
  std::size_t length = 1;
  std::string message;
  std::string help;
};

// `arguments`: the types of arg0, arg1 ...; nothing for those that an expression cannot look at.
std::variant<Expression, ExpressionError> parse_expression(
    std::string_view text, std::span<const std::optional<Expression::Type>> arguments);

}  // namespace vigil::check
