#include "engine/elf/segments.h"

#include <gelf.h>

namespace vigil::elf {

std::vector<Segment> read_segments(Elf* elf) {
  std::vector<Segment> segments;
  std::size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) return segments;
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr header{};
    if (gelf_getphdr(elf, static_cast<int>(i), &header) == nullptr || header.p_type != PT_LOAD)
      continue;
    segments.push_back({.address = header.p_vaddr,
                        .offset = header.p_offset,
                        .size_bytes = header.p_filesz,
                        .is_code = (header.p_flags & PF_X) != 0,
                        .is_writable = (header.p_flags & PF_W) != 0});
  }
  return segments;
}

}  // namespace vigil::elf
