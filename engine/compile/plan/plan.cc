#include "engine/compile/plan/plan.h"

#include <algorithm>
#include <tuple>

#include <fmt/core.h>

#include "engine/compile/plan/hook_limits.h"
#include "engine/compile/plan/part.h"
#include "engine/compile/plan/placement.h"
#include "engine/compile/plan/shape.h"

namespace vigil::plan {
namespace {

// Those of one shape next to each other: a row that only they look at is then empty everywhere
// else, and whole blocks of rules are skipped.
std::vector<Entry> entries_of(const HookKey& key, const std::vector<LoadedPolicy>& policies) {
  std::vector<std::pair<Shape, Entry>> shaped;
  std::uint32_t order = 0;
  for (const LoadedPolicy& loaded : policies) {
    const auto& hooks = loaded.policy->hooks();
    for (std::size_t i = 0; i < hooks.size(); ++i) {
      if (entry_key(hooks[i]) != key) continue;
      shaped.push_back(
          {shape_of(hooks[i]),
           {.loaded = &loaded, .hook_index = static_cast<std::uint16_t>(i), .order = order}});
      order += static_cast<std::uint32_t>(hooks[i].selectors.size());
    }
  }
  std::ranges::sort(shaped, {}, [](const std::pair<Shape, Entry>& one) {
    return std::tie(one.first, one.second.order);
  });
  std::vector<Entry> entries;
  for (const auto& [shape, entry] : shaped) entries.push_back(entry);
  return entries;
}

// Sorts entries into parts.
class Packer {
 public:
  Packer(const HookKey& key, const Numbers& numbers, std::size_t most_rules)
      : key_(key), numbers_(numbers), most_rules_(most_rules) {
    add_part();
  }

  // In the order of policy ids, then hooks. A return half has one part: which rules wait for a call
  // is known to all of it.
  Result<void> add_return(const LoadedPolicy& loaded, std::uint16_t hook_index) {
    const unsigned line = loaded.policy->hooks()[hook_index].span.line;
    TRY(const Full full, parts_.front().add_return(loaded, hook_index));
    if (full == Full::no) return {};
    if (full != Full::selectors) return Error(fmt::format("line {}: {}", line, why_too_much(full)));
    return Error(
        fmt::format("line {}: more selectors than the {} whose calls one program sees return", line,
                    most_rules_));
  }
  // To the first part that has room.
  Result<void> add(const Entry& entry) {
    if (entry.selectors_left() > max_hook_selectors) {
      return Error(fmt::format("line {}: {} selectors; a policy's hook holds {}",
                               entry.hook().span.line, entry.selectors_left(), max_hook_selectors));
    }
    for (Part& part : parts_) {
      TRY(const Full full, part.add(entry));
      if (full == Full::no) return {};
    }
    return add_to_new_parts(entry);
  }
  std::vector<Part>& parts() { return parts_; }

 private:
  Part& add_part() { return parts_.emplace_back(key_, numbers_, most_rules_); }

  // An entry that outgrows a part goes on at the beginning of the next: the rule that decided last
  // is remembered from one to the other.
  Result<void> add_to_new_parts(Entry entry) {
    while (true) {
      if (parts_.back().rules() > 0) add_part();
      TRY(Full full, parts_.back().add(entry));
      if (full == Full::no) return {};
      TRY(const Part::Taken taken, parts_.back().add_first_of(entry));
      if (taken.selectors == 0) {
        return Error(fmt::format("line {}: {}", entry.hook().span.line, why_too_much(taken.full)));
      }
      entry.first_selector += taken.selectors;
    }
  }

  const HookKey& key_;
  const Numbers& numbers_;
  std::size_t most_rules_;
  std::vector<Part> parts_;
};

std::vector<const LoadedPolicy*> by_id(const std::vector<LoadedPolicy>& policies) {
  std::vector<const LoadedPolicy*> sorted;
  for (const LoadedPolicy& loaded : policies) sorted.push_back(&loaded);
  std::ranges::sort(sorted, {}, &LoadedPolicy::id);
  return sorted;
}

Result<Packer> pack(const HookKey& key, const std::vector<LoadedPolicy>& policies,
                    const Numbers& numbers, std::size_t most_rules) {
  Packer packer(key, numbers, most_rules);
  for (const LoadedPolicy* loaded : by_id(policies)) {
    const auto& hooks = loaded->policy->hooks();
    for (std::size_t i = 0; i < hooks.size(); ++i) {
      if (return_key(hooks[i]) != key) continue;
      auto added = packer.add_return(*loaded, static_cast<std::uint16_t>(i));
      if (!added) return added.error().in(fmt::format("policy '{}'", loaded->policy->name()));
    }
  }
  for (const Entry& entry : entries_of(key, policies)) {
    auto added = packer.add(entry);
    if (!added) return added.error().in(fmt::format("policy '{}'", entry.loaded->policy->name()));
  }
  return packer;
}

// None: the rows of some part are too many.
std::optional<std::vector<HookPlan>> finish(std::vector<Part>& parts) {
  std::vector<HookPlan> plans;
  for (Part& part : parts) {
    auto plan = part.finish();
    if (!plan) return std::nullopt;
    plan->part = static_cast<std::uint16_t>(plans.size());
    plan->parts = static_cast<std::uint16_t>(parts.size());
    plans.push_back(std::move(*plan));
  }
  return plans;
}

// Rows grow with rules and with values, so that fewer rules in a part mean far fewer bytes.
Result<std::vector<HookPlan>> plan_parts(const HookKey& key,
                                         const std::vector<LoadedPolicy>& policies,
                                         const Numbers& numbers) {
  for (std::size_t most_rules = max_rules; most_rules > 0;) {
    TRY(Packer packer, pack(key, policies, numbers, most_rules));
    std::vector<Part>& parts = packer.parts();
    if (parts.size() > max_parts) {
      return Error(fmt::format("its policies need {} programs one after the other; a hook has {}",
                               parts.size(), max_parts));
    }
    const std::size_t greatest = std::ranges::max_element(parts, {}, &Part::rules)->rules();
    if (auto plans = finish(parts)) return std::move(*plans);
    most_rules = greatest / 2;
  }
  return Error(
      fmt::format("one selector compares too many different values: its tables exceed {} MiB",
                  max_row_bytes >> 20));
}

}  // namespace

Result<std::vector<HookPlan>> plan(const HookKey& key, const std::vector<LoadedPolicy>& policies,
                                   const Numbers& numbers) {
  auto made = plan_parts(key, policies, numbers);
  if (!made) return made.error().in(to_string(key));
  return made;
}

}  // namespace vigil::plan
