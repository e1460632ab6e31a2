#include "engine/compile/policy/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "engine/compile/policy/reader.h"
#include "engine/compile/policy/yaml_tree.h"
#include "engine/schema/codes.h"
#include "engine/schema/similar.h"

namespace vigil::policy {
namespace {

namespace code = schema::code;
using schema::Mapping;

constexpr std::string_view api_version = "cilium.io/v1alpha1";
constexpr std::string_view supported_kind = "TracingPolicy";
constexpr std::string_view namespaced_kind = "TracingPolicyNamespaced";
constexpr std::size_t max_name_bytes = 253;

Text text_or_empty(const Reader& reader, std::string_view key) {
  return reader.text(key).value_or(Text{{}, reader.span()});
}

std::optional<Argument> read_argument(const Node& node, Mapping mapping, Diagnostics& diagnostics) {
  Reader reader(node, mapping, diagnostics);
  if (!reader.is_mapping()) return std::nullopt;
  return Argument{reader.number("index"), text_or_empty(reader, "type"), reader.text("label"),
                  reader.number("sizeArgIndex"), reader.span()};
}

std::optional<ArgFilter> read_arg_filter(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_args, diagnostics);
  if (!reader.is_mapping()) return std::nullopt;
  bool has_index = reader.find("index") != nullptr, has_args = reader.find("args") != nullptr;
  if (has_index == has_args) {
    diagnostics.error(code::missing_key.code, reader.span(),
                      has_index
                          ? "'index' and 'args' name the argument twice"
                          : "a matchArgs entry needs 'index' to say which argument it is about",
                      has_index ? "keep one of them" : "");
  }
  return ArgFilter{reader.number("index"), reader.numbers("args"),
                   text_or_empty(reader, "operator"), reader.texts("values"), reader.span()};
}

std::optional<BinaryFilter> read_binary_filter(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_binaries, diagnostics);
  if (!reader.is_mapping()) return std::nullopt;
  return BinaryFilter{text_or_empty(reader, "operator"), reader.texts("values"), reader.span()};
}

std::optional<PidFilter> read_pid_filter(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_pids, diagnostics);
  if (!reader.is_mapping()) return std::nullopt;
  return PidFilter{text_or_empty(reader, "operator"), reader.numbers("values"),
                   reader.flag("isNamespacePID"), reader.flag("followForks"), reader.span()};
}

std::optional<Action> read_action(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::match_action, diagnostics);
  if (!reader.is_mapping()) return std::nullopt;
  return Action{text_or_empty(reader, "action"), reader.number("argError"),
                reader.number("argSig"),         reader.text("rateLimit"),
                reader.text("rateLimitScope"),   reader.span()};
}

// Every item of a list, as far as it can be read.
template <typename T>
std::vector<T> read_list(const Reader& reader, std::string_view key, Diagnostics& diagnostics,
                         std::optional<T> (*read)(const Node&, Diagnostics&)) {
  std::vector<T> all;
  for (const NodePtr& item : reader.list(key)) {
    if (auto value = read(*item, diagnostics)) all.push_back(std::move(*value));
  }
  return all;
}

std::optional<Selector> read_selector(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::selector, diagnostics);
  if (!reader.is_mapping()) return std::nullopt;
  return Selector{read_list(reader, "matchArgs", diagnostics, read_arg_filter),
                  read_list(reader, "matchBinaries", diagnostics, read_binary_filter),
                  read_list(reader, "matchPIDs", diagnostics, read_pid_filter),
                  read_list(reader, "matchActions", diagnostics, read_action), reader.span()};
}

std::optional<Argument> read_list_argument(const Node& node, Diagnostics& diagnostics) {
  return read_argument(node, Mapping::argument, diagnostics);
}

void read_common(const Reader& reader, Hook& hook, Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  hook.arguments = read_list(reader, "args", diagnostics, read_list_argument);
  hook.selectors = read_list(reader, "selectors", diagnostics, read_selector);
  hook.message = reader.text("message");
  hook.tags = reader.texts("tags");
  hook.span = hook.function.span;
  hook.complete = diagnostics.error_count() == errors;
}

std::optional<Flag> read_call_not_found(const Reader& kprobe, Diagnostics& diagnostics) {
  const Node* node = kprobe.find("ignore");
  if (node == nullptr) return std::nullopt;
  return Reader(*node, Mapping::ignore, diagnostics).flag("callNotFound");
}

std::optional<Hook> read_kprobe(const Node& node, Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  Reader reader(node, Mapping::kprobe, diagnostics);
  if (!reader.is_mapping()) return std::nullopt;
  Hook hook;
  hook.section = schema::Section::kprobes;
  hook.function = text_or_empty(reader, "call");
  hook.syscall = reader.flag("syscall");
  hook.returns = reader.flag("return");
  hook.ignore_call_not_found = read_call_not_found(reader, diagnostics);
  if (const Node* argument = reader.find("returnArg")) {
    hook.return_argument = read_argument(*argument, Mapping::return_argument, diagnostics);
  }
  const bool named = diagnostics.error_count() == errors;
  read_common(reader, hook, diagnostics);
  return named ? std::optional(std::move(hook)) : std::nullopt;
}

std::optional<Hook> read_lsmhook(const Node& node, Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  Reader reader(node, Mapping::lsmhook, diagnostics);
  if (!reader.is_mapping()) return std::nullopt;
  Hook hook;
  hook.section = schema::Section::lsmhooks;
  hook.function = text_or_empty(reader, "hook");
  const bool named = diagnostics.error_count() == errors;
  read_common(reader, hook, diagnostics);
  return named ? std::optional(std::move(hook)) : std::nullopt;
}

std::optional<Option> read_option(const Node& node, Diagnostics& diagnostics) {
  Reader reader(node, Mapping::option, diagnostics);
  if (!reader.is_mapping()) return std::nullopt;
  return Option{text_or_empty(reader, "name"), text_or_empty(reader, "value")};
}

// What check() can judge: of a hook with mistakes at most its function, and not even that when one
// of the keys that say which function is meant is wrong.
void append_hooks(Policy& policy, const Reader& spec, std::string_view key,
                  Diagnostics& diagnostics,
                  std::optional<Hook> (*read)(const Node&, Diagnostics&)) {
  for (const NodePtr& item : spec.list(key)) {
    if (auto hook = read(*item, diagnostics)) policy.hooks.push_back(std::move(*hook));
  }
}

bool is_dns_label(std::string_view label) {
  auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !label.empty() && alphanumeric(label.front()) && alphanumeric(label.back()) &&
         std::ranges::all_of(label, [&](char c) { return alphanumeric(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view name) {
  if (name.size() > max_name_bytes) return false;
  for (;;) {
    std::size_t dot = name.find('.');
    if (!is_dns_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

// False: something else stands here, its keys are none of ours.
bool check_kind(const Reader& document, Diagnostics& diagnostics) {
  auto version = document.text("apiVersion");
  if (version && version->value != api_version) {
    diagnostics.error(code::wrong_kind.code, version->span,
                      fmt::format("'{}' is not a version of policies", version->value),
                      fmt::format("write '{}'", api_version));
  }
  auto kind = document.text("kind");
  if (!kind || kind->value == supported_kind) return true;
  if (kind->value == namespaced_kind) {
    diagnostics.error(code::not_supported.code, kind->span,
                      fmt::format("'{}' is not supported yet", namespaced_kind),
                      fmt::format("write '{}' for a policy of the whole host", supported_kind));
    return true;
  }
  diagnostics.error(code::wrong_kind.code, kind->span,
                    fmt::format("'{}' is not a policy", kind->value),
                    fmt::format("write '{}'", supported_kind));
  return false;
}

Text read_name(const Reader& document, Diagnostics& diagnostics) {
  const Node* node = document.find("metadata");
  if (node == nullptr) return {};
  Reader metadata(*node, Mapping::metadata, diagnostics);
  auto name = metadata.text("name");
  if (name && !is_dns_subdomain(name->value)) {
    diagnostics.error(code::bad_name.code, name->span,
                      fmt::format("'{}' cannot be the name of a policy", name->value),
                      "lower case letters, digits, '-' and '.', at most 253, beginning and ending "
                      "with a letter or digit");
  }
  return name.value_or(Text{});
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
