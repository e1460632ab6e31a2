/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What generated code has put into a frame: the arguments, as slots name them. */
#ifndef VIGIL_RAW_H
#define VIGIL_RAW_H

#include "kernel/lib/read.h"
#include "kernel/runtime/tables.h"

/* 0, or -1: it stands where it cannot be read. */
static __always_inline long raw_of(struct vg_frame *frame, u32 raw, u64 *value)
{
	u32 memory = raw < sizeof(CONF->memory) ? CONF->memory[raw & 15] : 0;

	*value = frame->raw[raw & 63];
	if (!memory)
		return 0;
	return read_word(value, memory & VG_RAW_IN_MEMORY_SIZE, *value,
			 memory & VG_RAW_IN_MEMORY_SIGNED);
}

/* 0 where there is none. */
static __always_inline long size_of(struct vg_frame *frame, const volatile struct vg_slot *slot,
				    u64 *size)
{
	*size = 0;
	return slot->flags & VG_SLOT_SIZED ? raw_of(frame, slot->size_raw, size) : 0;
}

/* Bytes that the call has filled, none if it failed; without VG_SLOT_FILLED there is no limit. */
static __always_inline u64 filled(const struct vg_frame *frame, const volatile struct vg_slot *slot)
{
	s64 returned = widen(frame->raw[VG_RAW_RETURN], slot->width, true);

	if (!(slot->flags & VG_SLOT_FILLED))
		return ~0ull;
	return returned < 0 ? 0 : returned;
}

#endif /* VIGIL_RAW_H */
