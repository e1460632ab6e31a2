// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct vg_frame { __u64 raw[12]; __u64 out[8]; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct vg_frame); } frames SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 6); __type(key, __u32); __type(value, __u64); } counters SEC(".maps");
struct state { __u64 a[9]; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 16384); __type(key, __u32); __type(value, struct state); } policy_state SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring_process SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring_events SEC(".maps");
SEC("raw_tp/sched_process_exec") int on_exec(void *ctx)
{
	__u64 *r = bpf_ringbuf_reserve(&ring_process, 32, 0);
	if (r) { r[0] = 42; bpf_ringbuf_submit(r, 0); }
	return 0;
}
char LICENSE[] SEC("license") = "Dual BSD/GPL";
