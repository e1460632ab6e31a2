/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether a task is in a container: its cgroup, or one above it, is named by a container's id, as
 * Docker, containerd, CRI-O and podman name them. A cgroup keeps its name and its place, so that
 * is found out once for each.
 */
#ifndef VIGIL_CONTAINER_H
#define VIGIL_CONTAINER_H

#include "kernel/include/compat.h"
#include "kernel/lib/maps.h"
#include "kernel/lib/common.h"

enum {
	VG_CONTAINER_ID = 64, /* hexadecimal digits in a row */
	VG_CGROUP_NAME_MAX = 256,
	VG_CGROUP_LEVELS = 64,
};

static __always_inline bool is_hex_digit(u8 byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

static long name_step(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	struct vg_text_walk *text = &frame->text;
	u8 byte = frame->path[VG_MASK(i, VG_CGROUP_NAME_MAX - 1)];

	text->node = is_hex_digit(byte) ? text->node + 1 : 0;
	if (text->node >= VG_CONTAINER_ID)
		text->stopped = 1;
	return text->stopped || !byte;
}

static long cgroup_step(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	const struct kernfs_node *node = (const void *)frame->ancestor;

	if (!node)
		return 1;
	frame->text.node = 0;
	frame->path[0] = 0;
	bpf_probe_read_kernel_str(frame->path, VG_CGROUP_NAME_MAX, BPF_CORE_READ(node, name));
	bpf_loop(VG_CGROUP_NAME_MAX, name_step, loop, 0);
	frame->ancestor = (u64)compat_kernfs_parent(node);
	return frame->text.stopped ? 1 : 0;
}

/* 1 or 0. */
VG_FUNCTION int vg_in_container(struct vg_frame *frame)
{
	const struct task_struct *task = (const void *)bpf_get_current_task();
	u64 id = bpf_get_current_cgroup_id();
	const u32 *known = bpf_map_lookup_elem(&cgroup_containers, &id);
	struct vg_loop loop = {frame};
	u32 found;

	if (!frame)
		return 0;
	if (known)
		return *known & 1;
	frame->text.stopped = 0;
	frame->ancestor = (u64)BPF_CORE_READ(task, cgroups, dfl_cgrp, kn);
	bpf_loop(VG_CGROUP_LEVELS, cgroup_step, &loop, 0);
	found = frame->text.stopped;
	bpf_map_update_elem(&cgroup_containers, &id, &found, BPF_ANY);
	return found & 1;
}

#endif /* VIGIL_CONTAINER_H */
