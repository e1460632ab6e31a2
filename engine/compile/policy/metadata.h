// The name of a policy, and what Kubernetes may have written beside it.
#pragma once

#include "engine/base/diagnostics.h"
#include "engine/compile/policy/policy.h"
#include "engine/compile/policy/reader.h"

namespace vigil::policy {

// Not readable when there is none or it cannot be one.
Text read_metadata(const Reader& document, Diagnostics& diagnostics);

}  // namespace vigil::policy
