/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which container a task is in. Its cgroups are gone through from the root on: the first one whose
 * sets are known (container_sets) is the container, so that nobody leaves a container, or enters
 * another, by making cgroups inside of it. One that is named by a container's id, as Docker,
 * containerd, CRI-O and podman name them, is some container. A cgroup keeps its name and its place,
 * so that is found out once for each, and again when the known containers are others.
 */
#ifndef VIGIL_CONTAINER_H
#define VIGIL_CONTAINER_H

#include "kernel/lib/cgroup.h"
#include "kernel/lib/maps.h"

/* From the root on. */
static long cgroup_step(u64 level, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	const struct cgroup *cgroup = (const void *)frame->cgroup;
	const struct kernfs_node *node;
	u64 id;

	if (level > (u32)BPF_CORE_READ(cgroup, level))
		return 1;
	node = BPF_CORE_READ(cgroup_at_level(cgroup, level), kn);
	id = BPF_CORE_READ(node, id);
	if (bpf_map_lookup_elem(&container_sets, &id)) {
		frame->container = id;
		return 1;
	}
	if (!frame->text.stopped)
		cgroup_name_search(loop, BPF_CORE_READ(node, name));
	return 0;
}

static __always_inline u32 container_search(struct vg_frame *frame)
{
	struct vg_loop loop = {frame};

	frame->text.stopped = 0;
	frame->container = 0;
	bpf_loop(VG_CGROUP_LEVELS, cgroup_step, &loop, 0);
	return frame->container || frame->text.stopped ? VG_WORKLOAD_ANY_CONTAINER
						       : VG_WORKLOAD_HOST;
}

/*
 * Where the current task is: an enum vg_workload, and frame->container. The task may be moved
 * meanwhile: what is found out is written down for the cgroup that was looked at.
 */
VG_FUNCTION int vg_find_container(struct vg_frame *frame)
{
	const struct task_struct *task = (const void *)bpf_get_current_task();
	const struct cgroup *cgroup = task_cgroup(task);
	struct vg_cgroup_place found = {};
	const struct vg_cgroup_place *known;
	const u32 *generation;
	u32 zero = 0;
	u64 id;

	if (!frame)
		return VG_WORKLOAD_HOST;
	id = BPF_CORE_READ(cgroup, kn, id);
	generation = bpf_map_lookup_elem(&container_generation, &zero);
	if (!generation)
		return VG_WORKLOAD_HOST;
	/* Read first: what comes after it makes the answer old. */
	found.generation = *(const volatile u32 *)generation;
	known = bpf_map_lookup_elem(&cgroup_places, &id);
	if (known && known->generation == found.generation) {
		frame->container = known->container;
		return known->workload & 1;
	}
	frame->cgroup = (u64)cgroup;
	found.workload = container_search(frame);
	found.container = frame->container;
	bpf_map_update_elem(&cgroup_places, &id, &found, BPF_ANY);
	return found.workload & 1;
}

#endif /* VIGIL_CONTAINER_H */
