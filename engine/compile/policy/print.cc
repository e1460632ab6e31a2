#include "engine/compile/policy/print.h"

#include <fmt/format.h>

#include "engine/base/outline.h"
#include "engine/base/text.h"
#include "engine/schema/actions.h"

namespace vigil::policy {
namespace {

// Every member stands here by name: one that is new does not compile until it is shown, too.

std::string shown(const std::string& text) { return quoted(text); }
std::string shown(std::int64_t number) { return fmt::to_string(number); }
std::string shown(bool flag) { return flag ? "true" : "false"; }

template <typename T>
std::string word(const Located<T>& located) {
  const auto& [value, span, readable] = located;
  return readable ? shown(value) : "?";
}

std::string word(const Text& text) { return text.readable ? escape(text.value) : "?"; }

template <typename T>
std::string pair(std::string_view key, const std::optional<Located<T>>& value) {
  return value ? fmt::format(" {} {}", key, word(*value)) : "";
}

template <typename T>
std::string list(const std::vector<Located<T>>& values) {
  std::string all;
  for (const auto& value : values) all += ' ' + (value.readable ? shown(value.value) : "?");
  return all;
}

std::string print(int depth, std::string_view key, const Argument& argument) {
  const auto& [index, type, label, size_arg_index, resolve, btf_type, btf_type_module, return_copy,
               max_data, source, span] = argument;
  std::string text(key);
  text += pair("index", index) + " type " + word(type) + pair("label", label) +
          pair("sizeArgIndex", size_arg_index) + pair("source", source) +
          pair("btfType", btf_type) + pair("btfTypeModule", btf_type_module) +
          pair("resolve", resolve) + pair("returnCopy", return_copy) + pair("maxData", max_data);
  return outline(depth, text, span);
}

std::string print(int depth, std::string_view key, const ArgFilter& filter) {
  const auto& [index, args, op, values, span] = filter;
  return outline(depth,
                 std::string(key) + pair("index", index) +
                     (args.empty() ? "" : " args" + list(args)) + ' ' + word(op) + ':' +
                     list(values),
                 span);
}

std::string print(int depth, const BinaryFilter& filter) {
  const auto& [key, op, values, follow_children, span] = filter;
  return outline(depth,
                 fmt::format("{}{} {}:{}", name(key), pair("followChildren", follow_children),
                             word(op), list(values)),
                 span);
}

std::string print(int depth, const PidFilter& filter) {
  const auto& [op, values, is_namespace_pid, follow_forks, span] = filter;
  return outline(depth,
                 "matchPIDs" + pair("isNamespacePID", is_namespace_pid) +
                     pair("followForks", follow_forks) + ' ' + word(op) + ':' + list(values),
                 span);
}

std::string print(int depth, const ProcessFilter& filter) {
  const auto& [key, subject, op, values, is_namespace_capability, span] = filter;
  return outline(
      depth,
      fmt::format("{}{}{} {}:{}", name(key), subject ? ' ' + word(*subject) : "",
                  pair("isNamespaceCapability", is_namespace_capability), word(op), list(values)),
      span);
}

std::string print(int depth, std::string_view key, const std::optional<LabelSelector>& selector) {
  if (!selector) return {};
  const auto& [requirements, span] = *selector;
  std::string text(key);
  for (const auto& [label, op, values] : requirements)
    text += fmt::format("{} {} {}{}", text == key ? "" : ",", word(label),
                        schema::spelling_of(schema::label_operator_words(), op), list(values));
  return outline(depth, text, span);
}

std::string print(int depth, const Workloads& workloads) {
  const auto& [pod, container, host] = workloads;
  return print(depth, "podSelector", pod) + print(depth, "containerSelector", container) +
         print(depth, "hostSelector", host);
}

std::string print(int depth, std::string_view key, const Action& action) {
  const auto& [name, arg_error, arg_signal, rate_limit, rate_limit_scope, arg_sock, arg_index,
               arg_value, kernel_stack_trace, user_stack_trace, span] = action;
  return outline(depth,
                 std::string(key) + ' ' + word(name) + pair("argError", arg_error) +
                     pair("argSig", arg_signal) + pair("rateLimit", rate_limit) +
                     pair("rateLimitScope", rate_limit_scope) + pair("argSock", arg_sock) +
                     pair("argIndex", arg_index) + pair("argValue", arg_value) +
                     pair("kernelStackTrace", kernel_stack_trace) +
                     pair("userStackTrace", user_stack_trace),
                 span);
}

std::string print(int depth, const Selector& selector);
std::string print(int depth, const Hook& hook);
std::string print(int depth, const Option& option);
std::string print(int depth, const List& list);
std::string print(int depth, const Enforcer& enforcer);

template <typename T>
std::string print_all(int depth, const std::vector<T>& all) {
  std::string text;
  for (const T& one : all) text += print(depth, one);
  return text;
}

std::string print(int depth, const Selector& selector) {
  const auto& [arguments, data, binaries, pids, process, actions, return_arguments, return_actions,
               label, workloads, span] = selector;
  std::string text =
      outline(depth, "selector" + pair("label", label), span) + print(depth + 1, workloads);
  for (const ArgFilter& filter : arguments) text += print(depth + 1, "matchArgs", filter);
  for (const ArgFilter& filter : data) text += print(depth + 1, "matchData", filter);
  text +=
      print_all(depth + 1, binaries) + print_all(depth + 1, pids) + print_all(depth + 1, process);
  for (const Action& action : actions) text += print(depth + 1, "action", action);
  for (const ArgFilter& filter : return_arguments)
    text += print(depth + 1, "matchReturnArgs", filter);
  for (const Action& action : return_actions) text += print(depth + 1, "return action", action);
  return text;
}

std::string text_of(const UserCode& code) {
  const auto& [path, symbols, offsets, addresses, ref_ctr_offsets, digests, ignore_other_digest,
               provider, name] = code;
  const auto all = [](std::string_view key, const auto& values) {
    return values.empty() ? "" : fmt::format(" {}{}", key, list(values));
  };
  return "code in " + word(path) + all("symbols", symbols) + all("offsets", offsets) +
         all("addrs", addresses) + all("refCtrOffsets", ref_ctr_offsets) +
         all("binaryDigests", digests) + pair("digestVerificationFailure", ignore_other_digest) +
         (provider.value.empty() ? "" : " provider " + word(provider)) +
         (name.value.empty() ? "" : " name " + word(name));
}

std::string print(int depth, const Hook& hook) {
  const auto& [section, function, trusted, code, subsystem, raw, syscall, returns,
               ignore_call_not_found, return_argument, return_arg_action, arguments, data,
               arguments_readable, selectors, message, tags, span] = hook;
  std::string text =
      outline(depth,
              fmt::format("{}: {}{}{}{}{}{}{}", schema::name(section),
                          subsystem ? word(*subsystem) + '/' : "", word(function),
                          trusted ? ", trusted" : "", pair("raw", raw), pair("syscall", syscall),
                          pair("return", returns), pair("callNotFound", ignore_call_not_found)),
              span);
  if (code) text += outline(depth + 1, text_of(*code), code->path.span);
  if (message) text += outline(depth + 1, "message " + shown(message->value), message->span);
  if (!tags.empty()) text += outline(depth + 1, "tags" + list(tags), tags.front().span);
  for (const Argument& argument : arguments) text += print(depth + 1, "arg", argument);
  for (const Argument& entry : data) text += print(depth + 1, "data", entry);
  if (!arguments_readable) text += outline(depth + 1, "args ?", span);
  if (return_argument) text += print(depth + 1, "returnArg", *return_argument);
  if (return_arg_action)
    text +=
        outline(depth + 1, "returnArgAction " + word(*return_arg_action), return_arg_action->span);
  return text + print_all(depth + 1, selectors);
}

std::string print(int depth, const Option& option) {
  const auto& [name, value] = option;
  return outline(depth, "option " + word(name) + ": " + word(value), name.span);
}

std::string print(int depth, const List& named) {
  const auto& [name, type, values, pattern, validated, span] = named;
  return outline(depth,
                 fmt::format("list {}{}{}{}:{}", word(name), pair("type", type),
                             pair("pattern", pattern), pair("validated", validated), list(values)),
                 span);
}

std::string print(int depth, const Enforcer& enforcer) {
  const auto& [calls, span] = enforcer;
  return outline(depth, "enforcer:" + list(calls), span);
}

}  // namespace

std::string print(const Policy& policy) {
  const auto& [name, name_space, workloads, node, hooks, enforcers, lists, options, source, span,
               complete] = policy;
  return fmt::format("policy {}{} ({}:{}){}\n", word(name), name_space ? ", of a namespace" : "",
                     printable(source->name), span.line, complete ? "" : ", with mistakes") +
         print_all(1, options) + print(1, workloads) + print(1, "nodeSelector", node) +
         print_all(1, lists) + print_all(1, enforcers) + print_all(1, hooks);
}

}  // namespace vigil::policy
