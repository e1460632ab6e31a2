// Names the functions of stacks.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/stream/event/record.h"
#include "engine/symbols/file_names.h"
#include "engine/symbols/kernel_symbols.h"
#include "engine/symbols/memory_map.h"

namespace vigil::symbols {

enum class Addresses : std::uint8_t { hidden, shown };

// Used by one thread. Nothing is read before the first stack.
class Namer {
 public:
  // Of a frame of which nothing else is known.
  static constexpr std::string_view unknown = "[unknown]";

  explicit Namer(Addresses addresses, std::string proc = "/proc")
      : addresses_(addresses), proc_(std::move(proc)) {}

  void name(event::HookRecord& record);

 private:
  // Programs whose memory is known, and how often it is looked at again for what is not in it.
  static constexpr std::size_t max_programs = 256;
  static constexpr std::uint64_t look_again_ns = 1'000'000'000;

  struct Code {
    Mapping mapping;
    std::optional<FileId> file = std::nullopt;  // once it was looked at; the program may have ended
  };
  struct Program {
    std::vector<Code> code;
    std::uint64_t read_ns = 0;
  };

  void name_kernel(std::vector<event::StackFrame>& frames);
  void learn_kernel();
  void name_user(std::vector<event::StackFrame>& frames, const event::ExecKey& key);
  void name_mapped(event::StackFrame& frame, std::uint64_t called_at, Code& code,
                   std::uint32_t pid);
  Code* code_at(std::uint64_t address, const event::ExecKey& key);
  Program& program_of(const event::ExecKey& key);

  Addresses addresses_;
  std::string proc_;
  KernelSymbols kernel_;
  std::string modules_;  // as they were when the kernel's symbols were read
  std::uint64_t kernel_read_ns_ = 0;
  FileNames files_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, Program> programs_;
  std::list<std::pair<std::uint32_t, std::uint64_t>> order_;  // oldest first
};

}  // namespace vigil::symbols
