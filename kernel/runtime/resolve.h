/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The way from a value at hand through the kernel's structures to the one that is meant. */
#ifndef VIGIL_RESOLVE_H
#define VIGIL_RESOLVE_H

#include "kernel/lib/read.h"
#include "kernel/runtime/tables.h"

struct vg_resolve_loop {
	u64 at;
	u64 failed; /* 1 + the part of the path that could not be read */
	u32 first;
	u32 user;
};

static long resolve_step(u64 i, struct vg_resolve_loop *loop)
{
	const volatile struct vg_step *step = TABLE(steps, loop->first + i, CONF->steps_mask);
	u64 next = 0;

	if (!loop->at || read_any(&next, sizeof(next), loop->at + step->offset, loop->user)) {
		loop->failed = 1 + step->depth;
		return 1;
	}
	loop->at = next;
	return 0;
}

/* The bits of the slot's value, from where it stands. */
static __always_inline long resolve_value(const volatile struct vg_slot *s, u64 address, bool user,
					  u64 *value)
{
	u32 bytes = (s->bits + s->bit_offset + 7) / 8;
	u64 word = 0;
	long error = read_any(&word, VG_MASK(bytes - 1, 7) + 1, address, user);

	word <<= (64 - s->bits - s->bit_offset) & 63;
	if (s->way & VG_WAY_SIGNED)
		*value = (u64)((s64)word >> ((64 - s->bits) & 63));
	else
		*value = word >> ((64 - s->bits) & 63);
	return error;
}

static __always_inline int resolve(struct vg_frame *frame, u32 slot)
{
	const volatile struct vg_slot *s = slot_of(slot);
	struct vg_resolve_loop loop = {.first = s->first_step, .user = s->flags & VG_SLOT_USER};
	struct wire_value *value;
	u64 found = 0;

	loop.at = s->way & VG_WAY_TASK ? bpf_get_current_task() : frame->raw[s->root & 63];
	bpf_loop(s->steps, resolve_step, &loop, 0);
	if (!loop.failed) {
		found = loop.at + s->offset;
		if (!loop.at ||
		    (!(s->way & VG_WAY_ADDRESS) && resolve_value(s, found, loop.user, &found)))
			loop.failed = 1 + s->depth;
	}
	if (loop.failed) {
		value = value_open(frame, slot, s->kind);
		value->depth = loop.failed;
		return value_fail(frame, value);
	}
	frame->raw[VG_RAW_RESOLVED + (slot & (VG_MAX_SLOTS - 1))] = found;
	return 0;
}

#endif /* VIGIL_RESOLVE_H */
