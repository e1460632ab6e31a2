// The values of an operator on numbers, ports, protocols ... to ranges.
#pragma once

#include <optional>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/policy/policy.h"
#include "engine/schema/arg_types.h"
#include "engine/schema/names.h"
#include "engine/schema/operators.h"

namespace vigil::check {

// What numbers a condition's values may be, and what they may be called.
struct NumberDomain {
  schema::ArgTypeInfo type;
  std::optional<schema::Names> names;
  std::string_view noun;                        // "a port"
  std::optional<schema::Names> bit_names = {};  // of the bits of a set
};

// The value of an argument of a type.
NumberDomain domain_of(const schema::ArgTypeInfo& type);
// Of the fields of sockets.
NumberDomain domain_of(IntegerCondition::Field field);

// Ranges for `Equal`, `InMap`, `InRange`, `GT`, `LT` and for fields of sockets. Mistakes
// are reported and left out.
std::vector<IntegerRange> integer_ranges(const std::vector<policy::Text>& values,
                                         schema::Operator positive, const NumberDomain& domain,
                                         Diagnostics& diagnostics);

MaskCondition mask_condition(const std::vector<policy::Text>& values, const NumberDomain& domain,
                             Diagnostics& diagnostics);

}  // namespace vigil::check
