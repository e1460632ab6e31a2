// A policy whose every name, type and limit holds on the kernel it was checked
// against. Only check() makes one, so what takes a CheckedPolicy needs no doubt.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/compile/check/expression.h"
#include "engine/compile/check/operand.h"
#include "engine/schema/document.h"
#include "engine/schema/process_values.h"
#include "engine/schema/syscall_numbers.h"
#include "engine/schema/types.h"

namespace vigil::check {

// Argument::index of a return value.
constexpr std::uint32_t return_index = 255;
// Where a value lies in the record of a tracepoint.
struct RecordPlace {
  // The value itself; an array, of which the address is the value; an offset from the record's
  // start, or from behind these four bytes, to such an array.
  enum class Form : std::uint8_t { value, inside, dynamic, relative } form = Form::value;
  std::uint32_t offset_bytes = 0;
  std::uint32_t size_bytes = 0;
  bool is_signed = false;
  bool operator==(const RecordPlace&) const = default;
};

// The way from a value at hand through the kernel's structures to the one that is meant.
struct Way {
  enum class From : std::uint8_t { value, current_task, registers };
  enum class Read : std::uint8_t { value, address };
  struct Step {
    std::uint32_t offset = 0;  // of the pointer that is followed
    std::uint8_t depth = 0;    // the part of the path that needs it, from 0
    bool operator==(const Step&) const = default;
  };

  From from = From::value;
  std::vector<Step> steps;
  std::uint32_t offset = 0;     // of the value behind the last pointer; from registers: in pt_regs
  std::uint8_t depth = 0;       // the last part of the path
  Read read = Read::value;      // or where it stands is the value
  std::uint8_t bits = 64;       // read
  std::uint8_t bit_offset = 0;  // in the byte at `offset`
  bool is_signed = false;
  std::string text;  // as written

  // Whether the same value is found, however that is written.
  bool leads_where(const Way& other) const {
    return from == other.from && steps == other.steps && offset == other.offset &&
           read == other.read && bits == other.bits && bit_offset == other.bit_offset &&
           is_signed == other.is_signed;
  }
};

// One argument of the traced function, or its return value.
struct Argument {
  schema::ArgType type = schema::ArgType::nop;
  // Of the function's parameters, from 0, or return_index.
  std::uint32_t index = 0;
  std::optional<std::uint32_t> size_index;  // buffers: parameter that holds their size
  std::uint32_t fixed_size = 0;             // const_buf: its bytes
  std::optional<RecordPlace> place;         // of a tracepoint's record, and of the size
  std::optional<RecordPlace> size_place;
  // In user space, where the two are found.
  std::optional<Operand> operand, size_operand;
  std::string label;
  std::optional<Way> way;  // from that value to the one that is meant
  bool at_return = false;  // a buffer that is read when the call has filled it
  bool whole = false;      // a buffer of which more is shown than is looked at
  Span span;
};

// Closed interval of values. Signed types are kept as int64 bit patterns.
struct IntegerRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// An IPv4 or IPv6 prefix; IPv4 in the first 4 bytes, network order, host bits cleared.
struct AddressPrefix {
  bool is_ipv6 = false;
  std::array<std::uint8_t, 16> bytes{};
  std::uint8_t length = 0;  // bits
};

// What a condition compares. Values are ORed; `negated` holds when none does.
struct IntegerCondition {
  enum class Field {
    value,
    source_port,
    destination_port,
    protocol,
    family,
    state,
    file_type  // of a path: the upper four bits of the mode
  } field = Field::value;
  std::vector<IntegerRange> ranges;
};
struct MaskCondition {
  std::uint64_t mask = 0;  // (value & mask) != 0
};
struct TextCondition {
  enum class Kind {
    equal,
    prefix,
    postfix,
    substring,
    substring_ignoring_case  // of ASCII letters
  } kind = Kind::equal;
  std::vector<std::string> values;
};
struct AddressCondition {
  enum class Field { source, destination } field = Field::source;
  std::vector<AddressPrefix> prefixes;
};

struct ArgCondition {
  std::uint32_t argument = 0;  // position in Hook::arguments, or behind them in Hook::data
  // A set of capabilities: position of the set whose bits are taken off first.
  std::optional<std::uint32_t> without = {};
  bool negated = false;
  // An expression looks at any arguments: then the ones above mean nothing.
  std::variant<IntegerCondition, MaskCondition, TextCondition, AddressCondition, Expression> test;
  Span span;
};

struct BinaryCondition {
  // family: its own or an ancestor's.
  enum class Whose { own, family, parent, ancestor } whose = Whose::own;
  bool negated = false;
  TextCondition test;
  Span span;
};

struct PidCondition {
  bool negated = false;
  bool in_namespace = false;  // isNamespacePID
  bool follow_forks = false;
  std::vector<std::uint32_t> pids;
  Span span;
};

// A value of the process as it is at the hook: a number of which one range holds it, or bits of
// which one is set.
struct ProcessCondition {
  schema::ProcessValue value = schema::ProcessValue::uid;
  bool negated = false;
  std::variant<std::vector<IntegerRange>, MaskCondition> test;
  Span span;
};

// What Kubernetes asks of one label. Values ascend, no doubles.
struct LabelRequirement {
  std::string key;
  schema::LabelOperator op = schema::LabelOperator::in;
  std::vector<std::string> values;
  auto operator<=>(const LabelRequirement&) const = default;
};
// All of them hold; ascending, no doubles. None: any labels will do.
using LabelRequirements = std::vector<LabelRequirement>;

// Where the process is: one of these.
struct WorkloadCondition {
  bool host = false;                            // outside of containers
  std::optional<LabelRequirements> containers;  // in a container with these labels
  Span span;
};

struct RateLimit {
  std::uint32_t interval_ms = 0;
  schema::RateScope scope = schema::RateScope::thread;
};

// Where a call comes from, in the kernel and in the program that made it.
struct Stacks {
  bool kernel = false;
  bool user = false;
  Stacks& operator|=(const Stacks& other) {
    kernel |= other.kernel;
    user |= other.user;
    return *this;
  }
};

struct Action {
  schema::ActionKind kind = schema::ActionKind::post;
  std::int32_t signal = 0;              // signal; sigkill: 9
  std::int32_t error = 0;               // override, notify_enforcer: -4095..0
  std::optional<RateLimit> rate_limit;  // post
  std::uint32_t sock = 0;               // track_sock, untrack_sock: position in Hook::arguments
  Stacks stacks;                        // post: shown
  // set: what is written where an argument stands in the program's memory
  struct Write {
    std::uint32_t argument = 0;  // position in Hook::arguments
    std::uint32_t value = 0;
  };
  std::optional<Write> write = {};
  Span span;
};

// All conditions hold, or none are given. No action means: post.
struct Selector {
  std::vector<ArgCondition> arguments;
  std::vector<BinaryCondition> binaries;
  std::vector<PidCondition> pids;
  std::vector<ProcessCondition> process;
  std::optional<WorkloadCondition> workload;
  std::vector<Action> actions;
  // What the call has to give back, and what is then done.
  std::vector<ArgCondition> return_arguments;  // ArgCondition::argument is 0: the return value
  std::vector<Action> return_actions;
  std::string label;  // for statistics
  Span span;
};

// An instruction in a file of machine code.
struct CodePlace {
  std::string path;
  std::uint64_t offset = 0;          // in the file, bytes
  std::uint64_t ref_ctr_offset = 0;  // of a counter that is above 0 while it is hooked; 0: none
  bool verified = false;             // by a digest, of the file that was there then
};

// How a program sees a function return.
struct ReturnHalf {
  schema::Mechanism mechanism = schema::Mechanism::kretprobe;  // or fexit
  // Bit per parameter, of the first six, whose whole register is the same at entry and return, and
  // so tells nested calls apart. 0 with kretprobe, which sees none.
  std::uint8_t telling_parameters = 0;
};

struct Hook {
  schema::Section section = schema::Section::kprobes;
  std::uint32_t index = 0;  // of the policy's hooks as written
  // kprobes, fentries: the kernel's symbol ("__x64_sys_openat", "security_file_open");
  // lsmhooks: the hook ("file_open"); tracepoints: the event; uprobes: the symbol, if it was named
  // by one; usdts: the probe. As events report it.
  std::string function;
  std::string subsystem;  // tracepoints
  // Does what a notification of this policy asks for, and reports nothing.
  bool enforcer = false;
  bool raw = false;  // tracepoints: arguments are what the kernel passes, not its record
  // All that it is attached to, when `call` names a list; `function` then names the set.
  std::vector<std::string> functions;
  schema::Abi abi = schema::Abi::x64;  // of the registers with a system call's arguments
  std::optional<CodePlace> place;      // uprobes, usdts
  std::uint64_t reported_offset = 0;   // uprobes: not named by a symbol
  std::string provider;                // usdts
  bool syscall = false;  // arguments are in the struct pt_regs that parameter 0 points to
  // What may carry an enforcing action, in order of preference, empty when the hook
  // can only be watched or signalled: lsm ("file_open") or fmod_ret ("security_file_open").
  // Filled for every security_* kprobe and lsmhook whose prototype fits.
  std::optional<schema::Mechanism> enforcement;
  std::string enforcement_function;
  std::string enforcement_reason;  // why this one, or why none: for `policy list`
  std::vector<Argument> arguments;
  std::vector<Argument> data;               // values that are no arguments
  std::optional<Argument> return_argument;  // set: entry and return are reported as one event
  ReturnHalf return_half;                   // with a return argument
  std::vector<Selector> selectors;  // never empty: no selectors becomes one without conditions
  std::string message;
  std::vector<std::string> tags;
  Span span;

  // Of those that conditions look at: `data` stand behind the arguments.
  const Argument& value(std::uint32_t position) const {
    const std::size_t count = arguments.size();
    return position < count ? arguments[position] : data[position - count];
  }
};

// A hook that was left out: the kernel lacks its function, or the file is another than it asks for,
// and the policy can do without; or nobody is known whom the policy is for.
struct SkippedHook {
  enum class Cause : std::uint8_t {
    no_function,
    some_functions,  // it names a list, and the kernel has others of its functions
    other_file,      // by its digest
    for_nobody,
  };
  schema::Section section = schema::Section::kprobes;
  std::uint32_t index = 0;  // as Hook::index
  std::string function;     // as written
  Cause cause = Cause::no_function;
  std::string reason;  // one sentence
  Span span;
};

class CheckedPolicy {
 public:
  const std::string& name() const { return name_; }
  schema::PolicyMode mode() const { return mode_.value_or(schema::PolicyMode::enforce); }
  // None: the text leaves it out.
  std::optional<schema::PolicyMode> written_mode() const { return mode_; }
  const std::vector<Hook>& hooks() const { return hooks_; }
  const std::vector<SkippedHook>& skipped_hooks() const { return skipped_hooks_; }
  const SourceFilePtr& source() const { return source_; }
  // True when any selector signals or overrides: without it the mode is "monitor only".
  bool enforces() const { return enforces_; }

 private:
  friend class Checker;
  friend class PolicyBuilder;  // tests/support: policies without a kernel to check against
  CheckedPolicy() = default;
  std::string name_;
  std::optional<schema::PolicyMode> mode_;
  std::vector<Hook> hooks_;
  std::vector<SkippedHook> skipped_hooks_;
  SourceFilePtr source_;
  bool enforces_ = false;
};

}  // namespace vigil::check
