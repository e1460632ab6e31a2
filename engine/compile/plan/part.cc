#include "engine/compile/plan/part.h"

#include <algorithm>

#include <fmt/core.h>

#include "engine/compile/plan/hook_limits.h"
#include "engine/compile/plan/lower.h"
#include "engine/compile/plan/name_gate.h"
#include "engine/compile/plan/placement.h"
#include "engine/compile/plan/rows.h"
#include "engine/compile/plan/value_facts.h"

namespace vigil::plan {
namespace {

bool same_value(const Slot& a, const Slot& b) {
  return a.type == b.type && a.raw == b.raw && a.size_raw == b.size_raw &&
         a.user_memory == b.user_memory;
}

Slot slot_for(const check::Hook& hook, const check::Argument& argument) {
  const bool user = hook.syscall && facts_of(argument.type).points_to == PointsTo::caller_memory;
  return {.type = argument.type,
          .raw = static_cast<std::uint8_t>(argument.index),
          .size_raw = static_cast<std::uint8_t>(argument.size_index.value_or(0)),
          .user_memory = user,
          .span = argument.span};
}

bool asks_to_refuse(const check::Selector& selector) {
  return std::ranges::any_of(selector.actions, [](const check::Action& action) {
    return action.kind == schema::ActionKind::override;
  });
}

}  // namespace

std::string why_too_much(Full full) {
  switch (full) {
    case Full::no:
    case Full::selectors:
    case Full::other_arguments: return {};
    case Full::values:
      return fmt::format("more different values than the {} that an event holds", max_slots);
    case Full::value_bytes:
      return fmt::format(
          "its values can take more than the {} bytes that an event holds, which is {} strings, "
          "buffers or paths",
          max_record_value_bytes, max_record_value_bytes / max_value_bytes - 1);
    case Full::dimensions:
      return fmt::format("one selector looks at more than {} different things", max_dimensions);
  }
  return {};
}

Part::Part(const HookKey& key, const FollowSets& follow_sets, std::size_t most_rules)
    : follow_sets_(follow_sets), most_rules_(most_rules) {
  plan_.key = key;
}

Part::Mark Part::mark() const {
  return {plan_.slots.size(), plan_.placements.size(), plan_.rules.size(), reads_arguments_};
}

void Part::rewind(const Mark& mark) {
  plan_.slots.resize(mark.slots);
  plan_.placements.resize(mark.placements);
  plan_.rules.resize(mark.rules);
  selectors_.resize(mark.rules);
  placed_by_.resize(mark.rules);
  dimensions_.forget_from(static_cast<std::uint32_t>(mark.rules));
  reads_arguments_ = mark.reads_arguments;
  plan_.syscall = reads_arguments_ != nullptr && reads_arguments_->syscall;
}

Result<Full> Part::add(const Entry& entry) {
  if (!takes_more_ || rules() + entry.selectors_left() > most_rules_) return Full::selectors;
  const Mark before = mark();
  TRY(const Taken taken, take(entry));
  if (taken.full != Full::no) rewind(before);
  return taken.full;
}

Result<Part::Taken> Part::add_first_of(const Entry& entry) {
  takes_more_ = false;
  return take(entry);
}

Result<Part::Taken> Part::take(const Entry& entry) {
  TRY(const Full no_place, place(entry));
  if (no_place != Full::no) return Taken{0, no_place};
  Taken taken;
  while (taken.selectors < entry.selectors_left()) {
    const std::size_t before = rules();
    TRY(taken.full, add_rule(entry, entry.first_selector + taken.selectors));
    if (taken.full == Full::no) {
      ++taken.selectors;
      continue;
    }
    rewind({plan_.slots.size(), plan_.placements.size(), before, reads_arguments_});
    break;
  }
  return taken;
}

bool Part::agrees_on_arguments(const check::Hook& hook) {
  const bool reads = std::ranges::any_of(hook.arguments, [](const check::Argument& argument) {
    return argument.type != schema::ArgType::nop;
  });
  if (!reads) return true;
  if (reads_arguments_ == nullptr) {
    reads_arguments_ = &hook;
    plan_.syscall = hook.syscall;
  }
  return plan_.syscall == hook.syscall;
}

// None: there is no room for it.
Result<std::optional<std::uint8_t>> Part::slot_of(const check::Hook& hook,
                                                  const check::Argument& argument) {
  if (argument.type == schema::ArgType::nop) return std::optional(no_slot);
  if (std::max(argument.index, argument.size_index.value_or(0)) >= max_raw_arguments) {
    return Error(fmt::format("line {}: only the first {} arguments of a function can be read",
                             argument.span.line, max_raw_arguments));
  }
  const Slot wanted = slot_for(hook, argument);
  const auto found =
      std::ranges::find_if(plan_.slots, [&](const Slot& slot) { return same_value(slot, wanted); });
  const auto slot = static_cast<std::uint8_t>(found - plan_.slots.begin());
  if (found != plan_.slots.end()) return std::optional(slot);
  if (plan_.slots.size() == max_slots) return std::optional<std::uint8_t>();
  plan_.slots.push_back(wanted);
  return std::optional(slot);
}

std::size_t Part::value_bytes() const {
  std::size_t bytes = 0;
  for (const Slot& slot : plan_.slots)
    bytes += value_head_bytes + facts_of(slot.type).greatest_bytes;
  return bytes;
}

Result<Full> Part::place(const Entry& entry) {
  const check::Hook& hook = entry.hook();
  if (!agrees_on_arguments(hook)) return Full::other_arguments;
  std::vector<std::uint8_t> slots;
  for (const check::Argument& argument : hook.arguments) {
    TRY(const auto slot, slot_of(hook, argument));
    if (!slot) return Full::values;
    slots.push_back(*slot);
  }
  if (value_bytes() > max_record_value_bytes) return Full::value_bytes;
  hook_refuses_ = std::ranges::any_of(hook.selectors, [&](const check::Selector& selector) {
    return lower(selector, plan_.key.mechanism).overrides;
  });
  plan_.placements.push_back({.policy = entry.loaded->policy->name(),
                              .policy_id = entry.loaded->id,
                              .hook_index = entry.hook_index,
                              .hook = plan_.key,
                              .reason = entry_reason(hook),
                              .slots = std::move(slots),
                              .span = hook.span});
  return Full::no;
}

Result<Full> Part::add_rule(const Entry& entry, std::size_t selector) {
  if (rules() == most_rules_) return Full::selectors;
  const check::Hook& hook = entry.hook();
  const check::Selector& written = hook.selectors[selector];
  const Placement& placement = plan_.placements.back();
  const auto number = static_cast<std::uint32_t>(rules());
  for (const check::ArgCondition& condition : written.arguments) {
    const std::uint8_t slot = placement.slots[condition.argument];
    dimensions_.add(number, condition, slot, plan_.slots[slot].type);
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
  rule.policy_slot = entry.loaded->slot;
  rule.hook_index = placement.hook_index;
  rule.selector = static_cast<std::uint16_t>(selector);
  rule.order = entry.order + static_cast<std::uint32_t>(selector);
  rule.hook_refuses = hook_refuses_;
  rule.awaits_return = rule.post && hook.return_argument.has_value();
  for (std::uint8_t slot : placement.slots) {
    if (rule.post && slot != no_slot) rule.report_slots |= std::uint32_t{1} << slot;
  }
  plan_.rules.push_back(std::move(rule));
  selectors_.push_back(&written);
  placed_by_.push_back(plan_.placements.size() - 1);
  return dimensions_.size() > max_dimensions ? Full::dimensions : Full::no;
}

void Part::add_return(const LoadedPolicy& loaded, std::uint16_t hook_index) {
  const check::Hook& hook = loaded.policy->hooks()[hook_index];
  plan_.placements.push_back({.policy = loaded.policy->name(),
                              .policy_id = loaded.id,
                              .hook_index = hook_index,
                              .hook = plan_.key,
                              .reason = "reports the return value",
                              .slots = {},
                              .span = hook.return_argument->span});
}

Row Part::enforcing_rules() const {
  Row enforcing = Row::none(plan_.rules.size());
  for (std::size_t rule = 0; rule < plan_.rules.size(); ++rule) {
    if (plan_.rules[rule].enforces()) enforcing.set(rule);
  }
  return enforcing;
}

std::optional<NameGate> Part::name_gate() const {
  NameGates gates;
  for (std::size_t rule = 0; rule < plan_.rules.size(); ++rule) {
    for (const check::ArgCondition& condition : selectors_[rule]->arguments) {
      const std::uint8_t slot = plan_.placements[placed_by_[rule]].slots[condition.argument];
      gates.add(condition, slot, plan_.slots[slot].type);
    }
    gates.end_rule();
  }
  return gates.finish();
}

std::optional<HookPlan> Part::finish() {
  const std::size_t row_bytes = ((plan_.rules.size() + 63) / 64 + 1) * sizeof(std::uint64_t);
  RowTable rows(plan_.rules.size(), max_row_bytes / row_bytes);
  plan_.dimensions = dimensions_.classify(rows);
  const Row enforcing = enforcing_rules();
  for (Dimension& dimension : plan_.dimensions) {
    auto* trie = std::get_if<TrieClassifier>(&dimension.classifier);
    if (trie != nullptr) trie->row_cut = rows.intern(rows.either(dimension.row_none, enforcing));
  }
  if (rows.overflowed()) return std::nullopt;
  plan_.rows = rows.take();
  plan_.name_gate = name_gate();
  return std::move(plan_);
}

}  // namespace vigil::plan
