// Values of the process that runs, as they are at the hook.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/schema/word.h"

namespace vigil::schema {

// Of the process, at the hook. What can change without an exec: it is read each time.
enum class ProcessValue : std::uint8_t {
  uts_namespace,
  ipc_namespace,
  mnt_namespace,
  pid_namespace,
  pid_for_children_namespace,
  net_namespace,
  time_namespace,
  time_for_children_namespace,
  cgroup_namespace,
  user_namespace,
  permitted_capabilities,
  effective_capabilities,
  inheritable_capabilities,
  uid,
  gid,
  suid,
  sgid,
  euid,
  egid,
  fsuid,
  fsgid,
  // Since the exec, or the last event that told of such a change.
  namespace_changes,
  permitted_changes,
  effective_changes,
  inheritable_changes,
};

// How a value is compared.
enum class ProcessValueKind : std::uint8_t {
  name_space,            // the number of a namespace's inode
  capabilities,          // a bit per capability
  id,                    // of a user or a group, as the host counts them
  changed_namespaces,    // a bit per namespace_number
  changed_capabilities,  // a bit per capability
};

struct ProcessValueInfo {
  ProcessValue value;
  ProcessValueKind kind;
  std::string_view name;  // for people
};

constexpr std::size_t process_value_count =
    static_cast<std::size_t>(ProcessValue::inheritable_changes) + 1;

// In the order of the enum.
std::span<const ProcessValueInfo> process_values();
const ProcessValueInfo& info(ProcessValue value);

// "Mnt", "Effective", "Effective" once more, "euid".
std::span<const Word<ProcessValue>> namespace_words();
std::span<const Word<ProcessValue>> capability_set_words();
std::span<const Word<ProcessValue>> capability_change_words();
std::span<const Word<ProcessValue>> credential_words();

constexpr std::size_t namespace_count = 10;
// Of one of the namespaces, from 0.
constexpr std::size_t namespace_number(ProcessValue value) {
  return static_cast<std::size_t>(value) - static_cast<std::size_t>(ProcessValue::uts_namespace);
}

// Stands for the namespace of the host in values.
constexpr std::string_view host_namespace = "host_ns";
// The number that the kernel gives to the first namespace of a kind; 0 where that is not fixed.
std::uint32_t initial_namespace(ProcessValue value);

}  // namespace vigil::schema
