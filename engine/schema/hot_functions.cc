#include "engine/schema/hot_functions.h"

namespace vigil::schema {
namespace {

struct Row {
  HotKind kind;
  Use use;
  std::string_view name;  // a '*' at its end stands for any text
};

using enum HotKind;
using enum Use;

constexpr Row rows[] = {
    {syscall, by_all_often, "access"},
    {syscall, by_all_often, "brk"},
    {syscall, by_all_often, "close"},
    {syscall, by_all_often, "futex"},
    {syscall, by_all_often, "lseek"},
    {syscall, by_all_often, "mmap"},
    {syscall, by_all_often, "mprotect"},
    {syscall, by_all_often, "munmap"},
    {syscall, by_all_often, "newfstat"},
    {syscall, by_all_often, "newfstatat"},
    {syscall, by_all_often, "openat"},
    {syscall, by_all_often, "pread64"},
    {syscall, by_all_often, "read"},
    {syscall, by_all_often, "rt_sigaction"},
    {syscall, by_all_often, "rt_sigprocmask"},
    {syscall, by_all_often, "write"},
    {syscall, by_all, "clone"},
    {syscall, by_all, "clone3"},
    {syscall, by_all, "execve"},
    {syscall, by_all, "exit"},
    {syscall, by_all, "exit_group"},
    {syscall, often, "clock_nanosleep"},
    {syscall, often, "epoll_pwait"},
    {syscall, often, "epoll_wait"},
    {syscall, often, "ioctl"},
    {syscall, often, "poll"},
    {syscall, often, "ppoll"},
    {syscall, often, "pselect6"},
    {syscall, often, "pwrite64"},
    {syscall, often, "readv"},
    {syscall, often, "recvfrom"},
    {syscall, often, "recvmsg"},
    {syscall, often, "sendmsg"},
    {syscall, often, "sendto"},
    {syscall, often, "statx"},
    {syscall, often, "writev"},

    {lsm_hook, by_all_often, "file_alloc_security"},
    {lsm_hook, by_all_often, "file_free_security"},
    {lsm_hook, by_all_often, "file_mprotect"},
    {lsm_hook, by_all_often, "file_open"},
    {lsm_hook, by_all_often, "file_permission"},
    {lsm_hook, by_all_often, "file_post_open"},
    {lsm_hook, by_all_often, "file_release"},
    {lsm_hook, by_all_often, "inode_getattr"},
    {lsm_hook, by_all_often, "inode_permission"},
    {lsm_hook, by_all_often, "mmap_addr"},
    {lsm_hook, by_all_often, "mmap_file"},
    {lsm_hook, by_all_often, "vm_enough_memory"},
    {lsm_hook, by_all, "bprm_check_security"},
    {lsm_hook, by_all, "bprm_committed_creds"},
    {lsm_hook, by_all, "bprm_committing_creds"},
    {lsm_hook, by_all, "bprm_creds_for_exec"},
    {lsm_hook, by_all, "bprm_creds_from_file"},
    {lsm_hook, by_all, "cred_prepare"},
    {lsm_hook, by_all, "task_alloc"},
    {lsm_hook, by_all, "task_free"},
    {lsm_hook, often, "capable"},
    {lsm_hook, often, "file_ioctl"},
    {lsm_hook, often, "socket_recvmsg"},
    {lsm_hook, often, "socket_sendmsg"},
    {lsm_hook, often, "socket_sock_rcv_skb"},

    {function, by_all_often, "__fput"},
    {function, by_all_often, "__schedule"},
    {function, by_all_often, "cap_capable"},
    {function, by_all_often, "do_dentry_open"},
    {function, by_all_often, "do_filp_open"},
    {function, by_all_often, "do_mmap"},
    {function, by_all_often, "do_sys_openat2"},
    {function, by_all_often, "do_syscall_64"},
    {function, by_all_often, "fd_install"},
    {function, by_all_often, "filp_close"},
    {function, by_all_often, "fput"},
    {function, by_all_often, "handle_mm_fault"},
    {function, by_all_often, "inode_permission"},
    {function, by_all_often, "ksys_mmap_pgoff"},
    {function, by_all_often, "ksys_read"},
    {function, by_all_often, "ksys_write"},
    {function, by_all_often, "link_path_walk"},
    {function, by_all_often, "path_openat"},
    {function, by_all_often, "rw_verify_area"},
    {function, by_all_often, "schedule"},
    {function, by_all_often, "vfs_getattr"},
    {function, by_all_often, "vfs_open"},
    {function, by_all_often, "vfs_read"},
    {function, by_all_often, "vfs_statx"},
    {function, by_all_often, "vfs_write"},
    {function, by_all_often, "vm_mmap_pgoff"},
    {function, by_all, "begin_new_exec"},
    {function, by_all, "bprm_execve"},
    {function, by_all, "commit_creds"},
    {function, by_all, "copy_process"},
    {function, by_all, "do_exit"},
    {function, by_all, "do_group_exit"},
    {function, by_all, "kernel_clone"},
    {function, by_all, "prepare_creds"},
    {function, by_all, "wake_up_new_task"},
    {function, often, "__dev_queue_xmit"},
    {function, often, "__ip_queue_xmit"},
    {function, often, "__netif_receive_skb_core"},
    {function, often, "consume_skb"},
    {function, often, "dev_hard_start_xmit"},
    {function, often, "dev_queue_xmit"},
    {function, often, "finish_task_switch"},
    {function, often, "ip_finish_output"},
    {function, often, "ip_output"},
    {function, often, "ip_rcv"},
    {function, often, "netif_receive_skb"},
    {function, often, "sock_recvmsg"},
    {function, often, "sock_sendmsg"},
    {function, often, "submit_bio"},
    {function, often, "tcp_rcv_established"},
    {function, often, "tcp_recvmsg"},
    {function, often, "tcp_sendmsg"},
    {function, often, "tcp_v4_rcv"},
    {function, often, "tcp_v6_rcv"},
    {function, often, "try_to_wake_up"},
    {function, often, "udp_recvmsg"},
    {function, often, "udp_sendmsg"},

    {tracepoint, by_all_often, "exceptions/page_fault_user"},
    {tracepoint, by_all_often, "raw_syscalls/sys_enter"},
    {tracepoint, by_all_often, "raw_syscalls/sys_exit"},
    {tracepoint, by_all_often, "sched/sched_switch"},
    {tracepoint, by_all, "sched/sched_process_exec"},
    {tracepoint, by_all, "sched/sched_process_exit"},
    {tracepoint, by_all, "sched/sched_process_fork"},
    {tracepoint, by_all, "task/task_newtask"},
    {tracepoint, often, "irq/*"},
    {tracepoint, often, "irq_vectors/*"},
    {tracepoint, often, "kmem/*"},
    {tracepoint, often, "napi/*"},
    {tracepoint, often, "net/*"},
    {tracepoint, often, "power/cpu_idle"},
    {tracepoint, often, "rcu/*"},
    {tracepoint, often, "sched/sched_migrate_task"},
    {tracepoint, often, "sched/sched_stat_*"},
    {tracepoint, often, "sched/sched_waking"},
    {tracepoint, often, "sched/sched_wakeup*"},
    {tracepoint, often, "skb/*"},
    {tracepoint, often, "timer/*"},
    {tracepoint, often, "workqueue/*"},
};

bool fits(const Row& row, HotKind kind, std::string_view name) {
  if (row.kind != kind) return false;
  if (!row.name.ends_with('*')) return row.name == name;
  return name.starts_with(row.name.substr(0, row.name.size() - 1));
}

}  // namespace

std::optional<Use> find_use(HotKind kind, std::string_view name) {
  for (const Row& row : rows)
    if (fits(row, kind, name)) return row.use;
  return std::nullopt;
}

}  // namespace vigil::schema
