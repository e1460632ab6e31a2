#include "engine/stream/decode/sequences.h"

#include <algorithm>

namespace vigil::decode {

void Sequences::see(std::uint16_t number, std::uint64_t sequence) {
  Cpu& cpu = cpus_[number];
  if (sequence >= cpu.fresh.end) {
    cpu.fresh.missing += sequence - cpu.fresh.end;
    cpu.fresh.end = sequence + 1;
    return;
  }
  const bool was_told = sequence < cpu.told.end;
  Span& span = was_told ? cpu.told : sequence < cpu.old.end ? cpu.old : cpu.fresh;
  if (span.missing == 0) return;
  --span.missing;
  if (was_told) ++came_after_all_;
}

void Sequences::expect(std::uint16_t number, std::uint64_t end) {
  Span& fresh = cpus_[number].fresh;
  if (end <= fresh.end) return;
  fresh.missing += end - fresh.end;
  fresh.end = end;
}

std::uint64_t Sequences::missing() const {
  std::uint64_t missing = 0;
  for (const auto& [number, cpu] : cpus_)
    missing += cpu.told.missing + cpu.old.missing + cpu.fresh.missing;
  return missing;
}

std::uint64_t Sequences::take_confirmed() {
  std::uint64_t confirmed = 0;
  for (auto& [number, cpu] : cpus_) {
    confirmed += cpu.old.missing;
    cpu.told = {cpu.old.end, cpu.told.missing + cpu.old.missing};
    cpu.old = cpu.fresh;
    cpu.fresh.missing = 0;
  }
  const std::uint64_t known = std::min(confirmed, came_after_all_);
  came_after_all_ -= known;
  told_ += confirmed - known;
  return confirmed - known;
}

}  // namespace vigil::decode
