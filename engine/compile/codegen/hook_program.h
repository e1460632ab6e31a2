// HookProgram: one hook's generated BPF instructions and the bytes of its tables,
// as plain data. generate() is pure; loader joins it with the prebuilt runtime.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/plan/hook_plan.h"

namespace vigil::codegen {

// struct bpf_insn's layout (linux/bpf.h), so that this folder needs no kernel header.
struct Instruction {
  std::uint8_t opcode = 0;
  std::uint8_t registers = 0;  // dst | src << 4
  std::int16_t offset = 0;
  std::int32_t immediate = 0;
  bool operator==(const Instruction&) const = default;
};
static_assert(sizeof(Instruction) == 8);

// At `instruction` a call's immediate must become the distance to `function`.
struct CallRelocation {
  std::uint32_t instruction = 0;
  std::string function;  // vg_*, kernel/include/runtime_abi.h
};
// At `instruction` a call's immediate must become the BTF id of the kernel's own `function`.
// Where the kernel has no use for it the call is left out, so nothing may depend on its result.
struct KernelCallRelocation {
  std::uint32_t instruction = 0;
  std::string function;
};
// At `instruction` (first half of a 64-bit load) the immediate must become the map's fd.
struct MapRelocation {
  std::uint32_t instruction = 0;
  std::string map;
};
// From `instruction` on, the code comes from this place of a policy.
struct LineEntry {
  std::uint32_t instruction = 0;
  Span span;
  std::string note;  // "read file argument 0", shown beside the line
};

// A jump target's name, for the reader.
struct LabelName {
  std::uint32_t instruction = 0;
  std::string name;
};

// Instructions and all that is left to resolve in them.
struct Code {
  std::vector<Instruction> instructions;
  std::vector<CallRelocation> calls;
  std::vector<KernelCallRelocation> kernel_calls;
  std::vector<MapRelocation> maps;
  std::vector<LineEntry> lines;  // ascending; of a generated program, the first at instruction 0
  std::vector<LabelName> labels;
};

struct Table {
  std::string name;  // of the runtime's array: ".rodata.trie"
  std::vector<std::uint8_t> bytes;
};

// A function of the runtime that stands in the place of another.
struct Replacement {
  std::string function;
  std::string by;
};

struct HookProgram : Code {
  plan::HookKey key;
  // May wait, and runs before the program: brings in memory of user space that the program will
  // read. Without instructions where there is no such memory.
  Code preload;
  std::vector<Replacement> replacements;
  std::vector<std::string> functions;  // all to attach to, where it is not the key's one
  std::vector<Table> tables;           // every table of runtime_abi.h, in its order
};

// What a hook runs: the programs of the parts of its plan, in their order.
using HookPrograms = std::vector<HookProgram>;

HookProgram generate(const plan::HookPlan& plan);
HookPrograms generate(const std::vector<plan::HookPlan>& parts);

// Instructions as text with labels, calls and maps by name, policy lines between them.
std::string disassemble(const HookProgram& program);

}  // namespace vigil::codegen
