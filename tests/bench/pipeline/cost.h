// What a piece of work costs: CPU time of the whole process and calls of operator new.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vigil::bench {

struct Cost {
  double seconds = 0;  // of CPU
  std::uint64_t allocations = 0;
};

Cost cost_now();
inline Cost operator-(const Cost& a, const Cost& b) {
  return {a.seconds - b.seconds, a.allocations - b.allocations};
}

}  // namespace vigil::bench
