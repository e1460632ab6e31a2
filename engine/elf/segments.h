// The parts of an ELF file that are loaded.
#pragma once

#include <libelf.h>

#include <cstdint>
#include <vector>

namespace vigil::elf {

struct Segment {
  std::uint64_t address = 0, offset = 0, size_bytes = 0;
  bool is_code = false, is_writable = false;
};

std::vector<Segment> read_segments(Elf* elf);

}  // namespace vigil::elf
