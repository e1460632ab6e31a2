// Part: what one program of a hook does, gathered from entries as long as there is room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/dimensions.h"
#include "engine/compile/plan/expressions.h"
#include "engine/compile/plan/hook_plan.h"
#include "engine/compile/plan/plan.h"

namespace vigil::plan {

// A policy's hook that is decided here, or what is left of it.
struct Entry {
  const LoadedPolicy* loaded = nullptr;
  std::uint16_t hook_index = 0;
  std::uint32_t order = 0;         // of its first selector among all of the hook, as policies came
  std::size_t first_selector = 0;  // those before are in parts before

  const check::Hook& hook() const { return loaded->policy->hooks()[hook_index]; }
  std::size_t selectors_left() const { return hook().selectors.size() - first_selector; }
};

// What a part has no more room for.
enum class Full : std::uint8_t {
  no,
  values,
  value_bytes,
  dimensions,
  selectors,
  other_arguments,  // it takes its arguments from a system call, the entry does not, or the reverse
};
// For people: of an entry that has a part to itself.
std::string why_too_much(Full full);

// What generated code takes for one argument.
struct Raws {
  std::uint32_t value = 0;
  std::optional<std::uint32_t> size;
};

// What the entry of a call has to do for a selector whose return half, or that of one before it,
// is still to come.
struct EntryHalf {
  bool post = false;
  bool awaits_return = false;
};

class Part {
 public:
  // Keeps to `most_rules`. The sets outlive it.
  Part(const HookKey& key, const Numbers& numbers, std::size_t most_rules);

  // The whole entry, or nothing of it.
  Result<Full> add(const Entry& entry);
  // As many of its selectors as there is room for, into a part that has no other entry. Nobody
  // comes after it.
  struct Taken {
    std::size_t selectors = 0;
    Full full = Full::no;
  };
  Result<Taken> add_first_of(const Entry& entry);
  // Of a return half: all of the policy's hook, or that there is no room for it.
  Result<Full> add_return(const LoadedPolicy& loaded, std::uint16_t hook_index);

  std::size_t rules() const { return plan_.rules.size(); }
  // None: the rows of its rules are too many.
  std::optional<HookPlan> finish();

 private:
  struct Mark {
    std::size_t slots, fields, operands, placements, rules;
    const check::Hook* reads_arguments;
    std::uint8_t telling_parameters;
  };
  Mark mark() const;
  void rewind(const Mark& mark);

  Result<Taken> take(const Entry& entry);
  bool agrees_on_arguments(const check::Hook& hook);
  Result<Full> place(const Entry& entry);
  Raws raws_of(const check::Argument& argument);
  Result<std::optional<std::uint8_t>> slot_of(const check::Hook& hook,
                                              const check::Argument& argument);
  Result<std::optional<std::uint8_t>> slot_of(const check::Hook& hook, const Placement& placement,
                                              const check::ArgCondition& condition);
  std::optional<std::uint8_t> take_slot(const Slot& wanted);
  std::optional<std::uint8_t> function_slot_of(const check::Hook& hook);
  Result<Full> take_copies(const check::Hook& hook, std::vector<std::uint8_t>& slots);
  bool take_stack_slots(const check::Stacks& wanted, Placement& placement);
  std::optional<Rule::Write> write_of(const check::Hook& hook, const check::Selector& selector);
  Result<Full> add_rule(const Entry& entry, std::size_t selector);
  void add_return_rule(const check::Hook& hook, std::uint32_t policy_slot, std::size_t selector);
  std::size_t value_bytes() const;
  std::size_t looked_at() const { return dimensions_.size() + expressions_.probes(); }
  Row enforcing_rules() const;
  std::optional<NameGate> name_gate() const;

  Numbers numbers_;
  std::size_t most_rules_;
  bool takes_more_ = true;
  HookPlan plan_;
  DimensionSet dimensions_;
  Expressions expressions_;
  std::vector<const check::Selector*> selectors_;  // of each rule
  std::vector<std::size_t> placed_by_;             // of each rule: index into the placements
  bool hook_refuses_ = false;                      // the hook placed last
  std::vector<EntryHalf> entry_halves_;            // of its selectors
  const check::Hook* reads_arguments_ = nullptr;   // the first hook that does
};

}  // namespace vigil::plan
