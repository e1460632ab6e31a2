/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What runs before a hook program in user space and may wait, as that one may not: it has the
 * kernel bring in the memory that the hook program is about to read. What it learns on the way it
 * keeps to itself. A generated main calls these functions: kernel/include/runtime_abi.h.
 */
#include "kernel/include/compat.h"
#include "kernel/include/runtime_abi.h"
#include "kernel/lib/common.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum { PAGE_BYTES = 4096 };

/* Nobody looks at what is in it, so several may write at once. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u8[2 * PAGE_BYTES]);
} preload_scratch SEC(".maps");

static __always_inline void touch(u64 address)
{
	u8 byte;

	bpf_copy_from_user(&byte, sizeof(byte), (const void *)address);
}

VG_FUNCTION u64 vg_preload_word(u64 address, u32 size)
{
	u64 word = 0;

	bpf_copy_from_user(&word, VG_MASK(size - 1, 7) + 1, (const void *)address);
	return word;
}

VG_FUNCTION int vg_preload_bytes(u64 address, u64 size)
{
	if (!size)
		return 0;
	if (size > VG_VALUE_MAX)
		size = VG_VALUE_MAX;
	touch(address);
	touch(address + size - 1);
	return 0;
}

/* The page that it goes on in, too: at most two hold what is read. */
VG_FUNCTION int vg_preload_string(u64 address)
{
	u64 rest = PAGE_BYTES - (address & (PAGE_BYTES - 1));
	u32 key = 0;
	u8 *scratch = bpf_map_lookup_elem(&preload_scratch, &key);
	long size;

	touch(address);
	if (!scratch)
		return 0;
	size = bpf_probe_read_user_str(scratch, VG_MASK(rest, 2 * PAGE_BYTES - 1),
				       (const void *)address);
	if (size < 0 || size == (long)rest)
		touch(address + rest);
	return 0;
}

SEC("vigil")
int preload_placeholder(void *ctx)
{
	u64 word = vg_preload_word((u64)ctx, 8);

	vg_preload_bytes(word, word);
	return vg_preload_string(word);
}
