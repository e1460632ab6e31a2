/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values into the record under construction: a header, then the bytes, padded to 8. */
#ifndef VIGIL_VALUE_H
#define VIGIL_VALUE_H

#include "kernel/lib/common.h"
#include "kernel/lib/frame.h"

/* Kept free, so that every slot can at least say that it has no room. */
#define VG_HEAP_RESERVE (VG_MAX_SLOTS * sizeof(struct wire_value))

static __always_inline void *heap_at(struct vg_frame *frame, u32 at)
{
	return frame->record.heap + VG_MASK(at, VG_HEAP_SIZE - 1);
}

/* Where a slot's value will stand. `flags` and size come with value_close. */
static __always_inline struct wire_value *value_open(struct vg_frame *frame, u32 slot, u8 kind)
{
	struct wire_value *value = heap_at(frame, frame->used);

	value->slot = slot;
	value->kind = kind;
	value->flags = 0;
	value->pad = 0;
	value->size = 0;
	frame->slot_at[slot & (VG_MAX_SLOTS - 1)] = frame->used + 1;
	return value;
}

static __always_inline bool value_has_room(const struct vg_frame *frame, u32 size)
{
	return frame->used + sizeof(struct wire_value) + size <= VG_HEAP_SIZE - VG_HEAP_RESERVE;
}

/* Always 0. */
static __always_inline int value_close(struct vg_frame *frame, struct wire_value *value, u32 size)
{
	value->size = size;
	frame->used += sizeof(*value) + ((size + 7) & ~7u);
	return 0;
}

/* Always -1. */
static __always_inline int value_fail(struct vg_frame *frame, struct wire_value *value)
{
	value->flags = WIRE_VALUE_ERROR;
	value->size = 0;
	frame->used += sizeof(*value);
	return -1;
}

/* What would have to be known to read it cannot be read. Always -1. */
static __always_inline int value_missing(struct vg_frame *frame, u32 slot, u8 kind)
{
	return value_fail(frame, value_open(frame, slot, kind));
}

#endif /* VIGIL_VALUE_H */
