/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is attached to a hook and stays: it goes on to the hook's program of the day.
 * Every hook has a dispatcher and a program array of its own.
 */
#include "kernel/lib/maps.h"
#include "kernel/lib/emit.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(u32));
} hook_programs SEC(".maps");

/* The loader sets the program's type. 0 allows, wherever a return value means something. */
SEC("vigil")
int on_hook(void *ctx)
{
	bpf_tail_call(ctx, &hook_programs, 0);
	count(VG_COUNT_EMPTY_SLOT);
	return 0;
}
