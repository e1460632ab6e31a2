// Time spent in bpf(), ours and libbpf's: the linker puts a clock around syscall().
#pragma once

#include <cstdint>

namespace vigil::bench {

struct BpfTime {
  std::uint64_t programs_ns = 0;  // verifying and translating
  std::uint64_t types_ns = 0;     // taking in BTF
  std::uint64_t other_ns = 0;     // maps and links
};

// Since the last time it was asked.
BpfTime take_bpf_time();

}  // namespace vigil::bench
