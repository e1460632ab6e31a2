// Numbers that the kernel's tables are indexed by: given out, given back, used again.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "engine/api/policy_service.h"
#include "engine/compile/plan/plan.h"
#include "engine/loader/kernel.h"

namespace vigil::daemon {

// The number that was free for longest comes first, so that what still names its last
// owner for an instant does no harm.
class Slots {
 public:
  explicit Slots(std::uint32_t count) : count_(count) {}
  std::optional<std::uint32_t> take();
  void give_back(std::uint32_t slot) { free_.push_back(slot); }

 private:
  std::uint32_t count_;
  std::uint32_t fresh_ = 0;  // from here on never used
  std::deque<std::uint32_t> free_;
};

// Follow sets that loaded policies name, each told to the kernel under its number.
class FollowNumbers {
 public:
  FollowNumbers(loader::Kernel& kernel, std::uint32_t limit) : kernel_(kernel), limit_(limit) {}

  const plan::FollowSets& sets() const { return sets_; }
  // Numbers for those of `wanted` that have none yet.
  api::Outcome<void> add(const std::set<plan::FollowSet>& wanted);
  // Only `wanted` keep their numbers.
  void keep(const std::set<plan::FollowSet>& wanted);

 private:
  std::optional<std::uint32_t> lowest_free() const;
  api::Outcome<std::uint32_t> number(const plan::FollowSet& set);

  loader::Kernel& kernel_;
  std::uint32_t limit_;
  plan::FollowSets sets_;
};

}  // namespace vigil::daemon
