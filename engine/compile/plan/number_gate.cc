#include "engine/compile/plan/number_gate.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "engine/compile/plan/hook_limits.h"
#include "engine/schema/arg_types.h"

namespace vigil::plan {
namespace {

using Stretch = NumberGate::Stretch;

constexpr std::uint64_t other_abi = std::uint64_t{1} << 31;  // of a syscall64, from the task

bool is_number(schema::ArgType type) {
  using enum schema::Category;
  const auto category = schema::info(type).category;
  return category == integer || category == capability;
}

// Numbers whose class has a rule.
std::vector<Stretch> stretches_of(const RangeClassifier& classifier, const std::vector<Row>& rows) {
  std::vector<Stretch> found;
  bool open = false;
  for (const RangeClassifier::Bound& bound : classifier.bounds) {
    const bool has_rules = rows[bound.row].any();
    if (has_rules && !open)
      found.push_back({bound.from, std::numeric_limits<std::uint64_t>::max()});
    if (!has_rules && open) found.back().last = bound.from - 1;
    open = has_rules;
  }
  return found;
}

// What another interface's calls are without the bit that tells them apart.
void add_other_abi(std::vector<Stretch>& stretches) {
  const std::size_t known = stretches.size();
  for (std::size_t i = 0; i < known; ++i) {
    const std::uint64_t first = std::max(stretches[i].first, other_abi);
    const std::uint64_t last = std::min(stretches[i].last, other_abi * 2 - 1);
    if (first <= last) stretches.push_back({first - other_abi, last - other_abi});
  }
  std::ranges::sort(stretches, {}, &Stretch::first);
}

// The gap to the next one; 0 or less where they touch or overlap.
std::uint64_t gap_behind(const Stretch& stretch, const Stretch& next) {
  return next.first > stretch.last ? next.first - stretch.last : 0;
}

// Closes gaps until few enough stretches are left, the smallest first.
std::vector<Stretch> coarsened(const std::vector<Stretch>& stretches) {
  std::vector<std::uint64_t> gaps;
  for (std::size_t i = 1; i < stretches.size(); ++i)
    gaps.push_back(gap_behind(stretches[i - 1], stretches[i]));
  std::uint64_t closed = 1;
  if (stretches.size() > max_gate_stretches) {
    std::ranges::nth_element(gaps, gaps.begin() + (max_gate_stretches - 1), std::greater{});
    closed = std::max(closed, gaps[max_gate_stretches - 1]);
  }
  std::vector<Stretch> made;
  for (const Stretch& next : stretches) {
    if (!made.empty() && gap_behind(made.back(), next) <= closed) {
      made.back().last = std::max(made.back().last, next.last);
    } else {
      made.push_back(next);
    }
  }
  return made;
}

}  // namespace

std::optional<NumberGate> number_gate(const HookPlan& plan) {
  for (const Dimension& dimension : plan.dimensions) {
    const auto* ranges = std::get_if<RangeClassifier>(&dimension.classifier);
    if (ranges == nullptr || dimension.field != Field::value) continue;
    const Slot& slot = plan.slots[dimension.slot];
    if (slot.way || !is_number(slot.type)) continue;
    auto stretches = stretches_of(*ranges, plan.rows);
    if (slot.type == schema::ArgType::syscall64) add_other_abi(stretches);
    NumberGate gate{dimension.slot, ranges->is_signed, coarsened(stretches)};
    if (gate.stretches.empty() || gate.passes_all()) continue;
    return gate;
  }
  return std::nullopt;
}

}  // namespace vigil::plan
