// spec.selectorsMacros: parts of selectors, written once under a name.
#pragma once

#include "engine/base/diagnostics.h"
#include "engine/compile/policy/yaml_tree.h"

namespace vigil::policy {

// The spec with the keys of its macros written out in the selectors that name them in `macros`.
// Mistakes are reported, and what they are about is left as it is.
Node expand_macros(const Node& spec, Diagnostics& diagnostics);

}  // namespace vigil::policy
