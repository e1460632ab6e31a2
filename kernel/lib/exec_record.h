/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The record of an exec, and before it the pieces of a long argv. */
#ifndef VIGIL_EXEC_RECORD_H
#define VIGIL_EXEC_RECORD_H

#include "kernel/lib/cgroup.h"
#include "kernel/lib/emit.h"
#include "kernel/lib/task.h"
#include "kernel/lib/value.h"

/* Bytes of argv in one record. */
#define VG_PIECE_MAX (VG_COPY_MASK & ~15)
/* 1 MiB of argv. */
#define VG_PIECES 128
/* Of a cgroup's name, its terminator included. */
#define VG_CGROUP_MAX 256

_Static_assert(VG_PIECE_MAX + 2 * VG_VALUE_MAX + VG_CGROUP_MAX < VG_HEAP_SIZE, "an exec fits");

/* --- argv ------------------------------------------------------------------ */

static long args_skip_step(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	struct vg_args *args = &frame->args;
	long size = compat_read_user_str(frame->record.heap, VG_PIECE_MAX, (void *)args->at);

	if (size <= 0) {
		args->flags |= WIRE_PROCESS_ERROR_ARGS;
		args->at = args->end;
		return 1;
	}
	if (size == VG_PIECE_MAX) { /* cut: its last byte has become the terminator */
		args->at += size - 1;
		return 0;
	}
	args->at += size;
	return 1;
}

/* From argv[1] to the last argument's terminator. */
static __always_inline void args_locate(struct vg_frame *frame, const struct task_struct *task)
{
	struct vg_loop loop = {frame};
	struct vg_args *args = &frame->args;
	u64 end = BPF_CORE_READ(task, mm, arg_end);

	args->at = BPF_CORE_READ(task, mm, arg_start);
	args->end = end;
	args->sent = 0;
	args->flags = 0;
	if (args->at < end) /* 6.1 allows an empty argv */
		bpf_loop(VG_PIECES, args_skip_step, &loop, 0);
	if (args->at >= end)
		args->at = end;
	else
		args->end = end - 1;
}

/* What still goes with the exec's own record is the last. */
static __always_inline void args_cut(struct vg_args *args)
{
	args->flags |= WIRE_PROCESS_TRUNC_ARGS;
	args->end = args->at + VG_PIECE_MAX;
}

/* One full piece, as long as more than one is left. */
static long args_send_step(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	struct vg_args *args = &frame->args;
	struct wire_data *data = &frame->record.data;

	if (args->end - args->at <= VG_PIECE_MAX)
		return 1;
	if (bpf_probe_read_user(data + 1, VG_PIECE_MAX, (void *)args->at)) {
		args->flags |= WIRE_PROCESS_ERROR_ARGS;
		args->end = args->at;
		return 1;
	}
	data->offset = args->sent;
	data->size = VG_PIECE_MAX;
	if (!pieces_have_room() ||
	    vg_send(frame, WIRE_RING_PROCESS, sizeof(*data) + VG_PIECE_MAX)) {
		args_cut(args);
		return 1;
	}
	args->sent += VG_PIECE_MAX;
	args->at += VG_PIECE_MAX;
	return 0;
}

/* All but the last piece; that one goes with the exec's own record. */
VG_FUNCTION int vg_exec_arguments(struct vg_frame *frame, u64 ktime_ns, u32 tgid)
{
	const struct task_struct *task = (const void *)bpf_get_current_task();
	struct vg_loop loop = {frame};

	if (!frame)
		return -1;
	args_locate(frame, task);
	frame->record.data.head.kind = WIRE_DATA;
	frame->record.data.head.ktime_ns = ktime_ns;
	frame->record.data.self.ktime_ns = ktime_ns;
	frame->record.data.self.tgid = tgid;
	frame->record.data.self.pad = 0;
	bpf_loop(VG_PIECES, args_send_step, &loop, 0);
	if (frame->args.end - frame->args.at > VG_PIECE_MAX)
		args_cut(&frame->args);
	return 0;
}

/* --- the parts after the fixed one ------------------------------------------ */

static __always_inline u16 exec_append_string(struct vg_frame *frame, const char *text, u32 max,
					      u32 error_flag)
{
	long size = bpf_probe_read_kernel_str(heap_at(frame, frame->used), max, text);

	if (size <= 0) {
		frame->record.exec.flags |= error_flag;
		return 0;
	}
	frame->used += size - 1;
	return size - 1;
}

static __always_inline u16 exec_append_cwd(struct vg_frame *frame, const struct task_struct *task)
{
	const struct fs_struct *fs = BPF_CORE_READ(task, fs);
	u32 flag = 0;
	int size;

	if (!fs) {
		frame->record.exec.flags |= WIRE_PROCESS_NO_CWD;
		return 0;
	}
	size = vg_path_text(frame, (u64)BPF_CORE_READ(fs, pwd.mnt),
			    (u64)BPF_CORE_READ(fs, pwd.dentry));
	if (size <= 0) {
		frame->record.exec.flags |= WIRE_PROCESS_ERROR_CWD;
		return 0;
	}
	if (frame->walk.flags & WIRE_PATH_UNRESOLVED)
		flag = WIRE_PROCESS_CUT_CWD;
	else if (size == 1)
		flag = WIRE_PROCESS_ROOT_CWD;
	if (frame->walk.flags & WIRE_PATH_DELETED)
		flag |= WIRE_PROCESS_DELETED_CWD;
	frame->record.exec.flags |= flag;
	bpf_probe_read_kernel(heap_at(frame, frame->used), VG_MASK(size, VG_COPY_MASK),
			      frame->path + VG_MASK(frame->walk.at, VG_VALUE_MAX - 1));
	frame->used += size;
	return size;
}

static __always_inline u16 exec_append_args(struct vg_frame *frame)
{
	struct vg_args *args = &frame->args;
	u64 size = args->end - args->at;

	if (!size)
		return 0;
	if (bpf_probe_read_user(heap_at(frame, frame->used), VG_MASK(size, VG_COPY_MASK),
				(void *)args->at)) {
		frame->record.exec.flags |= WIRE_PROCESS_ERROR_ARGS;
		return 0;
	}
	frame->used += size;
	return size;
}

/* frame->container: the level of the nearest whose name holds a container's id. */
static long exec_cgroup_step(u64 up, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	const struct cgroup *cgroup = (const void *)frame->cgroup;
	u32 level = BPF_CORE_READ(cgroup, level);

	if (up > level)
		return 1;
	cgroup_name_search(loop, BPF_CORE_READ(cgroup_at_level(cgroup, level - up), kn, name));
	if (!frame->text.stopped)
		return 0;
	frame->container = level - up;
	return 1;
}

/* podman, and an init in a container, run programs in cgroups below the one that is named by the
 * container's id. */
static __always_inline const char *exec_cgroup_name(struct vg_frame *frame,
						    const struct task_struct *task)
{
	const struct cgroup *cgroup = task_cgroup(task);
	struct vg_loop loop = {frame};

	frame->cgroup = (u64)cgroup;
	frame->container = (u32)BPF_CORE_READ(cgroup, level);
	frame->text.stopped = 0;
	bpf_loop(VG_CGROUP_LEVELS, exec_cgroup_step, &loop, 0);
	cgroup = cgroup_at_level(cgroup, frame->container);
	return BPF_CORE_READ(cgroup, kn, name);
}

/* After vg_exec_arguments, with the record's fixed part filled and the filename's address in
 * raw[0] (7.x: "R2 is not a scalar"): completes and sends it. */
VG_FUNCTION int vg_exec_send(struct vg_frame *frame)
{
	const struct task_struct *task = (const void *)bpf_get_current_task();
	struct wire_exec *exec;

	if (!frame)
		return -1;
	exec = &frame->record.exec;
	exec->flags |= frame->args.flags;
	exec->args_data_size = frame->args.sent;
	frame->used = 0;
	exec->filename_size = exec_append_string(frame, (const char *)frame->raw[0], VG_VALUE_MAX,
						 WIRE_PROCESS_ERROR_FILENAME);
	exec->cwd_size = exec_append_cwd(frame, task);
	exec->cgroup_size = exec_append_string(frame, exec_cgroup_name(frame, task), VG_CGROUP_MAX,
					       WIRE_PROCESS_ERROR_CGROUP);
	exec->args_size = exec_append_args(frame);
	return vg_send(frame, WIRE_RING_PROCESS, sizeof(*exec) + frame->used);
}

#endif /* VIGIL_EXEC_RECORD_H */
