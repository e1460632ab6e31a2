/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where a call comes from, into the record. These are static: the verifier lets no other function
 * take a context.
 */
#ifndef VIGIL_STACK_H
#define VIGIL_STACK_H

#include "kernel/lib/value.h"

#define STACK static __attribute__((noinline))

static __always_inline int read_stack(struct vg_frame *frame, u32 slot, void *ctx, u64 flags)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_STACK);
	long size;

	if (!value_has_room(frame, VG_STACK_SIZE))
		return value_fail(frame, value);
	size = bpf_get_stack(ctx, value + 1, VG_STACK_SIZE, flags);
	if (size < 0)
		return value_fail(frame, value);
	if (size == VG_STACK_SIZE)
		value->flags = WIRE_VALUE_TRUNCATED;
	return value_close(frame, value, size);
}

STACK int vg_read_kernel_stack(struct vg_frame *frame, u32 slot, void *ctx)
{
	return read_stack(frame, slot, ctx, 0);
}

STACK int vg_read_user_stack(struct vg_frame *frame, u32 slot, void *ctx)
{
	return read_stack(frame, slot, ctx, BPF_F_USER_STACK);
}

#endif /* VIGIL_STACK_H */
