// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct task_struct { int tgid; } __attribute__((preserve_access_index));
struct vg_frame { __u64 raw[12]; __u64 out[8]; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct vg_frame); } frames SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 6); __type(key, __u32); __type(value, __u64); } counters SEC(".maps");
const volatile __u64 trie[1] SEC(".rodata.trie") = {0};

__attribute__((noinline)) __u32 vg_enter(void) { __u32 k = 1; __u64 *c = bpf_map_lookup_elem(&counters, &k); if (c) __sync_fetch_and_add(c, 1); return 0; }
__attribute__((noinline)) __u32 wanted(__u32 index) {
	const volatile __u64 *p = trie;
	asm volatile("" : "+r"(p));
	return p[index & 7];
}
static int step(__u32 i, void *ctx) { struct vg_frame *f = *(struct vg_frame **)ctx; f->out[i & 7] = wanted(i); return 0; }
__attribute__((noinline)) int vg_begin(struct vg_frame *f) {
	if (!f) return 0;
	struct vg_frame *p = f;
	bpf_loop(8, step, &p, 0);
	return 0;
}
__attribute__((noinline)) int vg_decide(struct vg_frame *f) {
	if (!f) return 0;
	struct task_struct *t = (void *)bpf_get_current_task();
	__u32 tgid = BPF_CORE_READ(t, tgid);
	if (tgid == (__u32)f->out[3]) return -1;
	return 0;
}
__attribute__((noinline)) int vg_leave(struct vg_frame *f) { if (f) f->raw[1] = 0; return 0; }
__attribute__((noinline)) int vg_unused(struct vg_frame *f) { if (!f) return 0; f->raw[0] = wanted(1); return 0; }

SEC("vigil") int hook(void *ctx)
{
	__u32 k = vg_enter();
	struct vg_frame *f = bpf_map_lookup_elem(&frames, &k);
	if (!f) return 0;
	vg_unused(f); vg_begin(f); vg_decide(f); vg_leave(f);
	return 0;
}
char LICENSE[] SEC("license") = "Dual BSD/GPL";
