#include "tests/kernel/programs.h"

#include <bpf/bpf.h>
#include <fmt/core.h>

#include <cstdio>

#include "engine/base/fd.h"
#include "engine/loader/tables.h"

namespace vigil::testing {
namespace {

LoadedProgram describe(std::uint32_t id) {
  LoadedProgram program{.id = id};
  UniqueFd fd(bpf_prog_get_fd_by_id(id));
  bpf_prog_info info{};
  std::uint32_t size = sizeof info;
  if (!fd || bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0) return program;
  program.name = info.name;
  program.instructions = info.xlated_prog_len / static_cast<std::uint32_t>(sizeof(bpf_insn));
  program.verified_instructions = info.verified_insns;
  program.memory_bytes = loader::map_memory(fd.get());
  return program;
}

}  // namespace

std::vector<LoadedProgram> loaded_programs() {
  std::vector<LoadedProgram> programs;
  std::uint32_t id = 0;
  while (bpf_prog_get_next_id(id, &id) == 0) programs.push_back(describe(id));
  return programs;
}

UniqueFd map_named(const std::string& name) {
  UniqueFd found;
  std::uint32_t id = 0;
  while (bpf_map_get_next_id(id, &id) == 0) {
    UniqueFd fd(bpf_map_get_fd_by_id(id));
    bpf_map_info info{};
    std::uint32_t size = sizeof info;
    if (fd && bpf_obj_get_info_by_fd(fd.get(), &info, &size) == 0 && info.name == name)
      found = std::move(fd);
  }
  return found;
}

void print_heading() {
  fmt::print("{:<44} {:>12} {:>10} {:>10}\n", "program", "instructions", "verified", "bytes");
}

void print_row(const std::string& name, std::uint32_t instructions, std::uint32_t verified,
               std::uint64_t memory_bytes, const std::string& verdict) {
  fmt::print("{:<44} {:>12} {:>10} {:>10} {}\n", name, instructions, verified, memory_bytes,
             verdict);
  std::fflush(stdout);
}

}  // namespace vigil::testing
