// A checked policy as text: what holds on this kernel (`vigil policy explain --emit checked`).
#pragma once

#include <string>

#include "engine/compile/check/checked_policy.h"

namespace vigil::check {

std::string print(const CheckedPolicy& policy);

}  // namespace vigil::check
