// Operators: spellings, the types they fit, and how their values are written.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/schema/arg_types.h"
#include "engine/schema/types.h"
#include "engine/schema/word.h"

namespace vigil::schema {

enum class ValueForm : std::uint8_t {
  same_as_argument,  // a number for numbers, text for text
  number,
  range,  // a:b
  number_or_range,
  address,  // 10.0.0.1, 10.0.0.0/8, ::1
  port,     // a port or a:b
  protocol,
  family,
  state,
  file_type,
  expression,  // over all arguments
  none,
};

struct OperatorInfo {
  Operator op;
  Operator positive;  // itself, or what it is the opposite of
  ValueForm form;
  std::uint16_t categories;  // bit per Category
  bool negated() const { return op != positive; }
  bool fits(Category category) const { return categories >> static_cast<unsigned>(category) & 1; }
};

const OperatorInfo& info(Operator op);
std::span<const OperatorInfo> operators();

// Spellings of matchArgs, every one upstream accepts.
std::span<const Word<Operator>> match_args_words();
// Of matchBinaries; of credentials; of matchPIDs and what else is in a list or not.
std::span<const Word<Operator>> match_binaries_words();
std::span<const Word<Operator>> credential_operator_words();
std::span<const Word<Operator>> membership_words();

// "'Equal', 'Prefix' ...": the operators for values of a category, for a help line.
std::string operators_for(Category category);

}  // namespace vigil::schema
