#include "engine/daemon/numbers.h"

#include <fmt/format.h>

namespace vigil::daemon {

std::optional<std::uint32_t> Slots::take() {
  if (fresh_ < count_) return fresh_++;
  if (free_.empty()) return std::nullopt;
  const std::uint32_t slot = free_.front();
  free_.pop_front();
  return slot;
}

std::optional<std::uint32_t> FollowNumbers::lowest_free() const {
  std::set<std::uint32_t> used;
  for (const auto& [set, number] : sets_) used.insert(number);
  for (std::uint32_t number = 0; number < limit_; ++number)
    if (!used.contains(number)) return number;
  return std::nullopt;
}

api::Outcome<void> FollowNumbers::add(const std::set<plan::FollowSet>& wanted) {
  for (const auto& set : wanted) {
    if (sets_.contains(set)) continue;
    const auto number = lowest_free();
    if (!number)
      return api::Failure{api::FailureKind::exhausted,
                          fmt::format("loaded policies already use {} different lists of pids with "
                                      "followForks, the most there can be",
                                      limit_)};
    if (auto told = kernel_.set_follow_set(*number, set.pids, set.in_namespace); !told)
      return api::Failure{api::FailureKind::kernel, told.error().message()};
    sets_[set] = *number;
  }
  return {};
}

void FollowNumbers::keep(const std::set<plan::FollowSet>& wanted) {
  std::erase_if(sets_, [&](const auto& entry) {
    if (wanted.contains(entry.first)) return false;
    // Nothing refers to it any more; what stays in the kernel is overwritten with the next owner.
    (void)kernel_.clear_follow_set(entry.second).has_value();
    return true;
  });
}

}  // namespace vigil::daemon
