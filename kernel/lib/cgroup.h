/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The cgroup of a task, in the hierarchy of version 2, and those above it. */
#ifndef VIGIL_CGROUP_H
#define VIGIL_CGROUP_H

#include "kernel/include/compat.h"
#include "kernel/lib/common.h"
#include "kernel/lib/maps.h"

enum {
	VG_CGROUP_LEVELS = 64, /* no container is that far from the root */
	VG_CONTAINER_ID = 64,  /* hexadecimal digits in a row */
	VG_CGROUP_NAME_MAX = 256,
};

static __always_inline const struct cgroup *task_cgroup(const struct task_struct *task)
{
	return BPF_CORE_READ(task, cgroups, dfl_cgrp);
}

/* At a level of its own or above: 0 is the root. NULL where it cannot be read. */
static __always_inline const struct cgroup *cgroup_at_level(const struct cgroup *cgroup, u64 level)
{
	const struct cgroup *ancestor = NULL;
	const void *ancestors =
		(const void *)cgroup + bpf_core_field_offset(struct cgroup, ancestors);

	bpf_probe_read_kernel(&ancestor, sizeof(ancestor),
			      ancestors + VG_MASK(level, VG_CGROUP_LEVELS - 1) * sizeof(ancestor));
	return ancestor;
}

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

/* Sets text.stopped when the name holds a container's id. */
static __always_inline void cgroup_name_search(struct vg_loop *loop, const char *name)
{
	struct vg_frame *frame = loop->frame;

	frame->text.node = 0;
	frame->path[0] = 0;
	bpf_probe_read_kernel_str(frame->path, VG_CGROUP_NAME_MAX, name);
	bpf_loop(VG_CGROUP_NAME_MAX, name_step, loop, 0);
}

#endif /* VIGIL_CGROUP_H */
