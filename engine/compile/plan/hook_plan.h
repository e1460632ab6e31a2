// HookPlan: everything that one hook does for all policies on it, as data, or one of the parts
// that do it together where the policies are too much for one program. Made by plan() from checked
// policies, printed by explain, turned into instructions and table bytes by codegen. Classification
// is exact: a rule matches when its bit is set in the row of every dimension
// (kernel/include/runtime_abi.h tells how rows are evaluated).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/checked_policy.h"
#include "engine/compile/check/expression.h"
#include "engine/compile/check/operand.h"
#include "engine/compile/plan/row.h"
#include "engine/schema/types.h"

namespace vigil::plan {

// Where a hook program runs. One program, dispatcher and program array per key.
struct HookKey {
  schema::Mechanism mechanism = schema::Mechanism::kprobe;
  // Symbol; lsm: the hook's name without bpf_lsm_; raw_tracepoint: the event; tracepoint:
  // "subsystem/event"; uprobes: the file.
  std::string function;
  std::uint64_t offset = 0;          // uprobes: in the file, bytes
  std::uint64_t ref_ctr_offset = 0;  // uprobes: of a counter of who listens; 0: none
  auto operator<=>(const HookKey&) const = default;
};

// "lsm/file_open": for people, logs and file names.
std::string to_string(const HookKey& key);

// Where a call comes from.
enum class Stack : std::uint8_t { kernel, user };

// One value read from the event, at most once, whoever asks for it.
struct Slot {
  schema::ArgType type = schema::ArgType::nop;
  std::optional<Stack> stack;  // this is the value, whatever else stands here
  // Index of the function's argument, return_raw, or of HookPlan::fields or operands.
  std::uint8_t raw = 0;
  // Buffers: the same of their size; sets of capabilities: of the set whose bits are taken off.
  std::optional<std::uint8_t> size_raw;
  std::uint16_t fixed_size = 0;  // const_buf: its bytes
  // Buffers, at the return: no more of them than the call has returned, a number of this type.
  std::optional<schema::ArgType> filled;
  bool whole = false;        // buffers: what does not fit into the record is sent beside it
  bool user_memory = false;  // pointer from a syscall's registers, or of a program
  // In user space, for the reader: what a policy calls these two.
  std::optional<std::uint32_t> argument, size_argument;
  // From that value, or from elsewhere, to the one that is read.
  std::optional<check::Way> way;
  Span span;  // where a policy first asked for it
};

using RowId = std::uint32_t;  // index into HookPlan::rows

enum class Field : std::uint8_t {
  value,
  source_port,
  destination_port,
  protocol,
  family,
  state,
  source_address,
  destination_address,
  file_type,  // of the slot
  tgid,
  ns_tgid,
  binary,
  follow,
  binary_family,
  parent_binary,
  ancestor_binary,  // of the process, until it execs: no slot
  process_value,    // of the process, as it is now: the slot says which, schema::ProcessValue
  workload,         // where the process is now: several numbers, whose rows are added up
};

// Text: a node says which row holds when the text goes on elsewhere and which when it
// ends here. Node 0 is the root; a node's children are neighbours, ascending by byte.
struct TrieClassifier {
  struct Node {
    std::uint8_t byte = 0;  // of the edge that leads here
    std::uint16_t child_count = 0;
    std::uint32_t first_child = 0;
    RowId row_prefix = 0;
    RowId row_exact = 0;
  };
  bool reversed = false;  // postfixes: the text is walked from its end
  // For a text of which the part where the walk starts could not be read: rules that do not look at
  // it, and those that deny or signal, since it may be what they name.
  RowId row_cut = 0;
  std::vector<Node> nodes;
};

// Texts anywhere in a text: an automaton that reads each byte once. From a node it goes to the
// child of the next byte; without one on to the node that `fail` names, whose text is the longest
// end of this one's that is a node's. row_exact of each node that is met is added to the rules that
// look at nothing here; row_prefix has no meaning.
struct SubstringClassifier {
  bool ignores_case = false;  // the text is read in lower case
  RowId row_cut = 0;          // of a text of which a part is missing: what may stand there
  std::vector<TrieClassifier::Node> nodes;
  std::vector<std::uint32_t> fail;  // by node
};

// Integers: a value belongs to the last bound <= it; the first bound is 0.
// `is_signed`: bounds are in the order of signed numbers, top bit flipped.
struct RangeClassifier {
  struct Bound {
    std::uint64_t from = 0;
    RowId row = 0;
  };
  bool is_signed = false;
  std::vector<Bound> bounds;
};

// Addresses: host order numbers; a value that is neither family has row_none.
struct AddressClassifier {
  struct Bound6 {
    std::uint64_t from_high = 0, from_low = 0;
    RowId row = 0;
  };
  std::vector<RangeClassifier::Bound> ipv4;
  std::vector<Bound6> ipv6;
};

// Sets of bits: any_of: row_none OR row[b] over the value's bits b;
// none_of: every rule AND row[b] over the value's bits b.
struct BitClassifier {
  bool none_of = false;
  std::vector<RowId> rows;  // 64 or 256 of them, consecutive ids
};

struct Dimension {
  Field field = Field::value;
  std::uint8_t slot = 0;
  RowId row_none = 0;  // value unreadable: rules that do not look at it
  std::variant<TrieClassifier, RangeClassifier, AddressClassifier, BitClassifier,
               SubstringClassifier>
      classifier;
  Span span;  // of the first condition that made it
};

// What an expression asks of a text: whether it is, begins with, ends with or contains another one.
// Rows: 0 no, 1 yes, 2 the part that decides is missing.
struct TextProbe {
  std::uint8_t slot = 0;
  std::variant<TrieClassifier, SubstringClassifier> classifier;
};

// A rule that matches nothing where its expression does not hold. Arguments are slots, the number
// of what is asked of a text is its probe.
struct RuleExpression {
  std::uint32_t rule = 0;
  check::Expression expression;
  Span span;
};

// The ends of the names that any rule can match, when every rule asks the value in `slot` for one:
// a call whose "/name" ends otherwise is let go before the path is walked.
struct NameGate {
  std::uint8_t slot = 0;
  std::size_t ends = 0;
  TrieClassifier trie;  // rows: 0 no rule, 1 maybe
};

// The numbers that any rule can match, where the value in `slot` decides alone: a call with another
// one is let go before a frame is taken. Ascending, apart, and in the order of signed numbers with
// the top bit flipped if `is_signed`.
struct NumberGate {
  struct Stretch {
    std::uint64_t first = 0, last = 0;
  };
  std::uint8_t slot = 0;
  bool is_signed = false;
  std::vector<Stretch> stretches;

  bool passes_all() const {
    return stretches.front().first == 0 && stretches.front().last == ~std::uint64_t{0};
  }
};

struct Rule {
  std::uint32_t policy_id = 0;    // never reused while the daemon lives
  std::uint32_t policy_slot = 0;  // index into policy_state
  std::uint16_t hook_index = 0;   // into CheckedPolicy::hooks()
  std::uint16_t selector = 0;
  schema::ActionKind reported = schema::ActionKind::post;  // last action executed
  bool post = true;
  bool overrides = false;  // verdict `error` (Override, or Sigkill lowered to deny and kill)
  std::int32_t error = 0;
  bool hook_refuses = false;   // this rule or another of its policy's hook overrides
  std::uint8_t signal = 0;     // 0: none
  bool awaits_return = false;  // its return half has something to say or to do
  bool asks_return = false;    // matches only when its return half does, too
  // Of an enforcer: what the verdict and the signal are, a notification says.
  bool enforcer = false;
  struct Notification {
    std::int32_t error = 0;
    std::uint8_t signal = 0;
    bool operator==(const Notification&) const = default;
  };
  std::optional<Notification> notifies;
  bool drops_notification = false;
  // Four bytes to where a raw argument stands in the program's memory.
  struct Write {
    std::uint8_t raw = 0;
    std::uint32_t value = 0;
  };
  std::optional<Write> writes;
  // What it has told of is no change any more.
  bool accepts_namespaces = false;
  bool accepts_capabilities = false;
  std::uint32_t rate_ms = 0;  // 0: no limit
  schema::RateScope rate_scope = schema::RateScope::thread;
  bool enforced_at_entry = false;  // a return half's: what its entry has done
  // Denies, signals or writes, so that its record and its benefit of the doubt are those of
  // enforcement.
  bool enforces() const {
    return overrides || signal != 0 || notifies || writes || enforced_at_entry;
  }

  std::uint32_t report_slots = 0;   // bit per slot in the event, for the rate key
  std::uint32_t stack_slots = 0;    // likewise, but no part of it
  bool is_urgent = false;           // what it shows has to be looked up in the process
  std::uint32_t track_slots = 0;    // bit per slot of a sock whose owner is remembered,
  std::uint32_t untrack_slots = 0;  // or forgotten
  // Read when the rule matches, also if no dimension looks at them.
  std::uint32_t used_slots() const { return shown_slots() | track_slots | untrack_slots; }
  std::uint32_t shown_slots() const { return report_slots | stack_slots; }
  std::uint32_t order = 0;  // of its selector among all of the hook, as policies came
  Span span;
};

// How one hook of a policy came to be placed, for decode, `policy list` and explain.
struct Placement {
  std::string policy;  // its name
  std::uint32_t policy_id = 0;
  std::uint16_t hook_index = 0;
  HookKey hook;
  std::string reason;  // one sentence for people
  // Slot of each of Hook::arguments, then of Hook::data, in order; 255: nop.
  std::vector<std::uint8_t> slots;
  std::uint8_t function_slot = 255;  // of the function's number in HookPlan::functions; 255: one
  // Of where a call comes from, when a selector wants that shown.
  std::uint8_t kernel_stack_slot = 255, user_stack_slot = 255;
  Span span;  // of the policy's hook
};
constexpr std::uint8_t no_slot = 255;

struct HookPlan {
  HookKey key;
  std::uint16_t part = 0;   // runs when those below have run
  std::uint16_t parts = 1;  // of the hook
  // All that the program is attached to, where it is not the key's one: it tells them apart.
  std::vector<std::string> functions;
  bool syscall = false;                // raw arguments come from the inner pt_regs
  schema::Abi abi = schema::Abi::x64;  // as this one has them
  // In user space: where the raw arguments are found.
  std::vector<check::Operand> operands;
  std::uint32_t function_number =
      0;  // given by the caller: one per traced symbol, entry and return alike
  std::uint16_t generation =
      0;  // given by the caller: records name it, so that slots keep their meaning
  // Given by the caller: names the program of this plan in processes that no rule asks for. Not 0.
  std::uint32_t memo = 1;
  // Bit per parameter that tells nested calls of the function apart, at entry and return.
  std::uint8_t telling_parameters = 0;
  std::vector<schema::Mechanism> entries;  // of a return half: how its calls can be entered
  std::optional<NumberGate> number_gate;
  std::optional<NameGate> name_gate;
  std::vector<check::RecordPlace> fields;  // tracepoint: what is taken from its record
  std::vector<Slot> slots;
  std::vector<Dimension> dimensions;  // in the order they are evaluated
  std::vector<RuleExpression> expressions;
  std::vector<TextProbe> probes;
  std::vector<Row> rows;  // row id -> bits; shared by all dimensions
  std::vector<Rule> rules;
  std::vector<Placement> placements;
};

}  // namespace vigil::plan
