#include "engine/compile/plan/part.h"

#include <algorithm>

#include <fmt/core.h>

#include "engine/compile/plan/hook_limits.h"
#include "engine/compile/plan/lower.h"
#include "engine/compile/plan/name_gate.h"
#include "engine/compile/plan/placement.h"
#include "engine/compile/plan/rows.h"
#include "engine/compile/plan/value_facts.h"
#include "engine/schema/process_values.h"

namespace vigil::plan {
namespace {

bool same_value(const Slot& a, const Slot& b) {
  return a.type == b.type && a.raw == b.raw && a.size_raw == b.size_raw &&
         a.fixed_size == b.fixed_size && a.user_memory == b.user_memory;
}

bool takes_from_user(const check::Hook& hook, const check::Argument& argument) {
  return (hook.syscall || hook.place) &&
         facts_of(argument.type).points_to == PointsTo::caller_memory;
}

Slot slot_for(const check::Hook& hook, const check::Argument& argument, const Raws& raws) {
  std::optional<std::uint8_t> size_raw;
  if (raws.size) size_raw = static_cast<std::uint8_t>(*raws.size);
  Slot slot{.type = argument.type,
            .raw = static_cast<std::uint8_t>(raws.value),
            .size_raw = size_raw,
            .fixed_size = static_cast<std::uint16_t>(argument.fixed_size),
            .user_memory = takes_from_user(hook, argument),
            .span = argument.span};
  if (hook.place) {
    slot.argument = argument.index;
    slot.size_argument = argument.size_index;
  }
  return slot;
}

// Where it stands among those already there, or comes to stand.
template <typename T>
std::uint32_t number_of(const T& wanted, std::vector<T>& all) {
  const auto found = std::ranges::find(all, wanted);
  const auto number = static_cast<std::uint32_t>(found - all.begin());
  if (found == all.end()) all.push_back(wanted);
  return number;
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
  return {plan_.slots.size(),      plan_.fields.size(), plan_.operands.size(),
          plan_.placements.size(), plan_.rules.size(),  reads_arguments_};
}

void Part::rewind(const Mark& mark) {
  plan_.slots.resize(mark.slots);
  plan_.fields.resize(mark.fields);
  plan_.operands.resize(mark.operands);
  plan_.placements.resize(mark.placements);
  plan_.rules.resize(mark.rules);
  selectors_.resize(mark.rules);
  placed_by_.resize(mark.rules);
  dimensions_.forget_from(static_cast<std::uint32_t>(mark.rules));
  reads_arguments_ = mark.reads_arguments;
  plan_.syscall = reads_arguments_ != nullptr && reads_arguments_->syscall;
  if (reads_arguments_ != nullptr) plan_.abi = reads_arguments_->abi;
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
    Mark kept = mark();
    kept.rules = before;
    rewind(kept);
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
    plan_.abi = hook.abi;
  }
  return plan_.syscall == hook.syscall;
}

Raws Part::raws_of(const check::Argument& argument) {
  Raws raws{argument.index, argument.size_index};
  if (argument.place) raws = {number_of(*argument.place, plan_.fields), std::nullopt};
  if (argument.size_place) raws.size = number_of(*argument.size_place, plan_.fields);
  if (argument.operand) raws = {number_of(*argument.operand, plan_.operands), std::nullopt};
  if (argument.size_operand) raws.size = number_of(*argument.size_operand, plan_.operands);
  return raws;
}

// None: there is no room for it.
Result<std::optional<std::uint8_t>> Part::slot_of(const check::Hook& hook,
                                                  const check::Argument& argument) {
  if (argument.type == schema::ArgType::nop) return std::optional(no_slot);
  const Raws raws = raws_of(argument);
  if (std::max(raws.value, raws.size.value_or(0)) < max_raw_arguments)
    return take_slot(slot_for(hook, argument, raws));
  if (argument.place || argument.operand) return std::optional<std::uint8_t>();
  return Error(fmt::format("line {}: only the first {} arguments of a function can be read",
                           argument.span.line, max_raw_arguments));
}

// None: there is no room for it.
std::optional<std::uint8_t> Part::take_slot(const Slot& wanted) {
  const auto found =
      std::ranges::find_if(plan_.slots, [&](const Slot& slot) { return same_value(slot, wanted); });
  const auto slot = static_cast<std::uint8_t>(found - plan_.slots.begin());
  if (found != plan_.slots.end()) return slot;
  if (plan_.slots.size() == max_slots) return std::nullopt;
  plan_.slots.push_back(wanted);
  return slot;
}

// Of what a condition looks at: an argument, or what one set of capabilities has over another.
Result<std::optional<std::uint8_t>> Part::slot_of(const check::Hook& hook,
                                                  const Placement& placement,
                                                  const check::ArgCondition& condition) {
  if (!condition.without) return std::optional(placement.slots[condition.argument]);
  check::Argument difference = hook.arguments[condition.argument];
  difference.size_index = hook.arguments[*condition.without].index;
  difference.size_place = hook.arguments[*condition.without].place;
  difference.size_operand = hook.arguments[*condition.without].operand;
  return slot_of(hook, difference);
}

// None: there is no room for it. no_slot: the hook is of one function.
std::optional<std::uint8_t> Part::function_slot_of(const check::Hook& hook) {
  if (hook.functions.empty()) return no_slot;
  plan_.functions = hook.functions;
  return take_slot({.type = schema::ArgType::uint32, .raw = function_raw, .span = hook.span});
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
  const auto function_slot = function_slot_of(hook);
  if (!function_slot) return Full::values;
  if (value_bytes() > max_record_value_bytes) return Full::value_bytes;
  hook_refuses_ = hook.enforcer
                      ? can_refuse(plan_.key.mechanism)
                      : std::ranges::any_of(hook.selectors, [&](const check::Selector& selector) {
                          return lower(selector, plan_.key.mechanism).overrides;
                        });
  plan_.placements.push_back({.policy = entry.loaded->policy->name(),
                              .policy_id = entry.loaded->id,
                              .hook_index = entry.hook_index,
                              .hook = plan_.key,
                              .reason = entry_reason(hook),
                              .slots = std::move(slots),
                              .function_slot = *function_slot,
                              .span = hook.span});
  return Full::no;
}

// The last one counts.
std::optional<Rule::Write> Part::write_of(const check::Hook& hook,
                                          const check::Selector& selector) {
  std::optional<Rule::Write> write;
  for (const check::Action& action : selector.actions) {
    if (!action.write) continue;
    const Raws raws = raws_of(hook.arguments[action.write->argument]);
    write = {static_cast<std::uint8_t>(raws.value), action.write->value};
  }
  return write;
}

Result<Full> Part::add_rule(const Entry& entry, std::size_t selector) {
  if (rules() == most_rules_) return Full::selectors;
  const check::Hook& hook = entry.hook();
  const check::Selector& written = hook.selectors[selector];
  const Placement& placement = plan_.placements.back();
  const auto number = static_cast<std::uint32_t>(rules());
  for (const check::ArgCondition& condition : written.arguments) {
    TRY(const auto slot, slot_of(hook, placement, condition));
    if (!slot) return Full::values;
    dimensions_.add(number, condition, *slot, plan_.slots[*slot].type);
  }
  for (const check::BinaryCondition& condition : written.binaries) {
    TRY_VOID(dimensions_.add(number, condition, follow_sets_));
  }
  for (const check::PidCondition& condition : written.pids) {
    TRY_VOID(dimensions_.add(number, condition, follow_sets_));
  }
  for (const check::ProcessCondition& condition : written.process)
    dimensions_.add(number, condition);
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
  rule.writes = write_of(hook, written);
  for (const check::ProcessCondition& condition : written.process) {
    const auto kind = schema::info(condition.value).kind;
    rule.accepts_namespaces |= kind == schema::ProcessValueKind::changed_namespaces;
    rule.accepts_capabilities |= kind == schema::ProcessValueKind::changed_capabilities;
  }
  if (hook.enforcer) {
    rule.enforcer = true;
    rule.post = false;
    rule.overrides = hook_refuses_;
  }
  rule.awaits_return = rule.post && hook.return_argument.has_value();
  for (std::uint8_t slot : placement.slots) {
    if (rule.post && slot != no_slot) rule.report_slots |= std::uint32_t{1} << slot;
  }
  if (rule.post && placement.function_slot != no_slot)
    rule.report_slots |= std::uint32_t{1} << placement.function_slot;
  plan_.rules.push_back(std::move(rule));
  selectors_.push_back(&written);
  placed_by_.push_back(plan_.placements.size() - 1);
  return dimensions_.size() > max_dimensions ? Full::dimensions : Full::no;
}

void Part::add_return(const LoadedPolicy& loaded, std::uint16_t hook_index) {
  const check::Hook& hook = loaded.policy->hooks()[hook_index];
  plan_.functions = hook.functions;
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
    const auto row_cut = [&] { return rows.intern(rows.either(dimension.row_none, enforcing)); };
    if (auto* trie = std::get_if<TrieClassifier>(&dimension.classifier)) trie->row_cut = row_cut();
    if (auto* texts = std::get_if<SubstringClassifier>(&dimension.classifier))
      texts->row_cut = row_cut();
  }
  if (rows.overflowed()) return std::nullopt;
  plan_.rows = rows.take();
  plan_.name_gate = name_gate();
  return std::move(plan_);
}

}  // namespace vigil::plan
