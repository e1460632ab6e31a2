#include "engine/compile/codegen/disassemble.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "engine/base/text.h"
#include "engine/compile/codegen/opcodes.h"

namespace vigil::codegen {
namespace {

std::string to(const Instruction& instruction) {
  return fmt::format("r{}", instruction.registers & 15);
}
std::string from(const Instruction& instruction) {
  return fmt::format("r{}", instruction.registers >> 4);
}

std::string source(const Instruction& instruction) {
  const bool from_register = (instruction.opcode & opcode::from_register) != 0;
  return from_register ? from(instruction) : fmt::format("{}", instruction.immediate);
}

std::string memory(const Instruction& instruction, const std::string& base) {
  const auto type = [&] {
    switch (instruction.opcode & opcode::size_mask) {
      case opcode::size_u8: return "u8";
      case opcode::size_u16: return "u16";
      case opcode::size_u32: return "u32";
      default: return "u64";
    }
  };
  const int offset = instruction.offset;
  return fmt::format("*({} *)({} {} {})", type(), base, offset < 0 ? '-' : '+',
                     offset < 0 ? -offset : offset);
}

std::string unknown(const Instruction& instruction) {
  return fmt::format("unknown opcode {:#04x}", instruction.opcode);
}

std::string alu(const Instruction& instruction) {
  const auto with = [&](std::string_view sign) {
    return fmt::format("{} {} {}", to(instruction), sign, source(instruction));
  };
  switch (instruction.opcode & opcode::operation_mask) {
    case opcode::add: return with("+=");
    case opcode::subtract: return with("-=");
    case opcode::bit_and: return with("&=");
    case opcode::bit_or: return with("|=");
    case opcode::bit_xor: return with("^=");
    case opcode::shift_right: return with(">>=");
    case opcode::shift_left: return with("<<=");
    case opcode::shift_right_signed: return with("s>>=");
    case opcode::move: return with("=");
    default: return unknown(instruction);
  }
}

std::string label_at(const Code& code, std::uint32_t index) {
  const auto number = [&](const LabelName& label) {
    const auto same = [&](const LabelName& other) { return other.name == label.name; };
    if (std::ranges::count_if(code.labels, same) == 1) return label.name;
    const auto before = [&](const LabelName& other) {
      return same(other) && other.instruction < label.instruction;
    };
    return fmt::format("{}_{}", label.name, std::ranges::count_if(code.labels, before) + 1);
  };
  const auto found = std::ranges::find(code.labels, index, &LabelName::instruction);
  return found == code.labels.end() ? "" : number(*found);
}

std::string call(const Code& code, std::uint32_t index) {
  const Instruction& instruction = code.instructions[index];
  const auto found = std::ranges::find(code.calls, index, &CallRelocation::instruction);
  if (found != code.calls.end()) return "call " + found->function;
  const auto kernel =
      std::ranges::find(code.kernel_calls, index, &KernelCallRelocation::instruction);
  if (kernel != code.kernel_calls.end()) return "call kernel " + kernel->function;
  if (instruction.immediate == 1) return "call bpf_map_lookup_elem";
  return fmt::format("call helper {}", instruction.immediate);
}

std::string_view sign_of(std::uint8_t operation) {
  switch (operation) {
    case opcode::jump_equal: return "==";
    case opcode::jump_not_equal: return "!=";
    case opcode::jump_above: return ">";
    case opcode::jump_at_least: return ">=";
    case opcode::jump_below: return "<";
    case opcode::jump_at_most: return "<=";
    case opcode::jump_greater: return "s>";
    case opcode::jump_greater_or_equal: return "s>=";
    case opcode::jump_less: return "s<";
    case opcode::jump_less_or_equal: return "s<=";
    case opcode::jump_any_bit: return "&";
    default: return "";
  }
}

std::string jump(const Code& code, std::uint32_t index) {
  const Instruction& instruction = code.instructions[index];
  const std::uint8_t operation = instruction.opcode & opcode::operation_mask;
  if (operation == opcode::exit) return "exit";
  if (operation == opcode::call) return call(code, index);
  const auto target = static_cast<std::uint32_t>(index + 1 + instruction.offset);
  const std::string label = label_at(code, target);
  const std::string place = label.empty() ? fmt::format("{}", target) : label;
  if (operation == opcode::jump_always) return "goto " + place;
  const std::string_view sign = sign_of(operation);
  if (sign.empty()) return unknown(instruction);
  return fmt::format("if {} {} {} goto {}", to(instruction), sign, source(instruction), place);
}

bool is_wide(const Instruction& instruction) {
  return instruction.opcode == (opcode::class_load_wide | opcode::size_u64);
}

std::string load_wide(const Code& code, std::uint32_t index) {
  const Instruction& instruction = code.instructions[index];
  const auto map = std::ranges::find(code.maps, index, &MapRelocation::instruction);
  if (map != code.maps.end()) return fmt::format("{} = map {}", to(instruction), map->map);
  if (!is_wide(instruction) || index + 1 >= code.instructions.size()) return unknown(instruction);
  const std::uint64_t high = static_cast<std::uint32_t>(code.instructions[index + 1].immediate);
  return fmt::format("{} = {:#x}", to(instruction),
                     high << 32 | static_cast<std::uint32_t>(instruction.immediate));
}

// "; deny.yaml:12      operator: Equal   // match binary"
std::string policy_line(const LineEntry& entry) {
  if (entry.span.line == 0 || entry.span.file == nullptr) return fmt::format("; {}\n", entry.note);
  return fmt::format("; {}:{}: {}  // {}\n", printable(entry.span.file->name), entry.span.line,
                     printable(entry.span.file->line(entry.span.line)), entry.note);
}

}  // namespace

std::string disassemble(const Code& code, std::uint32_t index) {
  const Instruction& instruction = code.instructions[index];
  const bool second_half =
      index > 0 && is_wide(code.instructions[index - 1]) && instruction.opcode == 0;
  if (second_half) return "";
  switch (instruction.opcode & opcode::class_mask) {
    case opcode::class_load_wide: return load_wide(code, index);
    case opcode::class_load:
      return fmt::format("{} = {}", to(instruction), memory(instruction, from(instruction)));
    case opcode::class_store:
      return fmt::format("{} = {}", memory(instruction, to(instruction)), from(instruction));
    case opcode::class_jump: return jump(code, index);
    case opcode::class_alu64: return alu(instruction);
    default: return unknown(instruction);
  }
}

std::string disassemble(const HookProgram& program) {
  std::string text = to_string(program.key) + ":\n";
  std::map<std::uint32_t, const LineEntry*> lines;
  for (const LineEntry& entry : program.lines) lines[entry.instruction] = &entry;
  for (std::uint32_t index = 0; index < program.instructions.size(); ++index) {
    if (const std::string label = label_at(program, index); !label.empty()) text += label + ":\n";
    if (const auto line = lines.find(index); line != lines.end())
      text += policy_line(*line->second);
    const std::string instruction = disassemble(program, index);
    if (!instruction.empty()) text += fmt::format("{:5}: {}\n", index, instruction);
  }
  return text;
}

}  // namespace vigil::codegen
