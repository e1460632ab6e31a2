/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Maps that base programs, dispatchers and hook programs share: one of each, by name. */
#ifndef VIGIL_MAPS_H
#define VIGIL_MAPS_H

#include "kernel/include/runtime_abi.h"
#include "kernel/lib/frame.h"
#include "kernel/lib/process.h"

#include <bpf/bpf_helpers.h>

/* User space sets max_entries to possible CPUs * VG_FRAMES_PER_CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, VG_FRAMES_PER_CPU);
	__type(key, u32);
	__type(value, struct vg_frame);
} frames SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct vg_proc);
} procs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 262144);
	__type(key, u32);
	__type(value, struct vg_seed);
} seeds SEC(".maps");

/* User space sets the sizes of the rings. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 * 1024 * 1024);
} ring_process SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 * 1024 * 1024);
} ring_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WIRE_RINGS);
	__type(key, u32);
	__type(value, u64);
} sequences SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, VG_COUNTERS);
	__type(key, u32);
	__type(value, u64);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, VG_MAX_POLICIES);
	__type(key, u32);
	__type(value, struct vg_policy_state);
} policy_state SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 131072);
	__type(key, struct vg_selector_key);
	__type(value, struct vg_action_counters);
} selector_counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, VG_MAX_CONTAINERS);
	__type(key, u64); /* id of a cgroup */
	__type(value, struct vg_container_sets);
} container_sets SEC(".maps");

/* Counts what came to container_sets and what went. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} container_generation SEC(".maps");

/* What was found out about a cgroup, in a generation of container_sets. */
struct vg_cgroup_place {
	u64 container; /* as in container_sets; 0: none */
	u32 generation;
	u32 workload; /* enum vg_workload */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, u64); /* id of a cgroup */
	__type(value, struct vg_cgroup_place);
} cgroup_places SEC(".maps");

struct vg_call_key {
	u64 owner;     /* thread, or processor where none runs */
	u64 arguments; /* of the call, and which of a list's functions it is of, hashed */
	u32 function_number;
	u16 mechanism; /* of the entry */
	u16 chunk;     /* counted over all parts of the hook */
};

/* LRU: a call that never returns, or whose return was not seen, gives way. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct vg_call_key);
	__type(value, struct vg_call);
} calls SEC(".maps");

struct vg_notification_key {
	u64 pid_tgid;
	u32 policy_id;
	u32 pad;
};

struct vg_notification {
	s32 error;
	u32 signal;
};

/* LRU: tasks that never came to an enforcer give way. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct vg_notification_key);
	__type(value, struct vg_notification);
} notifications SEC(".maps");
/* Who a sock belongs to, since a policy said TrackSock. */
struct vg_sock_owner {
	struct wire_exec_key self, parent;
	u32 tid;
	u32 ns_tgid;
	u32 euid;
	u32 process_flags;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, u64); /* address of the struct sock */
	__type(value, struct vg_sock_owner);
} sock_owners SEC(".maps");

struct vg_rate_key {
	u64 scope; /* tid, tgid or 0 */
	u64 hash;  /* of the values the policy reports */
	u32 policy_id;
	u16 hook_index;
	u16 selector;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct vg_rate_key);
	__type(value, u64); /* when the last event was posted */
} rate_limits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct vg_follow_key);
	__type(value, struct vg_follow_sets);
} follow_pids SEC(".maps");

/* Sizes, not types: clang leaves the types of an inner map undefined where nothing else uses them.
 */
struct program_nodes {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_INNER_MAP); /* of any size */
	__uint(max_entries, 1);
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(struct vg_program_node));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, u32);
	__array(values, struct program_nodes);
} program_sets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct vg_follow_conf);
} follow_conf SEC(".maps");

#endif /* VIGIL_MAPS_H */
