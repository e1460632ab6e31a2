// One instruction as text, for the disassembler and for messages about a refused program.
#pragma once

#include <cstdint>
#include <string>

#include "engine/compile/codegen/hook_program.h"

namespace vigil::codegen {

// `code.instructions[index]`: "r1 = *(u64 *)(r6 + 112)"; empty for the second half of a
// 64-bit load.
std::string disassemble(const Code& code, std::uint32_t index);

}  // namespace vigil::codegen
