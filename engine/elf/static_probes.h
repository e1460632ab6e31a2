// The notes that sys/sdt.h leaves in a file.
#pragma once

#include <libelf.h>

#include <vector>

#include "engine/compile/check/code_files.h"

namespace vigil::elf {

// Addresses as they are when the file is not moved; places in the file are the caller's to find.
struct ProbeNote {
  std::string provider;
  std::string name;
  std::uint64_t address = 0;
  std::uint64_t semaphore = 0;  // 0: none
  std::string arguments;
};

std::vector<ProbeNote> read_probe_notes(Elf* elf);

}  // namespace vigil::elf
