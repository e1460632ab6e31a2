#include "engine/compile/plan/plan.h"

#include <algorithm>

#include <fmt/core.h>

#include "engine/compile/plan/dimensions.h"
#include "engine/compile/plan/expressions.h"
#include "engine/compile/plan/hook_limits.h"
#include "engine/compile/plan/lower.h"
#include "engine/compile/plan/name_gate.h"
#include "engine/compile/plan/placement.h"
#include "engine/compile/plan/rows.h"
#include "engine/compile/plan/shape.h"
#include "engine/compile/plan/value_facts.h"

namespace vigil::plan {
namespace {

bool same_value(const Slot& a, const Slot& b) {
  return a.type == b.type && a.raw == b.raw && a.size_raw == b.size_raw &&
         a.fixed_size == b.fixed_size && a.user_memory == b.user_memory;
}

Slot slot_for(const check::Hook& hook, const check::Argument& argument) {
  const bool user = hook.syscall && facts_of(argument.type).points_to == PointsTo::caller_memory;
  std::optional<std::uint8_t> size_raw;
  if (argument.size_index) size_raw = static_cast<std::uint8_t>(*argument.size_index);
  return {.type = argument.type,
          .raw = static_cast<std::uint8_t>(argument.index),
          .size_raw = size_raw,
          .fixed_size = static_cast<std::uint16_t>(argument.fixed_size),
          .user_memory = user,
          .span = argument.span};
}

bool asks_to_refuse(const check::Selector& selector) {
  return std::ranges::any_of(selector.actions, [](const check::Action& action) {
    return action.kind == schema::ActionKind::override;
  });
}

// Gathers one hook's rules policy by policy, then turns them into a plan.
class Planner {
 public:
  Planner(const HookKey& key, const FollowSets& follow_sets) : follow_sets_(follow_sets) {
    plan_.key = key;
  }

  // `order`: of its first selector among all of the hook, as policies came.
  Result<void> add_entry(const LoadedPolicy& loaded, std::uint16_t hook_index, std::uint32_t order);
  void add_return(const LoadedPolicy& loaded, std::uint16_t hook_index);
  Result<HookPlan> finish();

 private:
  Result<void> agree_on_arguments(const check::Hook& hook);
  Result<std::uint8_t> slot_of(const check::Hook& hook, const check::Argument& argument);
  Result<std::uint8_t> slot_of(const check::Hook& hook, const Placement& placement,
                               const check::ArgCondition& condition);
  Result<std::vector<std::uint8_t>> slots_of(const check::Hook& hook);
  Result<void> add_rule(const check::Hook& hook, const Placement& placement,
                        std::uint32_t policy_slot, std::uint16_t selector);
  Result<void> check_limits() const;
  Row enforcing_rules() const;

  const FollowSets& follow_sets_;
  HookPlan plan_;
  DimensionSet dimensions_;
  Expressions expressions_;
  NameGates name_gates_;
  const check::Hook* reads_arguments_ = nullptr;  // the first hook that does
};

Result<void> Planner::agree_on_arguments(const check::Hook& hook) {
  const bool reads = std::ranges::any_of(hook.arguments, [](const check::Argument& argument) {
    return argument.type != schema::ArgType::nop;
  });
  if (!reads) return {};
  if (reads_arguments_ == nullptr) {
    reads_arguments_ = &hook;
    plan_.syscall = hook.syscall;
  }
  if (plan_.syscall == hook.syscall) return {};
  return Error(fmt::format(
      "line {} takes its arguments from a system call, line {} from the function itself; "
      "give both the same 'syscall'",
      (hook.syscall ? hook : *reads_arguments_).span.line,
      (hook.syscall ? *reads_arguments_ : hook).span.line));
}

Result<std::uint8_t> Planner::slot_of(const check::Hook& hook, const check::Argument& argument) {
  if (argument.type == schema::ArgType::nop) return no_slot;
  if (std::max(argument.index, argument.size_index.value_or(0)) >= max_raw_arguments) {
    return Error(fmt::format("line {}: only the first {} arguments of a function can be read",
                             argument.span.line, max_raw_arguments));
  }
  const Slot wanted = slot_for(hook, argument);
  const auto found =
      std::ranges::find_if(plan_.slots, [&](const Slot& slot) { return same_value(slot, wanted); });
  const auto slot = static_cast<std::uint8_t>(found - plan_.slots.begin());
  if (found != plan_.slots.end()) return slot;
  if (plan_.slots.size() == max_slots) {
    return Error(fmt::format(
        "line {}: one more value than the {} different ones that all policies on a hook "
        "can read together",
        argument.span.line, max_slots));
  }
  plan_.slots.push_back(wanted);
  return slot;
}

Result<std::uint8_t> Planner::slot_of(const check::Hook& hook, const Placement& placement,
                                      const check::ArgCondition& condition) {
  if (!condition.without) return placement.slots[condition.argument];
  check::Argument difference = hook.arguments[condition.argument];
  difference.size_index = hook.arguments[*condition.without].index;
  return slot_of(hook, difference);
}

Result<std::vector<std::uint8_t>> Planner::slots_of(const check::Hook& hook) {
  std::vector<std::uint8_t> slots;
  for (const check::Argument& argument : hook.arguments) {
    TRY(const std::uint8_t slot, slot_of(hook, argument));
    slots.push_back(slot);
  }
  return slots;
}

Result<void> Planner::add_entry(const LoadedPolicy& loaded, std::uint16_t hook_index,
                                std::uint32_t order) {
  const check::Hook& hook = loaded.policy->hooks()[hook_index];
  TRY_VOID(agree_on_arguments(hook));
  TRY(std::vector<std::uint8_t> slots, slots_of(hook));
  plan_.placements.push_back({.policy = loaded.policy->name(),
                              .policy_id = loaded.id,
                              .hook_index = hook_index,
                              .hook = plan_.key,
                              .reason = entry_reason(hook),
                              .slots = std::move(slots),
                              .span = hook.span});
  for (std::size_t selector = 0; selector < hook.selectors.size(); ++selector) {
    TRY_VOID(
        add_rule(hook, plan_.placements.back(), loaded.slot, static_cast<std::uint16_t>(selector)));
    plan_.rules.back().order = order++;
  }
  return {};
}

Result<void> Planner::add_rule(const check::Hook& hook, const Placement& placement,
                               std::uint32_t policy_slot, std::uint16_t selector) {
  const check::Selector& written = hook.selectors[selector];
  const auto number = static_cast<std::uint32_t>(plan_.rules.size());
  for (const check::ArgCondition& condition : written.arguments) {
    if (const auto* expression = std::get_if<check::Expression>(&condition.test)) {
      expressions_.add(number, *expression, condition.span, placement.slots);
      continue;
    }
    TRY(const std::uint8_t slot, slot_of(hook, placement, condition));
    dimensions_.add(number, condition, slot, plan_.slots[slot].type);
    name_gates_.add(condition, slot, plan_.slots[slot].type);
  }
  for (const check::BinaryCondition& condition : written.binaries)
    dimensions_.add(number, condition);
  for (const check::PidCondition& condition : written.pids) {
    TRY_VOID(dimensions_.add(number, condition, follow_sets_));
  }
  if (asks_to_refuse(written) && !can_refuse(plan_.key.mechanism)) {
    return Error(fmt::format("line {}: the call cannot be refused here: {}", written.span.line,
                             hook.enforcement_reason));
  }
  Rule rule = lower(written, plan_.key.mechanism);
  rule.policy_id = placement.policy_id;
  rule.policy_slot = policy_slot;
  rule.hook_index = placement.hook_index;
  rule.selector = selector;
  rule.awaits_return = rule.post && hook.return_argument.has_value();
  for (std::uint8_t slot : placement.slots) {
    if (rule.post && slot != no_slot) rule.report_slots |= std::uint32_t{1} << slot;
  }
  plan_.rules.push_back(std::move(rule));
  name_gates_.end_rule();
  return {};
}

void Planner::add_return(const LoadedPolicy& loaded, std::uint16_t hook_index) {
  const check::Hook& hook = loaded.policy->hooks()[hook_index];
  plan_.placements.push_back({.policy = loaded.policy->name(),
                              .policy_id = loaded.id,
                              .hook_index = hook_index,
                              .hook = plan_.key,
                              .reason = "reports the return value",
                              .slots = {},
                              .span = hook.return_argument->span});
}

Result<void> Planner::check_limits() const {
  const std::size_t dimensions = dimensions_.size() + expressions_.probes();
  if (dimensions > max_dimensions) {
    return Error(fmt::format("its policies look at {} different things; a hook holds {}",
                             dimensions, max_dimensions));
  }
  std::size_t bytes = 0;
  for (const Slot& slot : plan_.slots)
    bytes += value_head_bytes + facts_of(slot.type).greatest_bytes;
  if (bytes > max_record_value_bytes) {
    return Error(fmt::format(
        "the values that its policies read can take {} bytes; an event holds {}, which is "
        "{} strings, buffers or paths",
        bytes, max_record_value_bytes, max_record_value_bytes / max_value_bytes - 1));
  }
  return {};
}

Row Planner::enforcing_rules() const {
  Row enforcing = Row::none(plan_.rules.size());
  for (std::size_t rule = 0; rule < plan_.rules.size(); ++rule) {
    if (plan_.rules[rule].enforces()) enforcing.set(rule);
  }
  return enforcing;
}

Result<HookPlan> Planner::finish() {
  TRY_VOID(check_limits());
  const std::size_t row_bytes = ((plan_.rules.size() + 63) / 64 + 1) * sizeof(std::uint64_t);
  RowTable rows(plan_.rules.size(), max_row_bytes / row_bytes);
  plan_.dimensions = dimensions_.classify(rows);
  const Row enforcing = enforcing_rules();
  for (Dimension& dimension : plan_.dimensions) {
    const auto row_cut = [&] { return rows.intern(rows.either(dimension.row_none, enforcing)); };
    if (auto* trie = std::get_if<TrieClassifier>(&dimension.classifier)) trie->row_cut = row_cut();
    if (auto* texts = std::get_if<SubstringClassifier>(&dimension.classifier))
      texts->row_cut = row_cut();
  }
  if (rows.overflowed()) {
    return Error(
        fmt::format("{} selectors compare too many different values: their tables exceed {} MiB",
                    plan_.rules.size(), max_row_bytes >> 20));
  }
  expressions_.move_to(plan_);
  plan_.rows = rows.take();
  plan_.name_gate = name_gates_.finish();
  return std::move(plan_);
}

// Before a rule is made: the numbers that name one fit what is allowed, not more.
Result<void> check_selector_count(const HookKey& key, const std::vector<LoadedPolicy>& policies) {
  std::size_t selectors = 0;
  for (const LoadedPolicy& loaded : policies) {
    for (const check::Hook& hook : loaded.policy->hooks()) {
      if (entry_key(hook) == key) selectors += hook.selectors.size();
    }
  }
  if (selectors <= max_rules) return {};
  return Error(
      fmt::format("{} selectors; a hook holds {} of all its policies", selectors, max_rules));
}

// A policy's hook that enters here.
struct Entry {
  const LoadedPolicy* loaded = nullptr;
  std::uint16_t hook_index = 0;
  std::uint32_t order = 0;
  Shape shape;
};

// Those of one shape next to each other: a row that only they look at is then empty everywhere
// else, and whole blocks of rules are skipped.
std::vector<Entry> entries_of(const HookKey& key, const std::vector<LoadedPolicy>& policies) {
  std::vector<Entry> entries;
  std::uint32_t order = 0;
  for (const LoadedPolicy& loaded : policies) {
    const auto& hooks = loaded.policy->hooks();
    for (std::size_t i = 0; i < hooks.size(); ++i) {
      if (entry_key(hooks[i]) != key) continue;
      entries.push_back({&loaded, static_cast<std::uint16_t>(i), order, shape_of(hooks[i])});
      order += static_cast<std::uint32_t>(hooks[i].selectors.size());
    }
  }
  std::ranges::stable_sort(entries, {}, &Entry::shape);
  return entries;
}

Result<HookPlan> gather(const HookKey& key, const std::vector<LoadedPolicy>& policies,
                        const FollowSets& follow_sets) {
  TRY_VOID(check_selector_count(key, policies));
  Planner planner(key, follow_sets);
  for (const LoadedPolicy& loaded : policies) {
    const auto& hooks = loaded.policy->hooks();
    for (std::size_t i = 0; i < hooks.size(); ++i)
      if (return_key(hooks[i]) == key) planner.add_return(loaded, static_cast<std::uint16_t>(i));
  }
  for (const Entry& entry : entries_of(key, policies)) {
    auto added = planner.add_entry(*entry.loaded, entry.hook_index, entry.order);
    if (!added) return added.error().in(fmt::format("policy '{}'", entry.loaded->policy->name()));
  }
  return planner.finish();
}

}  // namespace

Result<HookPlan> plan(const HookKey& key, const std::vector<LoadedPolicy>& policies,
                      const FollowSets& follow_sets) {
  auto made = gather(key, policies, follow_sets);
  if (!made) return made.error().in(to_string(key));
  return made;
}

}  // namespace vigil::plan
