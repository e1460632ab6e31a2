#include "engine/schema/lsm_hooks.h"

#include <algorithm>

namespace vigil::schema {
namespace {

struct Irregular {
  std::string_view function;  // without security_
  std::string_view hook;
};

// Where the two names differ by more than the prefix.
constexpr Irregular irregular[] = {
    {"bprm_check", "bprm_check_security"},
    {"file_alloc", "file_alloc_security"},
    {"file_free", "file_free_security"},
    {"inode_alloc", "inode_alloc_security"},
    {"inode_free", "inode_free_security"},
    {"ipc_getsecid", "ipc_getlsmprop"},
    {"msg_msg_alloc", "msg_msg_alloc_security"},
    {"msg_msg_free", "msg_msg_free_security"},
    {"msg_queue_alloc", "msg_queue_alloc_security"},
    {"msg_queue_free", "msg_queue_free_security"},
    {"prepare_creds", "cred_prepare"},
    {"sb_alloc", "sb_alloc_security"},
    {"sb_free", "sb_free_security"},
    {"sem_alloc", "sem_alloc_security"},
    {"sem_free", "sem_free_security"},
    {"settime64", "settime"},
    {"shm_alloc", "shm_alloc_security"},
    {"shm_free", "shm_free_security"},
    {"sk_alloc", "sk_alloc_security"},
    {"sk_classify_flow", "sk_getsecid"},
    {"sk_clone", "sk_clone_security"},
    {"sk_free", "sk_free_security"},
    {"transfer_creds", "cred_transfer"},
    {"vm_enough_memory_mm", "vm_enough_memory"},
    {"xfrm_policy_alloc", "xfrm_policy_alloc_security"},
    {"xfrm_policy_clone", "xfrm_policy_clone_security"},
    {"xfrm_policy_delete", "xfrm_policy_delete_security"},
    {"xfrm_policy_free", "xfrm_policy_free_security"},
    {"xfrm_state_delete", "xfrm_state_delete_security"},
    {"xfrm_state_free", "xfrm_state_free_security"},
};

struct Behind {
  std::string_view syscall;
  std::string_view hook;
};

constexpr Behind behind[] = {
    {"bind", "socket_bind"},
    {"chmod", "path_chmod"},
    {"chown", "path_chown"},
    {"chroot", "path_chroot"},
    {"connect", "socket_connect"},
    {"creat", "file_open"},
    {"execve", "bprm_check_security"},
    {"execveat", "bprm_check_security"},
    {"fchmodat", "path_chmod"},
    {"fchmodat2", "path_chmod"},
    {"fchownat", "path_chown"},
    {"fgetxattr", "inode_getxattr"},
    {"fremovexattr", "inode_removexattr"},
    {"fsetxattr", "inode_setxattr"},
    {"getxattr", "inode_getxattr"},
    {"getxattrat", "inode_getxattr"},
    {"lchown", "path_chown"},
    {"lgetxattr", "inode_getxattr"},
    {"link", "path_link"},
    {"linkat", "path_link"},
    {"listxattr", "inode_listxattr"},
    {"listxattrat", "inode_listxattr"},
    {"llistxattr", "inode_listxattr"},
    {"lremovexattr", "inode_removexattr"},
    {"lsetxattr", "inode_setxattr"},
    {"mkdir", "path_mkdir"},
    {"mkdirat", "path_mkdir"},
    {"mknod", "path_mknod"},
    {"mknodat", "path_mknod"},
    {"mount", "sb_mount"},
    {"move_mount", "move_mount"},
    {"newfstatat", "inode_getattr"},
    {"newlstat", "inode_getattr"},
    {"newstat", "inode_getattr"},
    {"open", "file_open"},
    {"openat", "file_open"},
    {"openat2", "file_open"},
    {"pivot_root", "sb_pivotroot"},
    {"readlink", "inode_readlink"},
    {"readlinkat", "inode_readlink"},
    {"removexattr", "inode_removexattr"},
    {"removexattrat", "inode_removexattr"},
    {"rename", "path_rename"},
    {"renameat", "path_rename"},
    {"renameat2", "path_rename"},
    {"rmdir", "path_rmdir"},
    {"sendmmsg", "socket_sendmsg"},
    {"sendmsg", "socket_sendmsg"},
    {"sendto", "socket_sendmsg"},
    {"setxattr", "inode_setxattr"},
    {"setxattrat", "inode_setxattr"},
    {"statfs", "sb_statfs"},
    {"statx", "inode_getattr"},
    {"symlink", "path_symlink"},
    {"symlinkat", "path_symlink"},
    {"truncate", "path_truncate"},
    {"umount", "sb_umount"},
    {"unlink", "path_unlink"},
    {"unlinkat", "path_unlink"},
};

constexpr std::string_view closed[] = {
    "audit_rule_match",  "getprocattr",        "getselfattr",         "inode_copy_up_xattr",
    "inode_getsecurity", "inode_listsecurity", "inode_need_killpriv", "ismaclabel",
    "key_getsecurity",   "setprocattr",        "vm_enough_memory",
};

}  // namespace

std::string lsm_hook_of(std::string_view security_function) {
  if (!security_function.starts_with(security_prefix)) return {};
  std::string_view name = security_function.substr(security_prefix.size());
  for (const Irregular& row : irregular) {
    if (row.function == name) return std::string(row.hook);
  }
  return std::string(name);
}

std::string security_function_of(std::string_view lsm_hook) {
  for (const Irregular& row : irregular) {
    if (row.hook == lsm_hook) return std::string(security_prefix) + std::string(row.function);
  }
  return std::string(security_prefix) + std::string(lsm_hook);
}

bool is_closed_to_bpf(std::string_view lsm_hook) {
  return std::ranges::find(closed, lsm_hook) != std::end(closed);
}

std::string_view lsm_hook_behind(std::string_view syscall) {
  const auto row = std::ranges::find(behind, syscall, &Behind::syscall);
  return row != std::end(behind) ? row->hook : std::string_view{};
}

}  // namespace vigil::schema
