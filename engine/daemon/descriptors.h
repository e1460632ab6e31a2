// How many files and sockets this process may have open, and what of that clients may use.
#pragma once

#include "engine/api/admission.h"
#include "engine/base/result.h"

namespace vigil::daemon {

// To the most that is allowed without asking.
Result<void> raise_descriptor_limit();

// Clients get half of all descriptors at most, two each: policies are loaded and processes looked
// at however many connect.
api::ConnectionLimits connection_limits();

}  // namespace vigil::daemon
