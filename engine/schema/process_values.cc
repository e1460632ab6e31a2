#include "engine/schema/process_values.h"

namespace vigil::schema {
namespace {

using enum ProcessValue;
using enum ProcessValueKind;

constexpr ProcessValueInfo rows[] = {
    {uts_namespace, name_space, "uts namespace"},
    {ipc_namespace, name_space, "ipc namespace"},
    {mnt_namespace, name_space, "mnt namespace"},
    {pid_namespace, name_space, "pid namespace"},
    {pid_for_children_namespace, name_space, "pid namespace of its children"},
    {net_namespace, name_space, "net namespace"},
    {time_namespace, name_space, "time namespace"},
    {time_for_children_namespace, name_space, "time namespace of its children"},
    {cgroup_namespace, name_space, "cgroup namespace"},
    {user_namespace, name_space, "user namespace"},
    {permitted_capabilities, capabilities, "permitted capabilities"},
    {effective_capabilities, capabilities, "effective capabilities"},
    {inheritable_capabilities, capabilities, "inheritable capabilities"},
    {uid, id, "uid"},
    {gid, id, "gid"},
    {suid, id, "suid"},
    {sgid, id, "sgid"},
    {euid, id, "euid"},
    {egid, id, "egid"},
    {fsuid, id, "fsuid"},
    {fsgid, id, "fsgid"},
    {namespace_changes, changed_namespaces, "changed namespaces"},
    {permitted_changes, changed_capabilities, "changed permitted capabilities"},
    {effective_changes, changed_capabilities, "changed effective capabilities"},
    {inheritable_changes, changed_capabilities, "changed inheritable capabilities"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(rows); ++i)
    if (static_cast<std::size_t>(rows[i].value) != i) return false;
  return std::size(rows) == process_value_count;
}
static_assert(in_order());

constexpr Word<ProcessValue> namespaces[] = {
    {"Uts", uts_namespace},
    {"Ipc", ipc_namespace},
    {"Mnt", mnt_namespace},
    {"Pid", pid_namespace},
    {"PidForChildren", pid_for_children_namespace},
    {"Net", net_namespace},
    {"Time", time_namespace},
    {"TimeForChildren", time_for_children_namespace},
    {"Cgroup", cgroup_namespace},
    {"User", user_namespace},
};
static_assert(std::size(namespaces) == namespace_count);

constexpr Word<ProcessValue> capability_sets[] = {
    {"Effective", effective_capabilities},
    {"Inheritable", inheritable_capabilities},
    {"Permitted", permitted_capabilities},
};

constexpr Word<ProcessValue> capability_changes[] = {
    {"Effective", effective_changes},
    {"Inheritable", inheritable_changes},
    {"Permitted", permitted_changes},
};

constexpr Word<ProcessValue> credentials[] = {
    {"uid", uid},   {"gid", gid},   {"suid", suid},   {"sgid", sgid},
    {"euid", euid}, {"egid", egid}, {"fsuid", fsuid}, {"fsgid", fsgid},
};

}  // namespace

std::span<const ProcessValueInfo> process_values() { return rows; }
const ProcessValueInfo& info(ProcessValue value) { return rows[static_cast<std::size_t>(value)]; }
std::span<const Word<ProcessValue>> namespace_words() { return namespaces; }
std::span<const Word<ProcessValue>> capability_set_words() { return capability_sets; }
std::span<const Word<ProcessValue>> capability_change_words() { return capability_changes; }
std::span<const Word<ProcessValue>> credential_words() { return credentials; }

// PROC_*_INIT_INO of the kernel; mnt and net namespaces are numbered as they come.
std::uint32_t initial_namespace(ProcessValue value) {
  switch (value) {
    case ipc_namespace: return 0xEFFFFFFF;
    case uts_namespace: return 0xEFFFFFFE;
    case user_namespace: return 0xEFFFFFFD;
    case pid_namespace:
    case pid_for_children_namespace: return 0xEFFFFFFC;
    case cgroup_namespace: return 0xEFFFFFFB;
    case time_namespace:
    case time_for_children_namespace: return 0xEFFFFFFA;
    case mnt_namespace:
    case net_namespace:
    case permitted_capabilities:
    case effective_capabilities:
    case inheritable_capabilities:
    case uid:
    case gid:
    case suid:
    case sgid:
    case euid:
    case egid:
    case fsuid:
    case fsgid:
    case namespace_changes:
    case permitted_changes:
    case effective_changes:
    case inheritable_changes: break;
  }
  return 0;
}

}  // namespace vigil::schema
