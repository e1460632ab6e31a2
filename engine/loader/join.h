// join(): generated code in front of the runtime functions that it reaches. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/loader/image.h"

namespace vigil::loader {

struct JoinedProgram {
  std::vector<codegen::Instruction> instructions;
  std::vector<ImageFunction> functions;  // main first, named after the hook's placeholder
  std::vector<ImageLine> lines;          // of main: the policy's
};

// BTF ids of the kernel's own functions that generated code may call. A call of one that is not
// here is left out.
using KernelFunctions = std::map<std::string, std::uint32_t, std::less<>>;

// Fds of the maps that code may refer to, by their name in the runtime.
using MapFds = std::map<std::string, int, std::less<>>;
// The offset of a text in the strings of the BTF that goes with the program.
using AddString = std::function<std::uint32_t(std::string_view)>;

// What names in a program stand for on this kernel. Must outlive the call of join().
struct Names {
  const MapFds& maps;
  const KernelFunctions& kernel_functions;
  const AddString& add_string;
};

// Functions that main cannot reach are left out: the verifier refuses dead code.
Result<JoinedProgram> join(const codegen::HookProgram& program, const Image& runtime,
                           const Names& names);

}  // namespace vigil::loader
