// A policy as written: every word with its place, none of them looked up yet. What could not be
// read stands here all the same, marked, so that the rest can be judged in the same run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostics.h"
#include "engine/schema/document.h"
#include "engine/schema/types.h"

namespace vigil::policy {

template <typename T>
struct Located {
  T value{};
  Span span;
  // False: missing or of the wrong shape, which has been reported; the value means nothing.
  bool readable = true;
};
using Text = Located<std::string>;
using Number = Located<std::int64_t>;
using Flag = Located<bool>;

struct Argument {
  std::optional<Number> index;  // never missing but in returnArg
  Text type;
  std::optional<Text> label;
  std::optional<Number> size_arg_index;  // from 1
  std::optional<Text> resolve;
  std::optional<Text> btf_type;
  std::optional<Text> btf_type_module;
  std::optional<Flag> return_copy;
  std::optional<Flag> max_data;
  std::optional<Text> source;  // of a data entry
  Span span;
};

struct ArgFilter {
  std::optional<Number> index;  // of the function's arguments
  std::vector<Number> args;     // or positions in `args`
  Text op;
  std::vector<Text> values;
  Span span;
};

// An entry of matchBinaries, matchParentBinaries or matchAncestors.
struct BinaryFilter {
  enum class Key : std::uint8_t { own, parent, ancestors } key = Key::own;
  Text op;
  std::vector<Text> values;
  std::optional<Flag> follow_children;
  Span span;
};
// As selectors spell it.
std::string_view name(BinaryFilter::Key key);

struct PidFilter {
  Text op;
  std::vector<Number> values;
  std::optional<Flag> is_namespace_pid;
  std::optional<Flag> follow_forks;
  Span span;
};

// An entry of matchNamespaces, matchCapabilities, their Changes or matchCurrentCred.
struct ProcessFilter {
  enum class Key : std::uint8_t {
    namespaces,
    capabilities,
    namespace_changes,
    capability_changes,
    credentials,
  } key = Key::namespaces;
  std::optional<Text> subject;  // which namespace, set of capabilities or id
  Text op;
  std::vector<Text> values;
  std::optional<Flag> is_namespace_capability;
  Span span;
};
// As selectors spell it.
std::string_view name(ProcessFilter::Key key);

struct Action {
  Text name;
  std::optional<Number> arg_error;
  std::optional<Number> arg_signal;
  std::optional<Text> rate_limit;
  std::optional<Text> rate_limit_scope;
  std::optional<Number> arg_sock;   // position in `args`
  std::optional<Number> arg_index;  // likewise
  std::optional<Number> arg_value;
  std::optional<Flag> kernel_stack_trace;
  std::optional<Flag> user_stack_trace;
  Span span;
};

// Of Kubernetes: all of them hold. An entry of matchLabels is `In` with one value.
struct LabelRequirement {
  Text key;
  schema::LabelOperator op = schema::LabelOperator::in;
  std::vector<Text> values;
};
struct LabelSelector {
  std::vector<LabelRequirement> requirements;
  Span span;
};

struct Workloads {
  std::optional<LabelSelector> pod, container, host;
};

struct Selector {
  std::vector<ArgFilter> arguments;
  std::vector<ArgFilter> data;
  std::vector<BinaryFilter> binaries;
  std::vector<PidFilter> pids;
  std::vector<ProcessFilter> process;
  std::vector<Action> actions;
  std::vector<ArgFilter> return_arguments;
  std::vector<Action> return_actions;
  std::optional<Text> label;
  Workloads workloads;  // matchWorkloads
  Span span;
};

// Which code in user space a hook is about.
struct UserCode {
  Text path;
  std::vector<Text> symbols = {};  // uprobes: one of these three
  std::vector<Number> offsets = {};
  std::vector<Number> addresses = {};
  std::vector<Number> ref_ctr_offsets = {};
  std::vector<Text> digests = {};  // uprobes: of which the file has one
  std::optional<Flag> ignore_other_digest = {};
  Text provider = {};  // usdts: these two
  Text name = {};
};

// An entry of `kprobes`, `fentries`, `tracepoints`, `lsmhooks`, `uprobes` or `usdts`.
struct Hook {
  schema::Section section = schema::Section::kprobes;
  Text function;                 // of a tracepoint: the event; in user space: the file
  bool trusted = false;          // from a list that vouches for its functions
  std::optional<UserCode> code;  // uprobes, usdts
  std::optional<Text> subsystem;
  std::optional<Flag> raw;
  std::optional<Flag> syscall;
  std::optional<Flag> returns;
  std::optional<Flag> ignore_call_not_found;
  std::optional<Argument> return_argument;
  std::optional<Text> return_arg_action;
  std::vector<Argument> arguments;
  std::vector<Argument> data;
  bool arguments_readable = true;  // false: there is an `args`, and no telling what it lists
  std::vector<Selector> selectors;
  std::optional<Text> message;
  std::vector<Text> tags;
  Span span;
};

struct Option {
  Text name;
  Text value;
};

// Functions that `call`, `calls` and `values` name together as "list:NAME".
struct List {
  Text name;
  std::optional<Text> type;
  std::vector<Text> values;
  std::optional<Text> pattern;
  std::optional<Flag> validated;
  Span span;
};

// Functions that are stopped for a task that `NotifyEnforcer` has named.
struct Enforcer {
  std::vector<Text> calls;
  Span span;
};

struct Policy {
  Text name;
  std::optional<Text> name_space;  // a TracingPolicyNamespaced: of which pods
  Workloads workloads;
  std::optional<LabelSelector> node;
  // Section by section as Section lists them, each in the order of the file.
  std::vector<Hook> hooks;
  std::vector<Enforcer> enforcers;
  std::vector<List> lists;
  std::vector<Option> options;
  SourceFilePtr source;
  Span span;
  // False after a mistake. check() then looks for more of them and gives nothing.
  bool complete = true;
};

}  // namespace vigil::policy
