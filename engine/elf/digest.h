// What tells a file apart from all others, or a build from others.
#pragma once

#include <libelf.h>

#include <string>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/compile/check/code_files.h"

namespace vigil::elf {

// In hexadecimal digits, of all that is in the file. Not for a build id.
Result<std::string> hash(const UniqueFd& file, check::DigestKind kind);

// In hexadecimal digits; empty when the file has none.
std::string build_id(Elf* elf);

}  // namespace vigil::elf
