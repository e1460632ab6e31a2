/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The cgroup of a task, in the hierarchy of version 2, and those above it. */
#ifndef VIGIL_CGROUP_H
#define VIGIL_CGROUP_H

#include "kernel/include/compat.h"
#include "kernel/lib/common.h"

enum { VG_CGROUP_LEVELS = 64 }; /* no container is that far from the root */

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

#endif /* VIGIL_CGROUP_H */
