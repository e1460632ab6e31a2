/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The life cycle of processes: state kept with the task, and a record of each step.
 *
 * Each step has two programs of different types, and what the first did the second finds
 * done. A kernel skips a program that is already running on the CPU; since 7.0 tracepoints
 * can be preempted, so another task's unfinished step hides ours (seen: 3 of 100 execs on
 * a loaded machine). A program that keeps the processor makes that rare, but a task can lose it
 * before its program's first instruction. Perf tracepoints are not preempted; fentry counts
 * for itself.
 */
#include "kernel/lib/exec_record.h"
#include "kernel/lib/task.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Set by user space: see compat.h. */
const volatile bool can_keep_processor = false;

/* No step is interrupted by another task's where that can be had, so that frames suffice. */
#define UNDISTURBED(step)                                       \
	({                                                      \
		compat_keep_processor(can_keep_processor);      \
		step;                                           \
		compat_give_processor_free(can_keep_processor); \
		0;                                              \
	})

/* --- fork ------------------------------------------------------------------- */

/* A child starts as its parent was; it is in the sets that name its own pid, too. */
static __always_inline void proc_inherit(struct vg_proc *proc, const struct vg_proc *parent,
					 const struct task_struct *child)
{
	if (!parent)
		return;
	proc->follow_generation = parent->follow_generation;
	__builtin_memcpy(proc->follow, parent->follow, sizeof(proc->follow));
	follow_add(proc->follow, child->tgid, 0);
	follow_add(proc->follow, proc->ns_tgid, 1);
	programs_pass_on(&proc->programs, &parent->programs);
	__builtin_memcpy(proc->programs.own, parent->programs.own, sizeof(proc->programs.own));
	proc->exe_size = parent->exe_size;
	__builtin_memcpy(proc->exe, parent->exe, sizeof(proc->exe));
}

static __always_inline u32 clone_flags(const struct vg_proc *parent, u32 ns_tgid)
{
	u32 in_tree = ns_tgid == 1 ? VG_PROC_IN_INIT_TREE : 0;

	if (parent && ns_tgid)
		in_tree |= parent->flags & VG_PROC_IN_INIT_TREE;
	if (parent && parent->exe_size)
		in_tree |= VG_PROC_PARENT_KNOWN;
	if (parent)
		in_tree |= parent->flags & VG_PROC_NAMED;
	return VG_PROC_CLONED | in_tree;
}

static __always_inline u32 wire_flags(u32 flags)
{
	u32 wire = flags & VG_PROC_IN_INIT_TREE ? WIRE_PROCESS_IN_INIT_TREE : 0;

	if (flags & VG_PROC_REBUILT)
		wire |= WIRE_PROCESS_REBUILT;
	return flags & VG_PROC_CLONED ? wire | WIRE_PROCESS_CLONE : wire;
}

static __always_inline void clone_send(const struct vg_proc *child)
{
	struct wire_fork fork = {
		.head = {.kind = WIRE_FORK, .ktime_ns = child->self.ktime_ns},
		.self = child->self,
		.parent = child->parent,
		.tid = child->self.tgid,
		.ns_tgid = child->ns_tgid,
		.euid = child->euid,
		.auid = child->auid,
		.flags = wire_flags(child->flags),
	};

	record_send(WIRE_RING_PROCESS, &fork, sizeof(fork), true);
}

/* Runs before the child does. */
static __always_inline void fork_step(struct task_struct *forking, struct task_struct *child)
{
	struct task_struct *leader = forking->group_leader;
	const struct nsproxy *proxy = child->nsproxy;
	u32 tgid = child->tgid;
	u32 key;
	struct vg_frame *frame;
	struct vg_proc *parent, *proc;

	barrier_var(proxy); /* read here, where the verifier comes by once */
	if ((u32)child->pid != tgid || bpf_task_storage_get(&procs, child, NULL, 0))
		return;
	key = frame_take();
	frame = bpf_map_lookup_elem(&frames, &key);
	parent = frame ? proc_get_named(frame, leader)
		       : bpf_task_storage_get(&procs, leader, NULL, 0);
	if (frame && parent)
		proc_follow(frame, parent, leader);
	if (frame)
		frame_give_back(frame);
	bpf_map_delete_elem(&seeds, &tgid); /* of an earlier process with this number */
	proc = bpf_task_storage_get(&procs, child, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!proc) {
		count(VG_COUNT_NO_STATE);
		return;
	}
	proc->self.ktime_ns = bpf_ktime_get_boot_ns();
	proc->self.tgid = tgid;
	if (parent)
		proc->parent = parent->self;
	proc_set_owner(proc, child);
	task_namespaces(child, proxy, proc->accepted.namespaces);
	proc_inherit(proc, parent, child);
	proc->flags = clone_flags(parent, proc->ns_tgid);
	clone_send(proc);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *forking, struct task_struct *child)
{
	return UNDISTURBED(fork_step(forking, child));
}

SEC("fentry/wake_up_new_task")
int BPF_PROG(on_fork_again, struct task_struct *child)
{
	return UNDISTURBED(fork_step(bpf_get_current_task_btf(), child));
}

/* --- exec ------------------------------------------------------------------- */

/* Of who has not been met, or whose program nobody has asked for. NULL: no memory. */
static __always_inline const struct vg_proc *proc_named(struct task_struct *leader)
{
	const struct vg_proc *proc = bpf_task_storage_get(&procs, leader, NULL, 0);
	u32 key;
	struct vg_frame *frame;

	if (proc && proc->flags & VG_PROC_NAMED)
		return proc;
	key = frame_take();
	frame = bpf_map_lookup_elem(&frames, &key);
	if (!frame)
		return proc;
	proc = proc_get_named(frame, leader);
	frame_give_back(frame);
	return proc;
}

/*
 * An exec takes away the program that ran, which is the next one's parent; one by a thread that is
 * not the leader gives it the leader's number and frees the leader's task, and its state with it.
 * This is the last hook before that on every kernel.
 */
static __always_inline void exec_prepare_step(struct task_struct *task)
{
	const struct vg_proc *old = proc_named(task->group_leader);
	struct vg_proc *copy;

	if (!old || task->pid == task->tgid)
		return;
	copy = bpf_task_storage_get(&procs, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (copy)
		bpf_probe_read_kernel(copy, sizeof(*copy), old);
	else
		count(VG_COUNT_NO_STATE);
}

SEC("kprobe/security_bprm_creds_from_file")
int on_exec_prepare(void *ctx)
{
	return UNDISTURBED(exec_prepare_step(bpf_get_current_task_btf()));
}

/* The state becomes that of the new program. An exec's parent is what the process was
 * before, unless that was only a fork: then it is who forked. */
static __always_inline void proc_exec(struct vg_frame *frame, struct vg_proc *proc,
				      struct task_struct *task, const struct nsproxy *proxy,
				      u64 now)
{
	u32 kept = proc->flags & (VG_PROC_CLONED | VG_PROC_IN_INIT_TREE | VG_PROC_PARENT_KNOWN);

	proc_follow(frame, proc, task);
	if (proc->flags & (VG_PROC_EXECED | VG_PROC_SEEDED)) {
		proc->parent = proc->self;
		programs_pass_on(&proc->programs, &proc->programs);
		if (proc->exe_size)
			kept |= VG_PROC_PARENT_KNOWN;
		else
			kept &= ~VG_PROC_PARENT_KNOWN;
	}
	proc->self.ktime_ns = now;
	proc->self.tgid = task->tgid;
	proc_set_owner(proc, task);
	task_namespaces(task, proxy, proc->accepted.namespaces);
	__builtin_memset(proc->uninterested, 0, sizeof(proc->uninterested));
	proc->flags = VG_PROC_EXECED | kept;
	proc_name(frame, proc, task);
}

static __always_inline void exec_fill(struct vg_frame *frame, const struct vg_proc *proc)
{
	struct wire_exec *exec = &frame->record.exec;

	exec->head.kind = WIRE_EXEC;
	exec->head.ktime_ns = proc->self.ktime_ns;
	exec->self = proc->self;
	exec->parent = proc->parent;
	exec->tid = proc->self.tgid;
	exec->ns_tgid = proc->ns_tgid;
	exec->euid = proc->euid;
	exec->auid = proc->auid;
	exec->flags = WIRE_PROCESS_EXECVE | wire_flags(proc->flags);
}

/* The filename's address is in raw[0]. */
static __always_inline void exec_report(struct vg_frame *frame, struct task_struct *task)
{
	u64 now = bpf_ktime_get_boot_ns();
	u64 number = task->self_exec_id;
	const struct nsproxy *proxy = task->nsproxy;
	struct vg_proc *proc;

	barrier_var(proxy); /* as above */
	proc = proc_get(frame, task);
	if (!proc || proc->exec_number == number)
		return;
	proc->exec_number = number;
	proc_exec(frame, proc, task, proxy, now);
	vg_exec_arguments(frame, now, proc->self.tgid);
	exec_fill(frame, proc);
	vg_exec_send(frame);
	proc->flags &= ~VG_PROC_CLONED;
}

static __always_inline void exec_step(u64 filename, struct task_struct *task)
{
	u32 key = frame_take();
	struct vg_frame *frame = bpf_map_lookup_elem(&frames, &key);

	if (!frame)
		return;
	frame->raw[0] = filename;
	exec_report(frame, task);
	frame_give_back(frame);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, pid_t old_tid, struct linux_binprm *bprm)
{
	return UNDISTURBED(exec_step((u64)bprm->filename, task));
}

SEC("tp/sched/sched_process_exec")
int on_exec_again(struct trace_event_raw_sched_process_exec *event)
{
	u64 filename = (u64)event + (event->__data_loc_filename & 0xffff);

	return UNDISTURBED(exec_step(filename, bpf_get_current_task_btf()));
}

/* --- exit ------------------------------------------------------------------- */

/* What wait(2) will tell the parent. */
static __always_inline u32 group_exit_code(const struct task_struct *leader,
					   const struct signal_struct *group)
{
	if (group->flags & SIGNAL_GROUP_EXIT)
		return group->group_exit_code;
	return leader->exit_code;
}

static __always_inline void exit_send(const struct vg_proc *proc, u32 exit_code)
{
	struct wire_exit exit = {
		.head = {.kind = WIRE_EXIT, .ktime_ns = bpf_ktime_get_boot_ns()},
		.self = proc->self,
		.tid = proc->self.tgid,
		.exit_code = exit_code,
	};

	record_send(WIRE_RING_PROCESS, &exit, sizeof(exit), true);
}

/* Several last threads can find the group without a living one: the first reports it. */
static __always_inline void exit_step(struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	const struct signal_struct *group = task->signal;
	u32 tgid = task->tgid;
	u32 key;
	struct vg_frame *frame;
	struct vg_proc *proc;

	if (group->live.counter)
		return;
	key = frame_take();
	frame = bpf_map_lookup_elem(&frames, &key);
	if (!frame)
		return;
	proc = proc_get(frame, leader);
	frame_give_back(frame);
	if (proc && !__sync_lock_test_and_set(&proc->exited, 1)) {
		bpf_map_delete_elem(&seeds, &tgid);
		exit_send(proc, group_exit_code(leader, group));
	}
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	return UNDISTURBED(exit_step(task));
}

SEC("tp/sched/sched_process_exit")
int on_exit_again(void *event)
{
	return UNDISTURBED(exit_step(bpf_get_current_task_btf()));
}
