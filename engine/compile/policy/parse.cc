#include "engine/compile/policy/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/compile/policy/macros.h"
#include "engine/compile/policy/metadata.h"
#include "engine/compile/policy/reader.h"
#include "engine/compile/policy/workloads.h"
#include "engine/compile/policy/yaml_tree.h"
#include "engine/schema/arg_types.h"
#include "engine/schema/codes.h"
#include "engine/schema/similar.h"

namespace vigil::policy {
namespace {

namespace code = schema::code;
using schema::Mapping;

constexpr std::string_view api_version = "cilium.io/v1alpha1";
constexpr std::string_view supported_kind = "TracingPolicy";
constexpr std::string_view namespaced_kind = "TracingPolicyNamespaced";

// Keys that make the type of an argument that of something else.
constexpr std::string_view changes_of_type[] = {"resolve", "btfType", "source", "returnCopy"};

// Left out, it is what the kernel says.
Text read_type(const Reader& reader, Mapping mapping) {
  if (mapping == Mapping::return_argument) return reader.required_text("type");
  return reader.text("type").value_or(
      Text{.value = std::string(schema::auto_type), .span = reader.span()});
}

Argument read_argument(const Node& node, Mapping mapping, Diagnostics& diagnostics) {
  Reader reader(node, mapping, diagnostics);
  const bool plain = std::ranges::none_of(
      changes_of_type, [&](std::string_view key) { return reader.is_written(key); });
  return {reader.number("index"),
          read_type(reader, mapping),
          reader.text("label"),
          reader.number("sizeArgIndex"),
          plain,
          reader.span()};
}

// What `index` is when neither it nor `args` is there, or both are.
std::optional<Number> one_of_index_and_args(const Reader& reader, Diagnostics& diagnostics) {
  const bool has_index = reader.is_written("index"), has_args = reader.is_written("args");
  if (has_index != has_args || !reader.is_mapping()) return reader.number("index");
  diagnostics.error(code::missing_key.code, reader.span(),
                    has_index ? "'index' and 'args' name the argument twice"
                              : "a matchArgs entry needs 'index' to say which argument it is about",
                    has_index ? "keep one of them" : "");
  return Number{0, reader.span(), false};
}

ArgFilter read_arg_filter(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_args, diagnostics);
  return {one_of_index_and_args(reader, diagnostics), reader.numbers("args"),
          reader.required_text("operator"), reader.texts("values"), reader.span()};
}

BinaryFilter binary_filter(const Reader& reader, BinaryFilter::Key key) {
  return {.key = key,
          .op = reader.required_text("operator"),
          .values = reader.texts("values"),
          .follow_children = reader.flag("followChildren"),
          .span = reader.span()};
}

BinaryFilter read_binary_filter(const Node& node, Diagnostics& diagnostics) {
  return binary_filter(Reader(node, Mapping::match_binaries, diagnostics), BinaryFilter::Key::own);
}

BinaryFilter read_parent_filter(const Node& node, Diagnostics& diagnostics) {
  return binary_filter(Reader(node, Mapping::match_parent_binaries, diagnostics),
                       BinaryFilter::Key::parent);
}

BinaryFilter read_ancestor_filter(const Node& node, Diagnostics& diagnostics) {
  return binary_filter(Reader(node, Mapping::match_ancestors, diagnostics),
                       BinaryFilter::Key::ancestors);
}

PidFilter read_pid_filter(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_pids, diagnostics);
  return {reader.required_text("operator"), reader.numbers("values"), reader.flag("isNamespacePID"),
          reader.flag("followForks"), reader.span()};
}

ProcessFilter read_namespace_filter(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_namespaces, diagnostics);
  return {.key = ProcessFilter::Key::namespaces,
          .subject = reader.required_text("namespace"),
          .op = reader.required_text("operator"),
          .values = reader.texts("values"),
          .is_namespace_capability = std::nullopt,
          .span = reader.span()};
}

ProcessFilter read_namespace_change_filter(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_namespace_changes, diagnostics);
  return {.key = ProcessFilter::Key::namespace_changes,
          .subject = std::nullopt,
          .op = reader.required_text("operator"),
          .values = reader.texts("values"),
          .is_namespace_capability = std::nullopt,
          .span = reader.span()};
}

ProcessFilter capability_filter(const Reader& reader, ProcessFilter::Key key) {
  return {.key = key,
          .subject = reader.text("type"),
          .op = reader.required_text("operator"),
          .values = reader.texts("values"),
          .is_namespace_capability = reader.flag("isNamespaceCapability"),
          .span = reader.span()};
}

ProcessFilter read_capability_filter(const Node& node, Diagnostics& diagnostics) {
  return capability_filter(Reader(node, Mapping::match_capabilities, diagnostics),
                           ProcessFilter::Key::capabilities);
}

ProcessFilter read_capability_change_filter(const Node& node, Diagnostics& diagnostics) {
  return capability_filter(Reader(node, Mapping::match_capability_changes, diagnostics),
                           ProcessFilter::Key::capability_changes);
}

ProcessFilter read_credential_filter(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_current_cred, diagnostics);
  return {.key = ProcessFilter::Key::credentials,
          .subject = reader.required_text("type"),
          .op = reader.required_text("operator"),
          .values = reader.texts("values"),
          .is_namespace_capability = std::nullopt,
          .span = reader.span()};
}

Action read_action(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_action, diagnostics);
  return {reader.required_text("action"), reader.number("argError"),
          reader.number("argSig"),        reader.text("rateLimit"),
          reader.text("rateLimitScope"),  reader.number("argIndex"),
          reader.number("argValue"),      reader.span()};
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

std::vector<BinaryFilter> read_binary_filters(const Reader& selector, Diagnostics& diagnostics) {
  auto all = read_list(selector, "matchBinaries", diagnostics, read_binary_filter);
  for (BinaryFilter& filter :
       read_list(selector, "matchParentBinaries", diagnostics, read_parent_filter))
    all.push_back(std::move(filter));
  for (BinaryFilter& filter :
       read_list(selector, "matchAncestors", diagnostics, read_ancestor_filter))
    all.push_back(std::move(filter));
  return all;
}

// What is asked of the process, whatever the key.
std::vector<ProcessFilter> read_process_filters(const Reader& selector, Diagnostics& diagnostics) {
  std::vector<ProcessFilter> all;
  const auto append = [&](std::string_view key, ProcessFilter (*read)(const Node&, Diagnostics&)) {
    for (ProcessFilter& filter : read_list(selector, key, diagnostics, read))
      all.push_back(std::move(filter));
  };
  append("matchNamespaces", read_namespace_filter);
  append("matchCapabilities", read_capability_filter);
  append("matchNamespaceChanges", read_namespace_change_filter);
  append("matchCapabilityChanges", read_capability_change_filter);
  append("matchCurrentCred", read_credential_filter);
  return all;
}

Workloads read_match_workloads(const Reader& selector, Diagnostics& diagnostics) {
  const Node* node = selector.find("matchWorkloads");
  if (node == nullptr) return {};
  return read_workloads(Reader(*node, Mapping::match_workloads, diagnostics), diagnostics);
}

Selector read_selector(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::selector, diagnostics);
  reader.text("label");
  return {read_list(reader, "matchArgs", diagnostics, read_arg_filter),
          read_binary_filters(reader, diagnostics),
          read_list(reader, "matchPIDs", diagnostics, read_pid_filter),
          read_process_filters(reader, diagnostics),
          read_list(reader, "matchActions", diagnostics, read_action),
          reader.text("label"),
          read_match_workloads(reader, diagnostics),
          reader.span()};
}

Argument read_list_argument(const Node& node, Diagnostics& diagnostics) {
  return read_argument(node, Mapping::argument, diagnostics);
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
  hook.return_argument = read_return_argument(reader, diagnostics);
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
                    fmt::format("write '{}'", supported_kind));
}

bool is_misspelt_kind(std::string_view kind) {
  constexpr std::string_view kinds[] = {supported_kind, namespaced_kind};
  return !schema::similar(kind, kinds, 1).empty();
}

// False: something else stands here, its keys are none of ours.
bool check_kind(const Reader& document, Diagnostics& diagnostics) {
  const Text version = document.required_text("apiVersion");
  if (version.readable && version.value != api_version) {
    diagnostics.error(code::wrong_kind.code, version.span,
                      fmt::format("'{}' is not a version of policies", version.value),
                      fmt::format("write '{}'", api_version));
  }
  const Text kind = document.required_text("kind");
  if (!kind.readable || kind.value == supported_kind || kind.value == namespaced_kind) return true;
  refuse_kind(kind, diagnostics);
  return is_misspelt_kind(kind.value);
}

// What `kubectl -n` would say is not known here, and not needed: no namespace's pods are known.
std::optional<Text> read_namespace(const Reader& document) {
  const auto kind = document.text("kind");
  if (!kind || kind->value != namespaced_kind) return std::nullopt;
  return Text{{}, kind->span};
}

void read_reach(const Reader& spec, Policy& policy, Diagnostics& diagnostics) {
  policy.workloads = read_workloads(spec, diagnostics);
  policy.node = read_label_selector(spec, "nodeSelector", diagnostics);
  if (policy.name_space && policy.workloads.host) {
    diagnostics.error(code::bad_value.code, policy.workloads.host->span,
                      fmt::format("a {} cannot select the host", namespaced_kind));
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
