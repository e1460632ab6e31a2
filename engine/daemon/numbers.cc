#include "engine/daemon/numbers.h"

#include <fmt/format.h>

#include "engine/compile/codegen/program_sets.h"

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

api::Outcome<std::uint32_t> FollowNumbers::number(const plan::FollowSet& set) {
  const auto free = lowest_free();
  if (!free)
    return api::Failure{
        api::FailureKind::exhausted,
        fmt::format("loaded policies already follow {} different lists of pids and programs, the "
                    "most there can be",
                    limit_)};
  sets_[set] = *free;
  return *free;
}

// Those of pids are told one by one, those of programs together.
api::Outcome<void> FollowNumbers::add(const std::set<plan::FollowSet>& wanted) {
  std::vector<std::uint32_t> programs;
  for (const auto& set : wanted) {
    if (sets_.contains(set)) continue;
    const auto given = number(set);
    if (!given) return given.error();
    if (set.match) {
      programs.push_back(*given);
    } else if (auto told = kernel_.set_follow_set(*given, set.pids, set.in_namespace); !told) {
      return api::Failure{api::FailureKind::kernel, told.error().message()};
    }
  }
  if (programs.empty()) return {};
  if (auto told = kernel_.set_program_sets(codegen::make_program_sets(sets_), programs); !told)
    return api::Failure{api::FailureKind::kernel, told.error().message()};
  return {};
}

void FollowNumbers::keep(const std::set<plan::FollowSet>& wanted) {
  std::erase_if(sets_, [&](const auto& entry) {
    if (wanted.contains(entry.first)) return false;
    // Of programs it stays in the table until that is made anew.
    if (entry.first.match) return true;
    // Nothing refers to it any more; what stays in the kernel is overwritten with the next owner.
    (void)kernel_.clear_follow_set(entry.second).has_value();
    return true;
  });
}

}  // namespace vigil::daemon
