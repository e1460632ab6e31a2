// An ELF file opened by libelf. Nothing in it is trusted.
#pragma once

#include <gelf.h>
#include <libelf.h>

#include <memory>
#include <string>

#include "engine/base/fd.h"
#include "engine/base/result.h"

namespace vigil::elf {

struct ElfCloser {
  void operator()(Elf* elf) const { elf_end(elf); }
};

struct ElfHandle {
  UniqueFd fd;  // outlives the reader, which reads from it as it goes
  std::unique_ptr<Elf, ElfCloser> elf;
};

// Only programs and libraries of x86-64.
Result<ElfHandle> open_elf(const std::string& path);

// Null when there is no such section.
Elf_Scn* find_section(Elf* elf, const char* name, GElf_Shdr& header);

}  // namespace vigil::elf
