/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Parts: a frame goes with a call from one program of a hook to the next. A call is known by its
 * context, which is at one address as long as the call lasts and stands on a stack of its own.
 *
 * These are static, so that the verifier lets a context be compared and stored as a number.
 */
#ifndef VIGIL_PART_H
#define VIGIL_PART_H

#include "kernel/lib/emit.h"

#define PART static __attribute__((noinline))

/* ~0: none. */
static __always_inline u32 kept_key(const void *ctx)
{
	u32 first = bpf_get_smp_processor_id() * VG_FRAMES_PER_CPU;

	for (u32 i = 0; i < VG_FRAMES_PER_CPU; i++) {
		u32 key = first + i;
		const struct vg_frame *frame = bpf_map_lookup_elem(&frames, &key);

		if (frame && frame->kept == (u64)ctx)
			return key;
	}
	return ~0u;
}

PART u32 vg_resume(const void *ctx)
{
	u32 key = kept_key(ctx);

	return key == ~0u ? frame_take() : key;
}

PART int vg_keep(struct vg_frame *frame, const void *ctx)
{
	if (frame->decision.decided)
		frame->kept = (u64)ctx;
	else
		frame_give_back(frame);
	return 0;
}

PART int vg_claim(const void *ctx)
{
	u32 key = kept_key(ctx);
	struct vg_frame *frame = bpf_map_lookup_elem(&frames, &key);
	int verdict;

	if (!frame)
		return 0;
	verdict = frame->decision.verdict;
	frame->kept = 0;
	frame_give_back(frame);
	return verdict;
}

#endif /* VIGIL_PART_H */
