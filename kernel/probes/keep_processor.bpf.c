/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Loads where a program may keep the processor and call a global function meanwhile. Never
 * attached. */
#include "kernel/include/compat.h"
#include "kernel/lib/common.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

VG_FUNCTION int anything(u64 value)
{
	return value == 1;
}

SEC("raw_tp")
int keep_processor(void *ctx)
{
	int result;

	compat_keep_processor(true);
	result = anything(bpf_ktime_get_ns());
	compat_give_processor_free(true);
	return result;
}
