#include "engine/loader/join.h"

#include <linux/bpf.h>

#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

namespace vigil::loader {
namespace {

using codegen::Instruction;

constexpr std::uint8_t call_opcode = BPF_JMP | BPF_CALL;
constexpr std::uint8_t load64_opcode = BPF_LD | BPF_IMM | BPF_DW;

// Jumps to the next instruction.
constexpr Instruction nothing{.opcode = BPF_JMP | BPF_JA};

std::uint8_t source_of(const Instruction& instruction) { return instruction.registers >> 4; }

void set_source(Instruction& instruction, std::uint8_t source) {
  instruction.registers = static_cast<std::uint8_t>((instruction.registers & 0x0f) | (source << 4));
}

// A call of another function of the program, or a load of its address for a callback.
bool refers_to_function(const Instruction& instruction) {
  return (instruction.opcode == call_opcode && source_of(instruction) == BPF_PSEUDO_CALL) ||
         (instruction.opcode == load64_opcode && source_of(instruction) == BPF_PSEUDO_FUNC);
}

std::optional<std::size_t> function_named(const Image& image, std::string_view name) {
  auto it = std::ranges::find(image.functions, name, &ImageFunction::name);
  if (it == image.functions.end() || it == image.functions.begin()) return std::nullopt;
  return it - image.functions.begin();
}

std::optional<std::size_t> function_at(const Image& image, std::int64_t start) {
  auto it = std::ranges::lower_bound(image.functions, start, {}, &ImageFunction::start);
  if (it == image.functions.end() || it->start != start) return std::nullopt;
  return it - image.functions.begin();
}

// Instructions of one function.
std::span<const Instruction> body_of(const Image& image, const ImageFunction& function) {
  return std::span(image.instructions).subspan(function.start, function.size);
}

// Elements of `all` (ascending by instruction) inside a function.
template <typename T>
std::span<const T> inside(const std::vector<T>& all, const ImageFunction& function) {
  auto first = std::ranges::lower_bound(all, function.start, {}, &T::instruction);
  auto last = std::ranges::lower_bound(all, function.start + function.size, {}, &T::instruction);
  return {first, last};
}

class Joiner {
 public:
  Joiner(const codegen::HookProgram& program, const Image& image, const Names& names)
      : program_(program),
        image_(image),
        names_(names),
        reached_(image.functions.size(), false),
        new_start_(image.functions.size(), 0) {}

  Result<JoinedProgram> join() {
    TRY_VOID(reach_from_main());
    place_functions();
    TRY_VOID(append_main());
    for (std::size_t i = 1; i < image_.functions.size(); ++i) {
      if (reached_[i]) TRY_VOID(append_function(i));
    }
    return std::move(joined_);
  }

 private:
  Result<std::size_t> target(std::uint32_t instruction) const {
    std::int64_t start = std::int64_t{instruction} + 1 + image_.instructions[instruction].immediate;
    auto found = function_at(image_, start);
    if (!found) {
      return Error(fmt::format("instruction {} of the runtime calls into the middle of a function",
                               instruction));
    }
    return in_place_of(*found);
  }

  Result<std::size_t> in_place_of(std::size_t function) const {
    const auto replacement = std::ranges::find(
        program_.replacements, image_.functions[function].name, &codegen::Replacement::function);
    if (replacement == program_.replacements.end()) return function;
    return named(replacement->by);
  }

  Result<std::size_t> named(const std::string& name) const {
    const auto function = function_named(image_, name);
    if (!function) return Error(fmt::format("the runtime has no function {}", name));
    return *function;
  }

  Result<void> reach_from_main() {
    std::vector<std::size_t> waiting;
    auto reach = [&](std::size_t function) {
      if (!reached_[function]) waiting.push_back(function);
      reached_[function] = true;
    };
    for (const auto& call : program_.calls) {
      TRY(const std::size_t function, named(call.function));
      reach(function);
    }
    while (!waiting.empty()) {
      const ImageFunction& function = image_.functions[waiting.back()];
      waiting.pop_back();
      for (std::uint32_t i = function.start; i < function.start + function.size; ++i) {
        if (!refers_to_function(image_.instructions[i])) continue;
        TRY(std::size_t callee, target(i));
        reach(callee);
      }
    }
    return {};
  }

  void place_functions() {
    auto next = static_cast<std::uint32_t>(program_.instructions.size());
    for (std::size_t i = 1; i < image_.functions.size(); ++i) {
      if (!reached_[i]) continue;
      new_start_[i] = next;
      next += image_.functions[i].size;
    }
    joined_.instructions.reserve(next);
  }

  Result<void> append_main() {
    joined_.instructions = program_.instructions;
    for (const auto& call : program_.calls) {
      Instruction& instruction = joined_.instructions[call.instruction];
      set_source(instruction, BPF_PSEUDO_CALL);
      aim(call.instruction, *function_named(image_, call.function));
    }
    for (const auto& call : program_.kernel_calls) call_kernel(call);
    for (const auto& load : program_.maps) {
      set_source(joined_.instructions[load.instruction], BPF_PSEUDO_MAP_FD);
      TRY_VOID(point_at_map(load.instruction, load.map));
    }
    const ImageFunction& placeholder = image_.functions.front();
    joined_.functions.push_back({placeholder.name, 0,
                                 static_cast<std::uint32_t>(program_.instructions.size()),
                                 placeholder.type_id});
    append_policy_lines();
    return {};
  }

  void call_kernel(const codegen::KernelCallRelocation& call) {
    Instruction& instruction = joined_.instructions[call.instruction];
    auto id = names_.kernel_functions.find(call.function);
    if (id == names_.kernel_functions.end()) {
      instruction = nothing;
    } else {
      set_source(instruction, BPF_PSEUDO_KFUNC_CALL);
      instruction.immediate = static_cast<std::int32_t>(id->second);
    }
  }

  void append_policy_lines() {
    for (const auto& entry : program_.lines) {
      ImageLine line{.instruction = entry.instruction};
      if (entry.span.file && entry.span.line > 0) {
        line.file_name = names_.add_string(entry.span.file->name);
        line.text = names_.add_string(entry.span.file->line(entry.span.line));
        line.line_column = line_column(entry.span);
      } else {
        line.text = names_.add_string(entry.note);
      }
      append_line(line);
    }
    if (joined_.lines.empty()) append_line({.text = names_.add_string(to_string(program_.key))});
  }

  static std::uint32_t line_column(const Span& span) {
    return span.line << 10 | std::min<std::uint32_t>(span.column, 1023);
  }

  // The verifier wants one entry per instruction, ascending.
  void append_line(ImageLine line) {
    if (!joined_.lines.empty() && joined_.lines.back().instruction == line.instruction) {
      joined_.lines.back() = line;
    } else {
      joined_.lines.push_back(line);
    }
  }

  Result<void> append_function(std::size_t index) {
    const ImageFunction& function = image_.functions[index];
    auto body = body_of(image_, function);
    joined_.instructions.insert(joined_.instructions.end(), body.begin(), body.end());
    std::uint32_t start = new_start_[index];
    joined_.functions.push_back({function.name, start, function.size, function.type_id});
    for (std::uint32_t i = 0; i < function.size; ++i) {
      if (!refers_to_function(body[i])) continue;
      TRY(std::size_t callee, target(function.start + i));
      aim(start + i, callee);
    }
    for (const auto& reference : inside(image_.maps, function)) {
      TRY_VOID(point_at_map(reference.instruction - function.start + start, reference.map));
    }
    append_function_lines(function, start);
    return {};
  }

  // Every function must have an entry at its first instruction.
  void append_function_lines(const ImageFunction& function, std::uint32_t start) {
    auto lines = inside(image_.lines, function);
    if (lines.empty() || lines.front().instruction != function.start) {
      append_line({.instruction = start, .text = names_.add_string(function.name)});
    }
    for (ImageLine line : lines) {
      line.instruction = line.instruction - function.start + start;
      append_line(line);
    }
  }

  void aim(std::uint32_t instruction, std::size_t function) {
    joined_.instructions[instruction].immediate =
        static_cast<std::int32_t>(std::int64_t{new_start_[function]} - instruction - 1);
  }

  Result<void> point_at_map(std::uint32_t instruction, const std::string& map) {
    auto fd = names_.maps.find(map);
    if (fd == names_.maps.end()) return Error(fmt::format("there is no map {}", map));
    joined_.instructions[instruction].immediate = fd->second;
    return {};
  }

  const codegen::HookProgram& program_;
  const Image& image_;
  const Names& names_;
  std::vector<bool> reached_;
  std::vector<std::uint32_t> new_start_;
  JoinedProgram joined_;
};

}  // namespace

Result<JoinedProgram> join(const codegen::HookProgram& program, const Image& runtime,
                           const Names& names) {
  return Joiner(program, runtime, names).join();
}

}  // namespace vigil::loader
