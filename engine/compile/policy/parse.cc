#include "engine/compile/policy/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "engine/compile/policy/reader.h"
#include "engine/compile/policy/yaml_tree.h"
#include "engine/schema/codes.h"
#include "engine/schema/operators.h"
#include "engine/schema/similar.h"

namespace vigil::policy {
namespace {

namespace code = schema::code;
using schema::Mapping;

constexpr std::string_view api_version = "cilium.io/v1alpha1";
constexpr std::string_view supported_kind = "TracingPolicy";
constexpr std::string_view namespaced_kind = "TracingPolicyNamespaced";
constexpr std::size_t max_name_bytes = 253;

// Keys that make the type of an argument that of something else.
constexpr std::string_view changes_of_type[] = {"resolve", "btfType", "source", "returnCopy"};

Argument read_argument(const Node& node, Mapping mapping, Diagnostics& diagnostics) {
  Reader reader(node, mapping, diagnostics);
  const bool plain = std::ranges::none_of(
      changes_of_type, [&](std::string_view key) { return reader.is_written(key); });
  return {reader.number("index"),
          reader.required_text("type"),
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
  const Text op = reader.required_text("operator");
  // An expression names its arguments itself.
  const bool needs_one =
      op.value != schema::spelling_of(schema::match_args_words(), schema::Operator::cel_expression);
  std::optional<Number> index =
      needs_one ? one_of_index_and_args(reader, diagnostics) : reader.number("index");
  return {std::move(index), reader.numbers("args"), op, reader.texts("values"), reader.span()};
}

BinaryFilter read_binary_filter(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_binaries, diagnostics);
  return {reader.required_text("operator"), reader.texts("values"), reader.span()};
}

PidFilter read_pid_filter(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_pids, diagnostics);
  return {reader.required_text("operator"), reader.numbers("values"), reader.flag("isNamespacePID"),
          reader.flag("followForks"), reader.span()};
}

Action read_action(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_action, diagnostics);
  return {reader.required_text("action"), reader.number("argError"),     reader.number("argSig"),
          reader.text("rateLimit"),       reader.text("rateLimitScope"), reader.span()};
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

Selector read_selector(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::selector, diagnostics);
  return {read_list(reader, "matchArgs", diagnostics, read_arg_filter),
          read_list(reader, "matchBinaries", diagnostics, read_binary_filter),
          read_list(reader, "matchPIDs", diagnostics, read_pid_filter),
          read_list(reader, "matchActions", diagnostics, read_action), reader.span()};
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

Hook read_kprobe(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::kprobe, diagnostics);
  Hook hook;
  hook.section = schema::Section::kprobes;
  hook.function = reader.required_text("call");
  hook.syscall = reader.flag("syscall");
  hook.returns = reader.flag("return");
  hook.ignore_call_not_found = read_call_not_found(reader, diagnostics);
  hook.return_argument = read_return_argument(reader, diagnostics);
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

Option read_option(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::option, diagnostics);
  return {reader.required_text("name"), reader.required_text("value")};
}

void append_hooks(Policy& policy, const Reader& spec, std::string_view key,
                  Diagnostics& diagnostics, Hook (*read)(const Node&, Diagnostics&)) {
  for (Hook& hook : read_list(spec, key, diagnostics, read))
    policy.hooks.push_back(std::move(hook));
}

bool is_dns_label(std::string_view label) {
  auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !label.empty() && alphanumeric(label.front()) && alphanumeric(label.back()) &&
         std::ranges::all_of(label, [&](char c) { return alphanumeric(c) || c == '-'; });
}

void refuse_kind(const Text& kind, Diagnostics& diagnostics) {
  if (kind.value == namespaced_kind) {
    diagnostics.error(code::not_supported.code, kind.span,
                      fmt::format("'{}' is not supported yet", namespaced_kind),
                      fmt::format("write '{}' for a policy of the whole host", supported_kind));
  } else {
    diagnostics.error(code::wrong_kind.code, kind.span,
                      fmt::format("'{}' is not a policy", kind.value),
                      fmt::format("write '{}'", supported_kind));
  }
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
  if (!kind.readable || kind.value == supported_kind) return true;
  refuse_kind(kind, diagnostics);
  return is_misspelt_kind(kind.value);
}

Text read_name(const Reader& document, Diagnostics& diagnostics) {
  const Node* node = document.find("metadata");
  if (node == nullptr) return {};
  Reader metadata(*node, Mapping::metadata, diagnostics);
  const Text name = metadata.required_text("name");
  if (name.readable && !is_policy_name(name.value)) {
    diagnostics.error(code::bad_name.code, name.span,
                      fmt::format("'{}' cannot be the name of a policy", name.value),
                      "lower case letters, digits, '-' and '.', at most 253, beginning and ending "
                      "with a letter or digit");
  }
  return name;
}

void read_spec(const Reader& document, Policy& policy, Diagnostics& diagnostics) {
  const Node* node = document.find("spec");
  if (node == nullptr) return;
  std::size_t errors = diagnostics.error_count();
  Reader spec(*node, Mapping::spec, diagnostics);
  if (!spec.is_mapping()) return;
  append_hooks(policy, spec, "kprobes", diagnostics, read_kprobe);
  append_hooks(policy, spec, "lsmhooks", diagnostics, read_lsmhook);
  policy.options = read_list(spec, "options", diagnostics, read_option);
  if (policy.hooks.empty() && diagnostics.error_count() == errors) {
    diagnostics.warning(code::no_hooks.code, document.key_span("spec"),
                        "the policy has no hooks and so does nothing");
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
  policy.name = read_name(document, diagnostics);
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

bool is_policy_name(std::string_view name) {
  if (name.size() > max_name_bytes) return false;
  for (;;) {
    std::size_t dot = name.find('.');
    if (!is_dns_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

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
