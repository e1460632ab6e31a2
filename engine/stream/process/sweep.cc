#include "engine/stream/process/sweep.h"

#include <utility>

#include "engine/stream/process/identity.h"

namespace vigil::process {

std::vector<event::ExecKey> Sweep::step(const Table& table) {
  std::vector<event::ExecKey> gone;
  if (lives_ == nullptr) return gone;
  if (todo_.empty() && std::exchange(asked_, false)) todo_ = table.live();
  for (std::size_t looked = 0; looked < step_size && !todo_.empty(); ++looked) {
    const event::ExecKey key = todo_.back();
    todo_.pop_back();
    if (key != kernel_key && !lives_(key)) gone.push_back(key);
  }
  return gone;
}

}  // namespace vigil::process
