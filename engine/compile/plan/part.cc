#include "engine/compile/plan/part.h"

#include <algorithm>

#include <fmt/core.h>

#include "engine/compile/plan/hook_limits.h"
#include "engine/compile/plan/lower.h"
#include "engine/compile/plan/name_gate.h"
#include "engine/compile/plan/number_gate.h"
#include "engine/compile/plan/placement.h"
#include "engine/compile/plan/rows.h"
#include "engine/compile/plan/value_facts.h"
#include "engine/schema/actions.h"
#include "engine/schema/arg_types.h"
#include "engine/schema/process_values.h"

namespace vigil::plan {
namespace {

bool same_way(const std::optional<check::Way>& a, const std::optional<check::Way>& b) {
  return a.has_value() == b.has_value() && (!a || a->leads_where(*b));
}

bool same_value(const Slot& a, const Slot& b) {
  return same_way(a.way, b.way) && a.stack == b.stack && a.type == b.type && a.raw == b.raw &&
         a.size_raw == b.size_raw && a.fixed_size == b.fixed_size && a.filled == b.filled &&
         a.whole == b.whole && a.user_memory == b.user_memory;
}

bool is_returned(const check::Argument& argument) { return argument.index == check::return_index; }

bool takes_from_user(const check::Hook& hook, const check::Argument& argument) {
  if (!hook.place && (!hook.syscall || is_returned(argument))) return false;
  return argument.way ? argument.way->from == check::Way::From::value
                      : facts_of(argument.type).points_to == PointsTo::caller_memory;
}

Slot slot_for(const check::Hook& hook, const check::Argument& argument, const Raws& raws) {
  std::optional<std::uint8_t> size_raw;
  if (raws.size) size_raw = static_cast<std::uint8_t>(*raws.size);
  Slot slot{.type = argument.type,
            .raw = static_cast<std::uint8_t>(raws.value),
            .size_raw = size_raw,
            .fixed_size = static_cast<std::uint16_t>(argument.fixed_size),
            .whole = argument.whole,
            .user_memory = takes_from_user(hook, argument),
            .way = argument.way,
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

// Whether a return half does more than report.
bool acts(const std::vector<check::Action>& actions) {
  return std::ranges::any_of(actions, [](const check::Action& action) {
    return action.kind != schema::ActionKind::post && action.kind != schema::ActionKind::no_post;
  });
}

check::Stacks stacks_of(const std::vector<check::Action>& actions) {
  check::Stacks stacks;
  for (const check::Action& action : actions) stacks |= action.stacks;
  return stacks;
}

// That one of the selectors wants shown.
check::Stacks stacks_of(const check::Hook& hook,
                        std::vector<check::Action> check::Selector::* actions) {
  check::Stacks stacks;
  for (const check::Selector& selector : hook.selectors) stacks |= stacks_of(selector.*actions);
  return stacks;
}

void show_stacks(const check::Stacks& stacks, const Placement& placement, Rule& rule) {
  if (!rule.post) return;
  if (stacks.kernel) rule.stack_slots |= std::uint32_t{1} << placement.kernel_stack_slot;
  if (stacks.user) rule.stack_slots |= std::uint32_t{1} << placement.user_stack_slot;
  rule.is_urgent = stacks.user;
}

void track(const std::vector<check::Action>& actions, const std::vector<std::uint8_t>& slots,
           Rule& rule) {
  for (const check::Action& action : actions) {
    if (!schema::tracks_sock(action.kind)) continue;
    const bool tracks = action.kind == schema::ActionKind::track_sock;
    const std::uint32_t bit = std::uint32_t{1} << slots[action.sock];
    rule.track_slots = tracks ? rule.track_slots | bit : rule.track_slots & ~bit;
    rule.untrack_slots = tracks ? rule.untrack_slots & ~bit : rule.untrack_slots | bit;
  }
}

// Behind a selector that asks for the return, the next ones may be what matches: what they report
// is sent at the entry, too.
std::vector<EntryHalf> entry_halves_of(const check::Hook& hook, schema::Mechanism mechanism) {
  std::vector<EntryHalf> halves(hook.selectors.size());
  EntryHalf next;
  for (std::size_t i = halves.size(); i-- > 0;) {
    const check::Selector& selector = hook.selectors[i];
    const bool asks_return = !selector.return_arguments.empty();
    const bool post = !hook.enforcer && lower(selector, mechanism).post;
    const bool awaits_return =
        hook.return_argument.has_value() && (post || acts(selector.return_actions));
    next = {.post = post || (asks_return && next.post),
            .awaits_return = awaits_return || (asks_return && next.awaits_return)};
    halves[i] = next;
  }
  return halves;
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

Part::Part(const HookKey& key, const Numbers& numbers, std::size_t most_rules)
    : numbers_(numbers), most_rules_(most_rules) {
  plan_.key = key;
}

Part::Mark Part::mark() const {
  return {plan_.slots.size(), plan_.fields.size(), plan_.operands.size(),   plan_.placements.size(),
          plan_.rules.size(), reads_arguments_,    plan_.telling_parameters};
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
  expressions_.forget_from(static_cast<std::uint32_t>(mark.rules));
  reads_arguments_ = mark.reads_arguments;
  plan_.telling_parameters = mark.telling_parameters;
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
  if (is_returned(argument)) return {return_raw, std::nullopt};
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
  const bool of_registers = argument.way && argument.way->from == check::Way::From::registers;
  if (of_registers && plan_.key.mechanism != schema::Mechanism::kprobe) {
    return Error(
        fmt::format("line {}: registers are seen by kprobes only, and this hook runs as {}",
                    argument.span.line, schema::name(plan_.key.mechanism)));
  }
  const Raws raws = raws_of(argument);
  if (is_returned(argument) || std::max(raws.value, raws.size.value_or(0)) < max_raw_arguments)
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
  check::Argument difference = hook.value(condition.argument);
  difference.size_index = hook.value(*condition.without).index;
  difference.size_place = hook.value(*condition.without).place;
  difference.size_operand = hook.value(*condition.without).operand;
  return slot_of(hook, difference);
}

// None: there is no room for it. no_slot: the hook is of one function.
std::optional<std::uint8_t> Part::function_slot_of(const check::Hook& hook) {
  if (hook.functions.empty()) return no_slot;
  plan_.functions = hook.functions;
  return take_slot({.type = schema::ArgType::uint32, .raw = function_raw, .span = hook.span});
}

// Of what the call has filled, behind the value that it returned.
Result<Full> Part::take_copies(const check::Hook& hook, std::vector<std::uint8_t>& slots) {
  for (const check::Argument& argument : hook.arguments) {
    if (!argument.at_return) continue;
    if (!agrees_on_arguments(hook)) {
      return Error(
          fmt::format("line {}: at its return this function is looked at once as a system call and "
                      "once as any function",
                      argument.span.line));
    }
    Slot wanted = slot_for(hook, argument, raws_of(argument));
    const schema::ArgType returned = hook.return_argument->type;
    if (schema::info(returned).category == schema::Category::integer) wanted.filled = returned;
    const auto slot = take_slot(wanted);
    if (!slot) return Full::values;
    slots.push_back(*slot);
  }
  return Full::no;
}

// False: there is no room for them.
bool Part::take_stack_slots(const check::Stacks& wanted, Placement& placement) {
  const auto take = [&](Stack stack, std::uint8_t& number) {
    const auto slot = take_slot({.stack = stack, .span = placement.span});
    number = slot.value_or(no_slot);
    return slot.has_value();
  };
  return (!wanted.kernel || take(Stack::kernel, placement.kernel_stack_slot)) &&
         (!wanted.user || take(Stack::user, placement.user_stack_slot));
}

std::size_t Part::value_bytes() const {
  std::size_t bytes = 0;
  for (const Slot& slot : plan_.slots)
    bytes +=
        value_head_bytes + (slot.stack ? stack_value_bytes : facts_of(slot.type).greatest_bytes);
  return bytes;
}

Result<Full> Part::place(const Entry& entry) {
  const check::Hook& hook = entry.hook();
  if (!agrees_on_arguments(hook)) return Full::other_arguments;
  std::vector<std::uint8_t> slots;
  for (const auto* values : {&hook.arguments, &hook.data}) {
    for (const check::Argument& value : *values) {
      if (value.at_return) {
        slots.push_back(no_slot);
        continue;
      }
      TRY(const auto slot, slot_of(hook, value));
      if (!slot) return Full::values;
      slots.push_back(*slot);
    }
  }
  const auto function_slot = function_slot_of(hook);
  if (!function_slot) return Full::values;
  Placement placement{.policy = entry.loaded->policy->name(),
                      .policy_id = entry.loaded->id,
                      .hook_index = entry.hook_index,
                      .hook = plan_.key,
                      .reason = entry_reason(hook),
                      .slots = std::move(slots),
                      .function_slot = *function_slot,
                      .span = hook.span};
  if (!take_stack_slots(stacks_of(hook, &check::Selector::actions), placement)) return Full::values;
  if (value_bytes() > max_record_value_bytes) return Full::value_bytes;
  hook_refuses_ = hook.enforcer
                      ? can_refuse(plan_.key.mechanism)
                      : std::ranges::any_of(hook.selectors, [&](const check::Selector& selector) {
                          return lower(selector, plan_.key.mechanism).overrides;
                        });
  entry_halves_ = entry_halves_of(hook, plan_.key.mechanism);
  if (hook.return_argument) plan_.telling_parameters |= hook.return_half.telling_parameters;
  plan_.placements.push_back(std::move(placement));
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
    if (const auto* expression = std::get_if<check::Expression>(&condition.test)) {
      expressions_.add(number, *expression, condition.span, placement.slots);
      continue;
    }
    TRY(const auto slot, slot_of(hook, placement, condition));
    if (!slot) return Full::values;
    dimensions_.add(number, condition, *slot, plan_.slots[*slot].type);
  }
  for (const check::BinaryCondition& condition : written.binaries) {
    TRY_VOID(dimensions_.add(number, condition, numbers_.follow));
  }
  for (const check::PidCondition& condition : written.pids) {
    TRY_VOID(dimensions_.add(number, condition, numbers_.follow));
  }
  for (const check::ProcessCondition& condition : written.process)
    dimensions_.add(number, condition);
  if (written.workload) TRY_VOID(dimensions_.add(number, *written.workload, numbers_.workloads));
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
    rule.overrides = hook_refuses_;
  }
  rule.post = entry_halves_[selector].post;
  rule.awaits_return = entry_halves_[selector].awaits_return;
  rule.asks_return = !written.return_arguments.empty();
  track(written.actions, placement.slots, rule);
  for (std::uint8_t slot : placement.slots) {
    if (rule.post && slot != no_slot) rule.report_slots |= std::uint32_t{1} << slot;
  }
  if (rule.post && placement.function_slot != no_slot)
    rule.report_slots |= std::uint32_t{1} << placement.function_slot;
  show_stacks(stacks_of(written.actions), placement, rule);
  plan_.rules.push_back(std::move(rule));
  selectors_.push_back(&written);
  placed_by_.push_back(plan_.placements.size() - 1);
  return looked_at() > max_dimensions ? Full::dimensions : Full::no;
}

Result<Full> Part::add_return(const LoadedPolicy& loaded, std::uint16_t hook_index) {
  const check::Hook& hook = loaded.policy->hooks()[hook_index];
  if (rules() + hook.selectors.size() > most_rules_) return Full::selectors;
  TRY(const auto slot, slot_of(hook, *hook.return_argument));
  if (!slot) return Full::values;
  std::vector<std::uint8_t> slots = {*slot};
  TRY(const Full no_copies, take_copies(hook, slots));
  if (no_copies != Full::no) return no_copies;
  Placement placement{.policy = loaded.policy->name(),
                      .policy_id = loaded.id,
                      .hook_index = hook_index,
                      .hook = plan_.key,
                      .reason = "looks at the return of the calls that matched",
                      .slots = std::move(slots),
                      .span = hook.return_argument->span};
  if (!take_stack_slots(stacks_of(hook, &check::Selector::return_actions), placement))
    return Full::values;
  if (value_bytes() > max_record_value_bytes) return Full::value_bytes;
  plan_.functions = hook.functions;
  plan_.telling_parameters |= hook.return_half.telling_parameters;
  const schema::Mechanism entry = entry_key(hook).mechanism;
  if (std::ranges::find(plan_.entries, entry) == plan_.entries.end())
    plan_.entries.push_back(entry);
  plan_.placements.push_back(std::move(placement));
  for (std::size_t selector = 0; selector < hook.selectors.size(); ++selector)
    add_return_rule(hook, loaded.slot, selector);
  return looked_at() > max_dimensions ? Full::dimensions : Full::no;
}

void Part::add_return_rule(const check::Hook& hook, std::uint32_t policy_slot,
                           std::size_t selector) {
  const check::Selector& written = hook.selectors[selector];
  const Placement& placement = plan_.placements.back();
  const auto number = static_cast<std::uint32_t>(rules());
  const std::uint8_t slot = placement.slots.front();
  for (const check::ArgCondition& condition : written.return_arguments) {
    if (const auto* expression = std::get_if<check::Expression>(&condition.test)) {
      expressions_.add(number, *expression, condition.span, placement.slots);
    } else {
      dimensions_.add(number, condition, slot, plan_.slots[slot].type);
    }
  }
  Rule rule = lower_return(written);
  rule.policy_id = placement.policy_id;
  rule.policy_slot = policy_slot;
  rule.hook_index = placement.hook_index;
  rule.selector = static_cast<std::uint16_t>(selector);
  rule.order = number;
  rule.enforced_at_entry = lower(written, entry_key(hook).mechanism).enforces();
  for (std::uint8_t shown : placement.slots) {
    if (rule.post) rule.report_slots |= std::uint32_t{1} << shown;
  }
  show_stacks(stacks_of(written.return_actions), placement, rule);
  track(written.return_actions, placement.slots, rule);
  plan_.rules.push_back(std::move(rule));
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
      if (std::holds_alternative<check::Expression>(condition.test)) continue;
      const std::uint8_t slot = plan_.placements[placed_by_[rule]].slots[condition.argument];
      // At the gate there is only what the function was given.
      if (!plan_.slots[slot].way) gates.add(condition, slot, plan_.slots[slot].type);
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
  expressions_.move_to(plan_);
  plan_.rows = rows.take();
  if (!is_return(plan_.key.mechanism)) {
    plan_.number_gate = number_gate(plan_);
    plan_.name_gate = name_gate();
  }
  return std::move(plan_);
}

}  // namespace vigil::plan
