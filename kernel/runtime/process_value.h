/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values of the process as it is now, for conditions to look at. */
#ifndef VIGIL_PROCESS_VALUE_H
#define VIGIL_PROCESS_VALUE_H

#include "kernel/lib/current.h"
#include "kernel/lib/task.h"

/*
 * A namespace that cannot be told is none that changed. Verified once, by itself: ten
 * comparisons in a row would be a thousand ways for the verifier to follow.
 */
VG_FUNCTION int vg_namespace_changed(u32 before, u32 now)
{
	return now && before && now != before;
}

static __always_inline u64 namespace_changes(const struct vg_proc *proc, struct task_struct *task,
					     const struct nsproxy *proxy)
{
	u32 now[VG_NAMESPACES];
	u64 changes = 0;

	task_namespaces(task, proxy, now);
	for (u32 i = 0; i < VG_NAMESPACES; i++)
		changes |= (u64)vg_namespace_changed(proc->accepted.namespaces[i], now[i]) << i;
	return changes;
}

static __always_inline int read_changes(struct vg_frame *frame, struct task_struct *task,
					const struct nsproxy *proxy, u32 which, u64 *value)
{
	const struct vg_proc *proc = proc_get(frame, task->group_leader);
	u64 now[3];

	if (!proc)
		return -1;
	if (which == VG_PROCESS_NAMESPACE_CHANGES) {
		*value = namespace_changes(proc, task, proxy);
		return 0;
	}
	if (cred_capabilities(BPF_CORE_READ(task, cred), now))
		return -1;
	if (which == VG_PROCESS_PERMITTED_CHANGES)
		*value = now[0] ^ proc->accepted.capabilities[0];
	else if (which == VG_PROCESS_EFFECTIVE_CHANGES)
		*value = now[1] ^ proc->accepted.capabilities[1];
	else
		*value = now[2] ^ proc->accepted.capabilities[2];
	return 0;
}

static __always_inline int capabilities_of(struct task_struct *task, u32 which, u64 *value)
{
	u64 sets[3];

	if (cred_capabilities(BPF_CORE_READ(task, cred), sets))
		return -1;
	*value = which == VG_PROCESS_PERMITTED	 ? sets[0]
		 : which == VG_PROCESS_EFFECTIVE ? sets[1]
						 : sets[2];
	return 0;
}

static __always_inline int read_id(struct task_struct *task, u32 which, u64 *value)
{
	u32 id = 0;
	long error = cred_id(BPF_CORE_READ(task, cred), which, &id);

	*value = id;
	return error ? -1 : 0;
}

/* Of the thread that runs, into the frame. -1: it could not be read. */
VG_FUNCTION int vg_process_value(struct vg_frame *frame, u32 which)
{
	struct task_struct *task = bpf_get_current_task_btf();
	const struct nsproxy *proxy = task->nsproxy;

	barrier_var(proxy); /* here, where the verifier comes by once, as in vg_meet() */
	if (!frame)
		return -1;
	if (which >= VG_PROCESS_NAMESPACE_CHANGES)
		return read_changes(frame, task, proxy, which, &frame->process_value);
	if (which >= VG_PROCESS_UID)
		return read_id(task, which, &frame->process_value);
	if (which >= VG_PROCESS_PERMITTED)
		return capabilities_of(task, which, &frame->process_value);
	frame->process_value = task_namespace(task, which - VG_PROCESS_NAMESPACE);
	return frame->process_value ? 0 : -1;
}

#endif /* VIGIL_PROCESS_VALUE_H */
