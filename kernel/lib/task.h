/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who runs: the state of a task's process, found or rebuilt from the task in place,
 * and the follow sets it is in.
 */
#ifndef VIGIL_TASK_H
#define VIGIL_TASK_H

#include "kernel/include/compat.h"
#include "kernel/lib/maps.h"
#include "kernel/lib/common.h"
#include "kernel/lib/current.h"
#include "kernel/lib/emit.h"
#include "kernel/lib/path.h"
#include "kernel/lib/programs.h"

/* Ancestors looked at when a process is met for the first time: all, there are not more pids. */
#define VG_ANCESTORS (1 << 22)

static __always_inline const struct pid *task_tgid_pid(const struct task_struct *task)
{
	return BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID]);
}

/* 0 in the initial pid namespace. */
static __always_inline u32 task_ns_tgid(const struct task_struct *task)
{
	const struct pid *pid = task_tgid_pid(task);
	u32 level = BPF_CORE_READ(pid, level);

	return level ? BPF_CORE_READ(compat_upid(pid, level), nr) : 0;
}

static __always_inline const struct task_struct *task_parent(const struct task_struct *task)
{
	return BPF_CORE_READ(task, real_parent, group_leader);
}

/* What the idle task, parent of all, is known by. */
#define VG_KERNEL_KTIME 1

/* The key of a process without state; 1 when user space gave it. */
static __always_inline int task_guess_key(const struct task_struct *leader,
					  struct wire_exec_key *key, struct wire_exec_key *parent,
					  u32 *auid)
{
	u32 tgid = BPF_CORE_READ(leader, tgid);
	const struct vg_seed *seed = bpf_map_lookup_elem(&seeds, &tgid);

	key->tgid = tgid;
	key->pad = 0;
	key->ktime_ns = VG_KERNEL_KTIME;
	if (seed) {
		key->ktime_ns = seed->start_ktime_ns;
		if (parent) {
			*parent = seed->parent;
			*auid = seed->auid;
		}
		return 1;
	}
	if (tgid)
		key->ktime_ns = BPF_CORE_READ(leader, start_boottime);
	return 0;
}

/* The file of the program that the task runs, NULL when it has none. */
static __always_inline const struct file *task_exe(const struct task_struct *task)
{
	if (BPF_CORE_READ(task, flags) & PF_KTHREAD)
		return NULL;
	return BPF_CORE_READ(task, mm, exe_file);
}

static __always_inline struct vg_file_id task_exe_id(const struct task_struct *task)
{
	const struct dentry *dentry = BPF_CORE_READ(task_exe(task), f_path.dentry);

	return (struct vg_file_id){.inode = BPF_CORE_READ(dentry, d_inode, i_ino),
				   .device = BPF_CORE_READ(dentry, d_sb, s_dev)};
}

/* The path of that program into frame->path; its size, 0 when there is none. */
static __always_inline u32 task_exe_text(struct vg_frame *frame, const struct task_struct *task)
{
	const struct file *exe = task_exe(task);
	int size;

	if (!exe)
		return 0;
	size = vg_path_text(frame, (u64)BPF_CORE_READ(exe, f_path.mnt),
			    (u64)BPF_CORE_READ(exe, f_path.dentry));
	return size < 0 ? 0 : size;
}

static __always_inline void proc_name(struct vg_frame *frame, struct vg_proc *proc,
				      const struct task_struct *task)
{
	u32 size = task_exe_text(frame, task);

	vg_named(frame, frame->walk.at, size);
	__builtin_memcpy(proc->programs.own, frame->named, sizeof(frame->named));
	proc->exe_size = size;
	if (size && size <= VG_EXE_INLINE)
		bpf_probe_read_kernel(proc->exe, VG_EXE_INLINE,
				      frame->path + VG_MASK(frame->walk.at, VG_VALUE_MAX - 1));
	else
		proc->exe_id = task_exe_id(task);
	if (size)
		proc->flags |= VG_PROC_NAMED;
}

/* --- the tree of a container's init ---------------------------------------- */

static long init_tree_step(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	const struct task_struct *task = (const void *)frame->ancestor;
	const struct task_struct *parent = task_parent(task);
	u32 level = BPF_CORE_READ(task_tgid_pid(task), level);

	if (!level || task_ns_tgid(task) == 1)
		return 1;
	if (BPF_CORE_READ(task_tgid_pid(parent), level) != level) {
		frame->ancestor = 0; /* put there from outside */
		return 1;
	}
	frame->ancestor = (u64)parent;
	return 0;
}

/* Whether the task's living ancestors lead to the first process of its pid namespace. */
static __always_inline bool task_in_init_tree(struct vg_frame *frame,
					      const struct task_struct *task)
{
	struct vg_loop loop = {frame};

	frame->ancestor = (u64)task;
	bpf_loop(VG_ANCESTORS, init_tree_step, &loop, 0);
	return frame->ancestor && task_ns_tgid((const void *)frame->ancestor) == 1;
}

/* --- follow sets ----------------------------------------------------------- */

static __always_inline void follow_add(u64 follow[VG_FOLLOW_WORDS], u32 pid, u32 in_namespace)
{
	struct vg_follow_key key = {.pid = pid, .in_namespace = in_namespace};
	const struct vg_follow_sets *sets;

	if (!pid)
		return;
	sets = bpf_map_lookup_elem(&follow_pids, &key);
	if (!sets)
		return;
	for (u32 i = 0; i < VG_FOLLOW_WORDS; i++)
		follow[i] |= sets->words[i];
}

struct vg_follow_loop {
	struct vg_frame *frame;
	const struct vg_follow_conf *conf;
	u64 generation;
};

static long follow_mark_stale(u64 set, struct vg_follow_loop *loop)
{
	u64 *word = &loop->frame->stale[(set >> 6) & (VG_FOLLOW_WORDS - 1)];
	u64 bit = VG_MASK(set, 64 * VG_FOLLOW_WORDS - 1);

	if (loop->conf->born[bit] > loop->generation)
		*word |= 1ull << (set & 63);
	return 0;
}

static long follow_ancestor(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	const struct task_struct *task = (const void *)frame->ancestor;
	u32 tgid = BPF_CORE_READ(task, tgid);

	if (!tgid)
		return 1;
	follow_add(frame->follow, tgid, 0);
	follow_add(frame->follow, task_ns_tgid(task), 1);
	frame->ancestor = (u64)task_parent(task);
	return 0;
}

/* Adds the sets that the process or a living ancestor of it is named by. */
static __always_inline void follow_ancestors(struct vg_frame *frame,
					     const struct task_struct *leader)
{
	struct vg_loop loop = {frame};

	frame->ancestor = (u64)leader;
	bpf_loop(VG_ANCESTORS, follow_ancestor, &loop, 0);
}

static long program_of_ancestor(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	const struct task_struct *task = (const void *)frame->ancestor;
	u32 size;

	if (!BPF_CORE_READ(task, tgid))
		return 1;
	size = task_exe_text(frame, task);
	vg_named(frame, frame->walk.at, size);
	if (!i) {
		__builtin_memcpy(frame->programs.parent, frame->named, sizeof(frame->named));
		frame->parent_known = size != 0;
	}
	words_add(frame->programs.above, frame->named);
	frame->ancestor = (u64)task_parent(task);
	return 0;
}

/* The same for sets that name programs, from those of the living ancestors of frame->ancestor. A
 * task is handed over in the frame: old verifiers take no typed pointer for a number. */
VG_FUNCTION int vg_programs_of_ancestors(struct vg_frame *frame)
{
	struct vg_loop loop = {frame};

	if (!frame)
		return 0;
	__builtin_memset(&frame->programs, 0, sizeof(frame->programs));
	frame->parent_known = 0;
	frame->ancestor = (u64)task_parent((const void *)frame->ancestor);
	bpf_loop(VG_ANCESTORS, program_of_ancestor, &loop, 0);
	return 0;
}

/* The path of who runs is kept, or read again: from this thread, as its first one may have ended.
 */
static __always_inline void name_own(struct vg_frame *frame, const struct vg_proc *proc)
{
	u32 size = proc->exe_size;

	frame->walk.at = 0;
	if (size <= VG_EXE_INLINE)
		bpf_probe_read_kernel(frame->path, VG_EXE_INLINE, proc->exe);
	else
		size = task_exe_text(frame, (const void *)bpf_get_current_task());
	vg_named(frame, frame->walk.at, size);
}

static __always_inline void proc_renew(struct vg_frame *frame, struct vg_proc *proc,
				       const struct task_struct *leader)
{
	for (u32 i = 0; i < VG_FOLLOW_WORDS; i++)
		frame->follow[i] = proc->follow[i] & ~frame->stale[i];
	follow_ancestors(frame, leader);
	__builtin_memcpy(proc->follow, frame->follow, sizeof(frame->follow));

	frame->ancestor = (u64)leader;
	vg_programs_of_ancestors(frame);
	words_renew(proc->programs.parent, frame->programs.parent, frame->stale);
	words_renew(proc->programs.above, frame->programs.above, frame->stale);
	if (frame->parent_known && !(proc->flags & (VG_PROC_CLONED | VG_PROC_EXECED)))
		proc->flags |= VG_PROC_PARENT_KNOWN;
	name_own(frame, proc);
	words_renew(proc->programs.own, frame->named, frame->stale);
}

/* The sets that the process is in, brought up to date after user space has changed them. */
static __always_inline void proc_follow(struct vg_frame *frame, struct vg_proc *proc,
					const struct task_struct *leader)
{
	u32 zero = 0;
	const struct vg_follow_conf *conf = bpf_map_lookup_elem(&follow_conf, &zero);
	struct vg_follow_loop stale = {frame, conf, proc->follow_generation};
	u32 generation;

	if (!conf || conf->generation == proc->follow_generation)
		return;
	generation = *(volatile u32 *)&conf->generation;
	__builtin_memset(frame->stale, 0, sizeof(frame->stale));
	bpf_loop(64 * VG_FOLLOW_WORDS, follow_mark_stale, &stale, 0);
	proc_renew(frame, proc, leader);
	proc->follow_generation = generation;
}

/* --- state ----------------------------------------------------------------- */

static __always_inline void proc_set_owner(struct vg_proc *proc, const struct task_struct *leader)
{
	accept_capabilities(proc, leader);
	proc->euid = BPF_CORE_READ(leader, cred, euid.val);
	proc->auid = compat_auid(leader);
	proc->ns_tgid = task_ns_tgid(leader);
}

/* The parent's key: of its state when it has one. */
static __always_inline void proc_guess_parent(struct vg_proc *proc,
					      const struct task_struct *leader,
					      struct task_struct *parent)
{
	const struct vg_proc *state = bpf_task_storage_get(&procs, parent, NULL, 0);

	if (state)
		proc->parent = state->self;
	else
		task_guess_key(task_parent(leader), &proc->parent, NULL, NULL);
}

static __always_inline void proc_rebuild(struct vg_frame *frame, struct vg_proc *proc,
					 struct task_struct *leader, struct task_struct *parent)
{
	u32 flags = VG_PROC_REBUILT;

	proc_set_owner(proc, leader);
	accept_namespaces(proc, leader);
	if (task_guess_key(leader, &proc->self, &proc->parent, &proc->auid))
		flags |= VG_PROC_SEEDED;
	else
		proc_guess_parent(proc, leader, parent);
	if (task_in_init_tree(frame, leader))
		flags |= VG_PROC_IN_INIT_TREE;
	proc->flags = flags;
}

/* What user space has told since the state was rebuilt without it. */
static __always_inline void proc_adopt_seed(struct vg_proc *proc, const struct task_struct *leader)
{
	if ((proc->flags & (VG_PROC_REBUILT | VG_PROC_SEEDED)) != VG_PROC_REBUILT)
		return;
	if (task_guess_key(leader, &proc->self, &proc->parent, &proc->auid))
		proc->flags |= VG_PROC_SEEDED;
}

/* The state of who runs, NULL when there is none. */
static __always_inline struct vg_proc *proc_of_current(void)
{
	return bpf_task_storage_get(&procs, bpf_get_current_task_btf()->group_leader, NULL, 0);
}

/*
 * Makes the state of who runs, whom nobody has seen start. By itself, since it is asked for in many
 * places: from 6.4 on a verifier searches all of the kernel's types, some million instructions, for
 * every `->` from one task to another. Always 0.
 */
VG_FUNCTION int vg_meet(struct vg_frame *frame)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	struct task_struct *parent = leader->real_parent->group_leader;
	struct vg_proc *proc;

	barrier_var(parent); /* here, where the verifier comes by once */
	if (!frame)
		return 0;
	proc = bpf_task_storage_get(&procs, leader, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!proc)
		count(VG_COUNT_NO_STATE);
	else if (!proc->flags)
		proc_rebuild(frame, proc, leader, parent);
	return 0;
}

/* The state of who runs, whose first thread is given. NULL: nobody has met the process. */
static __always_inline struct vg_proc *proc_met(struct task_struct *leader)
{
	struct vg_proc *proc = bpf_task_storage_get(&procs, leader, NULL, 0);

	if (!proc || !proc->flags)
		return NULL;
	proc_adopt_seed(proc, leader);
	return proc;
}

/* The same, made when there is none. NULL: no memory, counted. */
static __always_inline struct vg_proc *proc_get(struct vg_frame *frame, struct task_struct *leader)
{
	struct vg_proc *proc = proc_met(leader);

	if (proc)
		return proc;
	vg_meet(frame);
	return bpf_task_storage_get(&procs, leader, NULL, 0);
}

/* Names the program of who runs, in the state that is made already. By this thread, which has one
 * also when the first thread has ended. Always 0. */
VG_FUNCTION int vg_name(struct vg_frame *frame)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct vg_proc *proc = bpf_task_storage_get(&procs, task->group_leader, NULL, 0);

	if (frame && proc)
		proc_name(frame, proc, task);
	return 0;
}

/* As proc_get(), and what program it runs is known. Only here: paths take much of a program. */
static __always_inline struct vg_proc *proc_get_named(struct vg_frame *frame,
						      struct task_struct *leader)
{
	struct vg_proc *proc = proc_get(frame, leader);

	if (proc && !(proc->flags & VG_PROC_NAMED))
		vg_name(frame);
	return proc;
}

#endif /* VIGIL_TASK_H */
