// What a disagreement is about, in words.
#pragma once

#include <string>
#include <vector>

#include "engine/compile/plan/plan.h"
#include "tests/support/outcome.h"
#include "tests/support/reference.h"

namespace vigil::testing {

std::string describe(const std::vector<schema::ArgType>& parameters, const Event& event);
std::string describe(const Counts& counts);
// What only one of them has, with the selectors that it is about.
std::string describe_difference(const std::vector<plan::LoadedPolicy>& policies,
                                const Outcome& reference, const Outcome& kernel);

}  // namespace vigil::testing
