// The keys of a policy file, per mapping.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vigil::schema {

enum class Mapping : std::uint8_t {
  document,
  metadata,
  spec,
  option,
  list,
  enforcer,
  kprobe,
  ignore,
  fentry,
  tracepoint,
  lsmhook,
  uprobe,
  uprobe_ignore,
  usdt,
  argument,
  return_argument,
  selector,
  match_args,
  match_binaries,
  match_parent_binaries,
  match_ancestors,
  match_pids,
  match_namespaces,
  match_capabilities,
  match_namespace_changes,
  match_capability_changes,
  match_current_cred,
  match_workloads,
  label_selector,
  match_expression,
  match_action,
};

enum class KeySupport : std::uint8_t {
  required,
  optional,
  ignored,  // legal and without meaning here
  not_yet,  // known upstream; refused unless its value asks for nothing
};

struct Key {
  std::string_view name;
  KeySupport support;
};

std::span<const Key> keys(Mapping mapping);
// "a kprobe", "an argument": for messages.
std::string_view describe(Mapping mapping);

}  // namespace vigil::schema
