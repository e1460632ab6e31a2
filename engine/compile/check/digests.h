// `binaryDigests`: which files a hook in user space may stand in.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/code_files.h"
#include "engine/compile/policy/policy.h"

namespace vigil::check {

// `unknown`: a mistake was reported.
enum class Verdict : std::uint8_t { accepted, rejected, unknown };

// One of them must be the file's; none accept every file.
Verdict verify(const std::vector<policy::Text>& digests, const CodeFile& file,
               Diagnostics& diagnostics);

}  // namespace vigil::check
