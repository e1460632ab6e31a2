// What kernel and reference once disagreed about.
#pragma once

#include <string>
#include <vector>

#include "engine/compile/check/checked_policy.h"
#include "tests/support/reference.h"

namespace vigil::testing {

struct FixedCase {
  std::string name;
  std::vector<schema::ArgType> parameters;
  check::CheckedPolicy policy;
  Event event;
};

std::vector<FixedCase> fixed_cases();

}  // namespace vigil::testing
