#include "engine/symbols/namer.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/clock.h"
#include "engine/base/file.h"

namespace vigil::symbols {
namespace {

constexpr std::size_t max_kallsyms_bytes = 256u << 20;
constexpr std::size_t max_maps_bytes = 16u << 20;

std::string text_of(const std::string& path, std::size_t limit_bytes) {
  auto text = read_file(path, limit_bytes);
  return text ? std::move(*text) : std::string();
}

// But for the innermost frame an address is where a call returns to, which may be behind the
// function's end when the one that was called never returns.
std::uint64_t called_at(const std::vector<event::StackFrame>& frames, std::size_t i) {
  return i == 0 ? frames[i].address : frames[i].address - 1;
}

}  // namespace

void Namer::name(event::HookRecord& record) {
  // A program may end at any time, the kernel stays.
  if (!record.stacks.user.empty()) name_user(record.stacks.user, record.self);
  if (!record.stacks.kernel.empty()) name_kernel(record.stacks.kernel);
  for (auto* frames : {&record.stacks.kernel, &record.stacks.user}) {
    for (event::StackFrame& frame : *frames) {
      if (frame.symbol.empty() && frame.file.empty()) frame.symbol = unknown;
      if (addresses_ == Addresses::hidden) frame.address = 0;
    }
  }
}

void Namer::name_kernel(std::vector<event::StackFrame>& frames) {
  const auto find = [&](std::size_t i) { return kernel_.find(called_at(frames, i)); };
  const auto name_all = [&] {
    bool all_known = true;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (const auto found = find(i)) {
        frames[i].symbol = found->name;
        frames[i].offset = found->offset + (frames[i].address - called_at(frames, i));
      } else {
        all_known = false;
      }
    }
    return all_known;
  };
  if (!name_all()) {
    learn_kernel();
    name_all();
  }
  // What stands innermost and is none of the kernel's own is the program that looked.
  const auto first = std::ranges::find_if(
      frames, [](const event::StackFrame& frame) { return !frame.symbol.empty(); });
  if (first != frames.end()) frames.erase(frames.begin(), first);
}

// Modules come and go.
void Namer::learn_kernel() {
  const std::uint64_t now_ns = boot_time_ns();
  if (kernel_read_ns_ != 0 && now_ns - kernel_read_ns_ < look_again_ns) return;
  std::string modules = text_of(proc_ + "/modules", max_maps_bytes);
  if (kernel_read_ns_ == 0 || modules != modules_)
    kernel_ = KernelSymbols(text_of(proc_ + "/kallsyms", max_kallsyms_bytes), modules);
  modules_ = std::move(modules);
  kernel_read_ns_ = now_ns;
}

void Namer::name_user(std::vector<event::StackFrame>& frames, const event::ExecKey& key) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const std::uint64_t at = called_at(frames, i);
    if (Code* code = code_at(at, key)) name_mapped(frames[i], at, *code, key.tgid);
  }
}

void Namer::name_mapped(event::StackFrame& frame, std::uint64_t called_at, Code& code,
                        std::uint32_t pid) {
  const Mapping& mapping = code.mapping;
  const std::uint64_t in_file = called_at - mapping.begin + mapping.offset;
  const std::uint64_t past_call = frame.address - called_at;
  frame.file = mapping.path;
  frame.offset = in_file + past_call;
  if (!mapping.is_file()) return;
  // The very file, wherever it lies by now.
  const auto path =
      fmt::format("{}/{}/map_files/{:x}-{:x}", proc_, pid, mapping.begin, mapping.end);
  if (!code.file) code.file = identify(path);
  const elf::FunctionNames* names = code.file ? files_.find(*code.file, path) : nullptr;
  const auto found = names == nullptr ? std::nullopt : names->find(in_file);
  if (!found) return;
  frame.symbol = found->name;
  frame.offset = found->offset + past_call;
}

Namer::Code* Namer::code_at(std::uint64_t address, const event::ExecKey& key) {
  Program& program = program_of(key);
  const auto find = [&]() -> Code* {
    const auto found = std::ranges::find_if(
        program.code, [&](const Code& code) { return code.mapping.holds(address); });
    return found == program.code.end() ? nullptr : &*found;
  };
  if (Code* known = find()) return known;
  const std::uint64_t now_ns = boot_time_ns();
  if (program.read_ns != 0 && now_ns - program.read_ns < look_again_ns) return nullptr;
  program.read_ns = now_ns;
  auto mappings = parse_maps(text_of(fmt::format("{}/{}/maps", proc_, key.tgid), max_maps_bytes));
  // Of one that has ended what was known before is all there is.
  if (mappings.empty()) return nullptr;
  program.code.clear();
  for (Mapping& mapping : mappings) program.code.push_back({.mapping = std::move(mapping)});
  return find();
}

Namer::Program& Namer::program_of(const event::ExecKey& key) {
  const std::pair id(key.tgid, key.ktime_ns);
  const auto [found, is_new] = programs_.try_emplace(id);
  if (!is_new) return found->second;
  order_.push_back(id);
  if (order_.size() > max_programs) {
    programs_.erase(order_.front());
    order_.pop_front();
  }
  return found->second;
}

}  // namespace vigil::symbols
