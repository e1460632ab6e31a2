// The places in a program or library that a hook in user space names.
#pragma once

#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/code_files.h"
#include "engine/compile/check/target.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

struct NamedPlace {
  Target target;                     // its function: the symbol as written, or the probe's name
  std::uint64_t written_offset = 0;  // what stands there instead of a symbol
};

struct FoundPlaces {
  std::vector<NamedPlace> all;
  bool file_rejected = false;  // by its digest, and the policy can do without
};

// None when there was an error, also one reported when the hook was read.
FoundPlaces find_places(const policy::Hook& hook, const CodeFiles& files, Diagnostics& diagnostics);

}  // namespace vigil::check
