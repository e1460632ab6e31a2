// What a CelExpr means: the slow truth that generated code has to agree with.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "engine/compile/check/expression.h"

namespace vigil::testing {

struct NoValue {};
struct CutText {  // its end is missing
  std::string text;
};
using ExpressionValue = std::variant<NoValue, std::uint64_t, std::string, CutText>;

enum class ExpressionTruth : std::uint8_t { no, yes, unreadable, undecidable };

// From left to right; what decides early leaves the rest alone, and so does what cannot be read.
ExpressionTruth evaluate(const check::Expression& expression,
                         const std::function<ExpressionValue(std::uint32_t)>& argument);

}  // namespace vigil::testing
