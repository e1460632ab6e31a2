/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a task is right now, apart from its program: namespaces, capabilities and ids. */
#ifndef VIGIL_CURRENT_H
#define VIGIL_CURRENT_H

#include "kernel/include/compat.h"
#include "kernel/lib/common.h"
#include "kernel/lib/process.h"

static __always_inline u32 task_pid_namespace(const struct task_struct *task)
{
	const struct pid *pid = BPF_CORE_READ(task, thread_pid);
	const struct upid *innermost = compat_upid(pid, BPF_CORE_READ(pid, level));

	return BPF_CORE_READ(innermost, ns, ns.inum);
}

/* One of them. 0: there is none, or the task has let go of it. */
static __always_inline u32 task_namespace(const struct task_struct *task, u32 which)
{
	const struct nsproxy *proxy = BPF_CORE_READ(task, nsproxy);

	switch (which) {
	case VG_NS_UTS:
		return BPF_CORE_READ(proxy, uts_ns, ns.inum);
	case VG_NS_IPC:
		return BPF_CORE_READ(proxy, ipc_ns, ns.inum);
	case VG_NS_MNT:
		return BPF_CORE_READ(proxy, mnt_ns, ns.inum);
	case VG_NS_PID:
		return task_pid_namespace(task);
	case VG_NS_PID_FOR_CHILDREN:
		return BPF_CORE_READ(proxy, pid_ns_for_children, ns.inum);
	case VG_NS_NET:
		return BPF_CORE_READ(proxy, net_ns, ns.inum);
	case VG_NS_TIME:
		return BPF_CORE_READ(proxy, time_ns, ns.inum);
	case VG_NS_TIME_FOR_CHILDREN:
		return BPF_CORE_READ(proxy, time_ns_for_children, ns.inum);
	case VG_NS_CGROUP:
		return BPF_CORE_READ(proxy, cgroup_ns, ns.inum);
	case VG_NS_USER:
		return BPF_CORE_READ(task, cred, user_ns, ns.inum);
	}
	return 0;
}

/*
 * All of them, by loads that the verifier turns into plain ones: for what happens often. The task's
 * nsproxy is asked for, since from 6.4 on a verifier searches all of the kernel's types three times
 * wherever it is read.
 */
static __always_inline void task_namespaces(const struct task_struct *task,
					    const struct nsproxy *proxy, u32 numbers[VG_NAMESPACES])
{
	numbers[VG_NS_UTS] = proxy->uts_ns->ns.inum;
	numbers[VG_NS_IPC] = proxy->ipc_ns->ns.inum;
	numbers[VG_NS_MNT] = proxy->mnt_ns->ns.inum;
	numbers[VG_NS_PID] = task_pid_namespace(task);
	numbers[VG_NS_PID_FOR_CHILDREN] = proxy->pid_ns_for_children->ns.inum;
	numbers[VG_NS_NET] = proxy->net_ns->ns.inum;
	numbers[VG_NS_TIME] = proxy->time_ns->ns.inum;
	numbers[VG_NS_TIME_FOR_CHILDREN] = proxy->time_ns_for_children->ns.inum;
	numbers[VG_NS_CGROUP] = proxy->cgroup_ns->ns.inum;
	numbers[VG_NS_USER] = BPF_CORE_READ(task, cred, user_ns, ns.inum);
}

/* By enum vg_process_value, from VG_PROCESS_PERMITTED to VG_PROCESS_INHERITABLE. */
static __always_inline long cred_capabilities(const struct cred *cred, u64 sets[3])
{
	return bpf_core_read(&sets[0], sizeof(u64), &cred->cap_permitted) |
	       bpf_core_read(&sets[1], sizeof(u64), &cred->cap_effective) |
	       bpf_core_read(&sets[2], sizeof(u64), &cred->cap_inheritable);
}

static __always_inline long cred_id(const struct cred *cred, u32 which, u32 *id)
{
	switch (which) {
	case VG_PROCESS_UID:
		return bpf_core_read(id, sizeof(*id), &cred->uid);
	case VG_PROCESS_GID:
		return bpf_core_read(id, sizeof(*id), &cred->gid);
	case VG_PROCESS_SUID:
		return bpf_core_read(id, sizeof(*id), &cred->suid);
	case VG_PROCESS_SGID:
		return bpf_core_read(id, sizeof(*id), &cred->sgid);
	case VG_PROCESS_EUID:
		return bpf_core_read(id, sizeof(*id), &cred->euid);
	case VG_PROCESS_EGID:
		return bpf_core_read(id, sizeof(*id), &cred->egid);
	case VG_PROCESS_FSUID:
		return bpf_core_read(id, sizeof(*id), &cred->fsuid);
	case VG_PROCESS_FSGID:
		return bpf_core_read(id, sizeof(*id), &cred->fsgid);
	}
	return -1;
}

/* What changes are told from becomes what the task is now. */
static __always_inline void accept_namespaces(struct vg_proc *proc, const struct task_struct *task)
{
#pragma unroll
	for (u32 which = 0; which < VG_NAMESPACES; which++)
		proc->accepted.namespaces[which] = task_namespace(task, which);
}

static __always_inline void accept_capabilities(struct vg_proc *proc,
						const struct task_struct *task)
{
	cred_capabilities(BPF_CORE_READ(task, cred), proc->accepted.capabilities);
}

#endif /* VIGIL_CURRENT_H */
