// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); } hook_programs SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 6); __type(key, __u32); __type(value, __u64); } counters SEC(".maps");
SEC("vigil") int dispatch(void *ctx)
{
	bpf_tail_call(ctx, &hook_programs, 0);
	__u32 k = 3;
	__u64 *c = bpf_map_lookup_elem(&counters, &k);
	if (c) *c += 1;
	return 0;
}
char LICENSE[] SEC("license") = "Dual BSD/GPL";
