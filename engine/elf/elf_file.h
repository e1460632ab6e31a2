// ElfFiles: programs and libraries on disk, for check's questions about code in user space.
#pragma once

#include <memory>

#include "engine/compile/check/code_files.h"

namespace vigil::elf {

// Files are read when they are opened, and not looked at again but for a digest.
std::unique_ptr<check::CodeFiles> make_elf_files();

}  // namespace vigil::elf
