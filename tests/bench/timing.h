// What a call costs in units. Under -icount shift=0 the guest's clock counts instructions: 1 ns is
// one unit. On any other machine the same numbers are nanoseconds.
#pragma once

#include <cstdint>
#include <vector>

namespace vigil::bench {

// The lower quartile of several loops: the clock's tick falls into some of them, and out of some
// what the kernel does late falls. `spread` is how much more the upper quartile took, as a part of
// it.
struct Cost {
  double units = 0;
  double spread = 0;
};

struct Loop {
  void (*once)() = nullptr;
  int calls = 0;
  int repeats = 0;
};

// Units per call of one loop, the loop's own not counted.
double loop_units(void (*once)(), int calls);
// Of several loops of the same.
Cost cost_of(std::vector<double> loops);

// Units of a loop of two instructions: 2 when the clock counts instructions.
double units_of_two_instructions();

// This process's own time, in the kernel too.
std::uint64_t cpu_ns();
// That of the children it has waited for; in steps of a microsecond.
std::uint64_t children_cpu_ns();

}  // namespace vigil::bench
