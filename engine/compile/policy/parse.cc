#include "engine/compile/policy/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "engine/compile/policy/macros.h"
#include "engine/compile/policy/metadata.h"
#include "engine/compile/policy/reader.h"
#include "engine/compile/policy/workloads.h"
#include "engine/compile/policy/yaml_tree.h"
#include "engine/schema/arg_types.h"
#include "engine/schema/codes.h"
#include "engine/schema/document.h"
#include "engine/schema/operators.h"
#include "engine/schema/similar.h"

namespace vigil::policy {
namespace {

namespace code = schema::code;
using schema::Mapping;

// Left out, it is what the kernel says.
Text read_type(const Reader& reader, Mapping mapping) {
  if (mapping == Mapping::return_argument) return reader.required_text("type");
  return reader.text("type").value_or(
      Text{.value = std::string(schema::auto_type), .span = reader.span()});
}

Argument read_argument(const Node& node, Mapping mapping, Diagnostics& diagnostics) {
  Reader reader(node, mapping, diagnostics);
  return {.index = reader.number("index"),
          .type = read_type(reader, mapping),
          .label = reader.text("label"),
          .size_arg_index = reader.number("sizeArgIndex"),
          .resolve = reader.text("resolve"),
          .btf_type = reader.text("btfType"),
          .btf_type_module = reader.text("btfTypeModule"),
          .return_copy = reader.flag("returnCopy"),
          .max_data = reader.flag("maxData"),
          .source = mapping == Mapping::data ? reader.text("source") : std::nullopt,
          .span = reader.span()};
}

// What `index` is when neither it nor `args` is there, or both are.
std::optional<Number> one_of_index_and_args(const Reader& reader, Diagnostics& diagnostics) {
  const bool has_index = reader.is_written("index"), has_args = reader.is_written("args");
  const bool is_told = !reader.is_lost("index") && !reader.is_lost("args");
  if (has_index != has_args || !is_told) return reader.number("index");
  diagnostics.error(code::missing_key.code, reader.span(),
                    has_index ? "'index' and 'args' name the argument twice"
                              : "a matchArgs entry needs 'index' to say which argument it is about",
                    has_index ? "keep one of them" : "");
  return Number{0, reader.span(), false};
}

ArgFilter read_arg_filter(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_args, diagnostics);
  const Text op = reader.required_text("operator");
  // An expression names its arguments itself.
  const bool needs_one =
      op.value != schema::spelling_of(schema::match_args_words(), schema::Operator::cel_expression);
  std::optional<Number> index =
      needs_one ? one_of_index_and_args(reader, diagnostics) : reader.number("index");
  return {std::move(index), reader.numbers("args"), op, reader.texts("values"), reader.span()};
}

BinaryFilter read_binary_filter(const Node& node, BinaryFilter::Key key, Mapping mapping,
                                Diagnostics& diagnostics) {
  Reader reader(node, mapping, diagnostics);
  return {.key = key,
          .op = reader.required_text("operator"),
          .values = reader.texts("values"),
          .follow_children = reader.flag("followChildren"),
          .span = reader.span()};
}

PidFilter read_pid_filter(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_pids, diagnostics);
  return {reader.required_text("operator"), reader.numbers("values"), reader.flag("isNamespacePID"),
          reader.flag("followForks"), reader.span()};
}

// Which namespace, set of capabilities or id is meant.
std::optional<Text> read_subject(const Reader& reader, ProcessFilter::Key key) {
  switch (key) {
    case ProcessFilter::Key::namespaces: return reader.required_text("namespace");
    case ProcessFilter::Key::capabilities:
    case ProcessFilter::Key::capability_changes: return reader.text("type");
    case ProcessFilter::Key::namespace_changes: break;
    case ProcessFilter::Key::credentials: return reader.required_text("type");
  }
  return std::nullopt;
}

ProcessFilter read_process_filter(const Node& node, ProcessFilter::Key key, Mapping mapping,
                                  Diagnostics& diagnostics) {
  Reader reader(node, mapping, diagnostics);
  return {.key = key,
          .subject = read_subject(reader, key),
          .op = reader.required_text("operator"),
          .values = reader.texts("values"),
          .is_namespace_capability = reader.flag("isNamespaceCapability"),
          .span = reader.span()};
}

Action read_action(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_action, diagnostics);
  return {.name = reader.required_text("action"),
          .arg_error = reader.number("argError"),
          .arg_signal = reader.number("argSig"),
          .rate_limit = reader.text("rateLimit"),
          .rate_limit_scope = reader.text("rateLimitScope"),
          .arg_sock = reader.number("argSock"),
          .arg_index = reader.number("argIndex"),
          .arg_value = reader.number("argValue"),
          .kernel_stack_trace = reader.flag("kernelStackTrace"),
          .user_stack_trace = reader.flag("userStackTrace"),
          .span = reader.span()};
}

// Every item of a list, as far as it can be read.
template <typename T>
std::vector<T> read_list(const Reader& reader, std::string_view key, Diagnostics& diagnostics,
                         T (*read)(const Node&, Diagnostics&)) {
  std::vector<T> all;
  const std::vector<NodePtr>* items = reader.list(key);
  if (items == nullptr) return all;
  for (const NodePtr& item : *items) all.push_back(read(*item, diagnostics));
  return all;
}

// Of all keys that are read alike: those of one, then those of the next.
template <typename Filter>
std::vector<Filter> read_filters(
    const Reader& selector, Diagnostics& diagnostics,
    std::initializer_list<std::pair<typename Filter::Key, Mapping>> keys,
    Filter (*read)(const Node&, typename Filter::Key, Mapping, Diagnostics&)) {
  std::vector<Filter> all;
  for (const auto& [key, mapping] : keys) {
    const std::vector<NodePtr>* items = selector.list(name(key));
    if (items == nullptr) continue;
    for (const NodePtr& item : *items) all.push_back(read(*item, key, mapping, diagnostics));
  }
  return all;
}

std::vector<BinaryFilter> read_binary_filters(const Reader& selector, Diagnostics& diagnostics) {
  using Key = BinaryFilter::Key;
  return read_filters<BinaryFilter>(selector, diagnostics,
                                    {{Key::own, Mapping::match_binaries},
                                     {Key::parent, Mapping::match_parent_binaries},
                                     {Key::ancestors, Mapping::match_ancestors}},
                                    read_binary_filter);
}

// What is asked of the process, whatever the key.
std::vector<ProcessFilter> read_process_filters(const Reader& selector, Diagnostics& diagnostics) {
  using Key = ProcessFilter::Key;
  return read_filters<ProcessFilter>(selector, diagnostics,
                                     {{Key::namespaces, Mapping::match_namespaces},
                                      {Key::capabilities, Mapping::match_capabilities},
                                      {Key::namespace_changes, Mapping::match_namespace_changes},
                                      {Key::capability_changes, Mapping::match_capability_changes},
                                      {Key::credentials, Mapping::match_current_cred}},
                                     read_process_filter);
}

Workloads read_match_workloads(const Reader& selector, Diagnostics& diagnostics) {
  const Node* node = selector.find("matchWorkloads");
  if (node == nullptr) return {};
  return read_workloads(Reader(*node, Mapping::match_workloads, diagnostics), diagnostics);
}

Selector read_selector(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::selector, diagnostics);
  return {.arguments = read_list(reader, "matchArgs", diagnostics, read_arg_filter),
          .data = read_list(reader, "matchData", diagnostics, read_arg_filter),
          .binaries = read_binary_filters(reader, diagnostics),
          .pids = read_list(reader, "matchPIDs", diagnostics, read_pid_filter),
          .process = read_process_filters(reader, diagnostics),
          .actions = read_list(reader, "matchActions", diagnostics, read_action),
          .return_arguments = read_list(reader, "matchReturnArgs", diagnostics, read_arg_filter),
          .return_actions = read_list(reader, "matchReturnActions", diagnostics, read_action),
          .label = reader.text("label"),
          .workloads = read_match_workloads(reader, diagnostics),
          .span = reader.span()};
}

Argument read_list_argument(const Node& node, Diagnostics& diagnostics) {
  return read_argument(node, Mapping::argument, diagnostics);
}

Argument read_data(const Node& node, Diagnostics& diagnostics) {
  return read_argument(node, Mapping::data, diagnostics);
}

bool is_list(const Reader& reader, std::string_view key) {
  const Node* node = reader.find(key);
  return node == nullptr ? !reader.is_lost(key) : node->kind == Node::Kind::sequence;
}

void read_common(const Reader& reader, Hook& hook, Diagnostics& diagnostics) {
  hook.arguments = read_list(reader, "args", diagnostics, read_list_argument);
  hook.arguments_readable = is_list(reader, "args");
  hook.selectors = read_list(reader, "selectors", diagnostics, read_selector);
  hook.message = reader.text("message");
  hook.tags = reader.texts("tags");
  hook.span = hook.function.span;
}

std::optional<Flag> read_call_not_found(const Reader& kprobe, Diagnostics& diagnostics) {
  if (const Node* node = kprobe.find("ignore")) {
    return Reader(*node, Mapping::ignore, diagnostics).flag("callNotFound");
  }
  return kprobe.is_lost("ignore") ? std::optional(Flag{false, kprobe.span(), false}) : std::nullopt;
}

std::optional<Argument> read_return_argument(const Reader& kprobe, Diagnostics& diagnostics) {
  if (const Node* node = kprobe.find("returnArg")) {
    return read_argument(*node, Mapping::return_argument, diagnostics);
  }
  if (!kprobe.is_lost("returnArg")) return std::nullopt;
  Argument lost;
  lost.type = Text{{}, kprobe.span(), false};
  lost.span = kprobe.span();
  return lost;
}

Hook read_function_hook(const Node& node, schema::Section section, Mapping mapping,
                        Diagnostics& diagnostics) {
  Reader reader(node, mapping, diagnostics);
  Hook hook;
  hook.section = section;
  hook.function = reader.required_text("call");
  hook.syscall = reader.flag("syscall");
  hook.returns = reader.flag("return");
  hook.ignore_call_not_found = read_call_not_found(reader, diagnostics);
  hook.data = read_list(reader, "data", diagnostics, read_data);
  hook.return_argument = read_return_argument(reader, diagnostics);
  hook.return_arg_action = reader.text("returnArgAction");
  read_common(reader, hook, diagnostics);
  return hook;
}

Hook read_kprobe(const Node& node, Diagnostics& diagnostics) {
  return read_function_hook(node, schema::Section::kprobes, Mapping::kprobe, diagnostics);
}

Hook read_fentry(const Node& node, Diagnostics& diagnostics) {
  return read_function_hook(node, schema::Section::fentries, Mapping::fentry, diagnostics);
}

Hook read_tracepoint(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::tracepoint, diagnostics);
  Hook hook;
  hook.section = schema::Section::tracepoints;
  hook.subsystem = reader.required_text("subsystem");
  hook.function = reader.required_text("event");
  hook.raw = reader.flag("raw");
  read_common(reader, hook, diagnostics);
  return hook;
}

Hook read_lsmhook(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::lsmhook, diagnostics);
  Hook hook;
  hook.section = schema::Section::lsmhooks;
  hook.function = reader.required_text("hook");
  read_common(reader, hook, diagnostics);
  return hook;
}

std::optional<Flag> read_ignore_other_digest(const Reader& reader, Diagnostics& diagnostics) {
  const Node* ignore = reader.find("ignore");
  if (ignore == nullptr) return std::nullopt;
  return Reader(*ignore, Mapping::uprobe_ignore, diagnostics).flag("digestVerificationFailure");
}

Hook read_uprobe(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::uprobe, diagnostics);
  Hook hook;
  hook.section = schema::Section::uprobes;
  hook.function = reader.required_text("path");
  hook.code = UserCode{.path = hook.function,
                       .symbols = reader.texts("symbols"),
                       .offsets = reader.numbers("offsets"),
                       .addresses = reader.numbers("addrs"),
                       .ref_ctr_offsets = reader.numbers("refCtrOffsets"),
                       .digests = reader.texts("binaryDigests"),
                       .ignore_other_digest = read_ignore_other_digest(reader, diagnostics)};
  hook.returns = reader.flag("return");
  hook.return_argument = read_return_argument(reader, diagnostics);
  read_common(reader, hook, diagnostics);
  return hook;
}

Hook read_usdt(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::usdt, diagnostics);
  Hook hook;
  hook.section = schema::Section::usdts;
  hook.function = reader.required_text("path");
  hook.code = UserCode{.path = hook.function,
                       .provider = reader.required_text("provider"),
                       .name = reader.required_text("name")};
  read_common(reader, hook, diagnostics);
  return hook;
}

List read_function_list(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::list, diagnostics);
  return {reader.required_text("name"), reader.text("type"),      reader.texts("values"),
          reader.text("pattern"),       reader.flag("validated"), reader.span()};
}

Enforcer read_enforcer(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::enforcer, diagnostics);
  return {reader.texts("calls"), reader.span()};
}

Option read_option(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::option, diagnostics);
  return {reader.required_text("name"), reader.required_text("value")};
}

void append_hooks(Policy& policy, const Reader& spec, std::string_view key,
                  Diagnostics& diagnostics, Hook (*read)(const Node&, Diagnostics&)) {
  for (Hook& hook : read_list(spec, key, diagnostics, read))
    policy.hooks.push_back(std::move(hook));
}

void refuse_kind(const Text& kind, Diagnostics& diagnostics) {
  diagnostics.error(code::wrong_kind.code, kind.span,
                    fmt::format("'{}' is not a policy", kind.value),
                    fmt::format("write '{}'", schema::policy_kind));
}

bool is_misspelt_kind(std::string_view kind) {
  const std::size_t limit = schema::suggestion_limit(kind);
  return schema::edit_distance(kind, schema::policy_kind, limit) <= limit ||
         schema::edit_distance(kind, schema::namespaced_policy_kind, limit) <= limit;
}

// False: something else stands here, its keys are none of ours.
bool check_kind(const Reader& document, Diagnostics& diagnostics) {
  const Text version = document.required_text("apiVersion");
  if (version.readable && version.value != schema::api_version) {
    diagnostics.error(code::wrong_kind.code, version.span,
                      fmt::format("'{}' is not a version of policies", version.value),
                      fmt::format("write '{}'", schema::api_version));
  }
  const Text kind = document.required_text("kind");
  if (!kind.readable || kind.value == schema::policy_kind ||
      kind.value == schema::namespaced_policy_kind)
    return true;
  refuse_kind(kind, diagnostics);
  return is_misspelt_kind(kind.value);
}

// What `kubectl -n` would say is not known here, and not needed: no namespace's pods are known.
std::optional<Text> read_namespace(const Reader& document) {
  const auto kind = document.text("kind");
  if (!kind || kind->value != schema::namespaced_policy_kind) return std::nullopt;
  return Text{{}, kind->span};
}

void read_reach(const Reader& spec, Policy& policy, Diagnostics& diagnostics) {
  policy.workloads = read_workloads(spec, diagnostics);
  policy.node = read_label_selector(spec, "nodeSelector", diagnostics);
  if (policy.name_space && policy.workloads.host) {
    diagnostics.error(code::bad_value.code, policy.workloads.host->span,
                      fmt::format("a {} cannot select the host", schema::namespaced_policy_kind));
  }
  if (policy.node) {
    diagnostics.warning(code::pointless.code, policy.node->span,
                        "'nodeSelector' is for policies that Kubernetes hands out; this one "
                        "applies here whatever the node's labels are",
                        "take it out, and keep the policy off the nodes it is not for");
  }
}

void read_spec(const Reader& document, Policy& policy, Diagnostics& diagnostics) {
  const Node* node = document.find("spec");
  if (node == nullptr) return;
  std::size_t errors = diagnostics.error_count();
  const Node expanded = expand_macros(*node, diagnostics);
  Reader spec(expanded, Mapping::spec, diagnostics);
  if (!spec.is_mapping()) return;
  append_hooks(policy, spec, "kprobes", diagnostics, read_kprobe);
  append_hooks(policy, spec, "fentries", diagnostics, read_fentry);
  append_hooks(policy, spec, "tracepoints", diagnostics, read_tracepoint);
  append_hooks(policy, spec, "lsmhooks", diagnostics, read_lsmhook);
  append_hooks(policy, spec, "uprobes", diagnostics, read_uprobe);
  append_hooks(policy, spec, "usdts", diagnostics, read_usdt);
  policy.enforcers = read_list(spec, "enforcers", diagnostics, read_enforcer);
  policy.lists = read_list(spec, "lists", diagnostics, read_function_list);
  policy.options = read_list(spec, "options", diagnostics, read_option);
  read_reach(spec, policy, diagnostics);
  if (policy.hooks.empty() && policy.enforcers.empty() && diagnostics.error_count() == errors) {
    diagnostics.warning(code::no_hooks.code, document.key_span("spec"),
                        "the policy has no hooks and so does nothing",
                        "write hooks below 'spec', such as 'lsmhooks'");
  }
}

std::optional<Policy> read_policy(const SourceFilePtr& source, const Node& node,
                                  Diagnostics& diagnostics) {
  std::size_t errors = diagnostics.error_count();
  Reader document(node, Mapping::document, diagnostics);
  if (!document.is_mapping()) return std::nullopt;
  if (!check_kind(document, diagnostics)) return std::nullopt;
  Policy policy;
  policy.source = source;
  policy.span = document.span();
  policy.name = read_metadata(document, diagnostics);
  policy.name_space = read_namespace(document);
  read_spec(document, policy, diagnostics);
  policy.complete = diagnostics.error_count() == errors;
  return policy;
}

void refuse_same_name(const std::vector<Policy>& policies, const Policy& policy,
                      Diagnostics& diagnostics) {
  if (policy.name.value.empty()) return;
  for (const Policy& other : policies) {
    if (other.name.value != policy.name.value) continue;
    diagnostics.error(
        code::duplicate_policy.code, policy.name.span,
        fmt::format("the policy on line {} has this name, too", other.name.span.line));
    return;
  }
}

}  // namespace

std::vector<Policy> parse(const SourceFilePtr& source, Diagnostics& diagnostics) {
  std::vector<Policy> policies;
  std::size_t errors = diagnostics.error_count();
  for (const NodePtr& document : load_yaml(source, diagnostics)) {
    if (document->kind == Node::Kind::null) continue;
    auto policy = read_policy(source, *document, diagnostics);
    if (!policy) continue;
    refuse_same_name(policies, *policy, diagnostics);
    policies.push_back(std::move(*policy));
  }
  if (policies.empty() && diagnostics.error_count() == errors) {
    diagnostics.error(code::no_hooks.code, {source, 0, 0, 1}, "the file holds no policy");
  }
  return policies;
}

}  // namespace vigil::policy
