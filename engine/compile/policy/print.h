// The tree as text, each word as it was read: `vigil policy explain --emit ast`.
#pragma once

#include <string>

#include "engine/compile/policy/policy.h"

namespace vigil::policy {

// A line per entry with its line of the file; "?" stands for what could not be read.
std::string print(const Policy& policy);

}  // namespace vigil::policy
