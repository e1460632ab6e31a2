// Finds the processes of a table that are gone although no record said so.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "engine/stream/process/table.h"

namespace vigil::process {

class Sweep {
 public:
  using Lives = std::function<bool(const event::ExecKey&)>;

  static constexpr std::size_t step_size = 256;  // a look at /proc takes some 10 us

  // Without `lives` it finds nothing.
  explicit Sweep(Lives lives) : lives_(std::move(lives)) {}

  // To look at all that live now. A round that is under way ends first.
  void ask() { asked_ = true; }
  // Those of the next step_size that are gone.
  std::vector<event::ExecKey> step(const Table& table);

 private:
  Lives lives_;
  bool asked_ = false;
  std::vector<event::ExecKey> todo_;
};

}  // namespace vigil::process
