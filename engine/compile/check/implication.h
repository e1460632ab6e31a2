// What conditions say about each other: whether one holds wherever another does, whether both can
// hold at once. "No" may also mean that it cannot be told simply; "yes" is always true.
#pragma once

#include <cstddef>
#include <optional>

#include "engine/compile/check/checked_policy.h"

namespace vigil::check {

// What comparing may still cost: a hook may have 65536 selectors, and they any number of values.
class Effort {
 public:
  // Asking costs something, too.
  bool allows(std::size_t steps) {
    const bool allowed = steps < left_;
    if (left_ > 0) left_ -= allowed ? steps : 1;
    return allowed;
  }
  bool is_spent() const { return left_ == 0; }

 private:
  std::size_t left_ = 5'000'000;
};

// Whatever `narrow` matches, `wide` matches, too.
bool covers(const Selector& wide, const Selector& narrow, Effort& effort);

// Two conditions that never hold together, in the order of the selector's lists.
struct Conflict {
  Span first;
  Span second;
};
std::optional<Conflict> conflict_in(const Selector& selector, Effort& effort);

}  // namespace vigil::check
