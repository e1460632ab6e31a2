// Image: a prebuilt BPF program with its CO-RE relocations done for this kernel, as
// plain data: the main program first, then every function it can call. libbpf does
// this work once (capture.h); hook programs are joined from it (join.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/compile/codegen/hook_program.h"

namespace vigil::loader {

struct ImageFunction {
  std::string name;
  std::uint32_t start = 0;    // instruction
  std::uint32_t size = 0;     // instructions
  std::uint32_t type_id = 0;  // of its BTF
};

// struct bpf_line_info: names are offsets into the strings of the BTF.
struct ImageLine {
  std::uint32_t instruction = 0;
  std::uint32_t file_name = 0;
  std::uint32_t text = 0;
  std::uint32_t line_column = 0;  // line << 10 | column
  bool operator==(const ImageLine&) const = default;
};

// At `instruction` (first half of a 64-bit load) the immediate is the fd of `map`.
struct ImageMapReference {
  std::uint32_t instruction = 0;
  std::string map;  // as in the object: "frames", ".rodata.trie"
};

struct Image {
  std::vector<codegen::Instruction> instructions;
  std::vector<ImageFunction> functions;  // ascending by start; the first is main
  std::vector<ImageLine> lines;          // ascending
  std::vector<ImageMapReference> maps;   // ascending
  std::vector<std::uint8_t> btf;         // raw BTF that type ids and names refer to
};

}  // namespace vigil::loader
