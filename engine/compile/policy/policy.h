// A policy as written: every word with its place, none of them looked up yet. What could not be
// read stands here all the same, marked, so that the rest can be judged in the same run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostics.h"
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
  std::optional<Text> source;  // of a data entry
  // False: the type is that of something else, by keys that have been refused.
  bool plain = true;
  Span span;
};

struct ArgFilter {
  std::optional<Number> index;  // of the function's arguments
  std::vector<Number> args;     // or positions in `args`
  Text op;
  std::vector<Text> values;
  Span span;
};

struct BinaryFilter {
  Text op;
  std::vector<Text> values;
  Span span;
};

struct PidFilter {
  Text op;
  std::vector<Number> values;
  std::optional<Flag> is_namespace_pid;
  std::optional<Flag> follow_forks;
  Span span;
};

struct Action {
  Text name;
  std::optional<Number> arg_error;
  std::optional<Number> arg_signal;
  std::optional<Text> rate_limit;
  std::optional<Text> rate_limit_scope;
  std::optional<Number> arg_sock;  // position in `args`
  Span span;
};

struct Selector {
  std::vector<ArgFilter> arguments;
  std::vector<ArgFilter> data;
  std::vector<BinaryFilter> binaries;
  std::vector<PidFilter> pids;
  std::vector<Action> actions;
  std::vector<ArgFilter> return_arguments;
  std::vector<Action> return_actions;
  Span span;
};

// An entry of `kprobes` or `lsmhooks`.
struct Hook {
  schema::Section section = schema::Section::kprobes;
  Text function;
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

struct Policy {
  Text name;
  std::vector<Hook> hooks;  // kprobes, then lsmhooks, each in the order of the file
  std::vector<Option> options;
  SourceFilePtr source;
  Span span;
  // False after a mistake. check() then looks for more of them and gives nothing.
  bool complete = true;
};

}  // namespace vigil::policy
