#include "engine/stream/decode/sequences.h"

#include <algorithm>

namespace vigil::decode {

void Sequences::see(std::uint16_t number, std::uint64_t sequence) {
  Cpu& cpu = cpus_[number];
  if (sequence >= cpu.next) {
    const std::uint64_t gap = sequence - cpu.next;
    cpu.missing += gap;
    missing_ += gap;
    cpu.next = sequence + 1;
  } else if (cpu.missing > 0) {
    --cpu.missing;
    --missing_;
  }
}

std::uint64_t Sequences::take_confirmed() {
  const std::uint64_t confirmed = std::min(missing_, missing_before_);
  missing_before_ = missing_;
  if (confirmed <= told_) return 0;
  const std::uint64_t news = confirmed - told_;
  told_ = confirmed;
  return news;
}

}  // namespace vigil::decode
