/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Buffers that a record has no room for: their rest goes before it, in pieces. */
#ifndef VIGIL_REST_H
#define VIGIL_REST_H

#include "kernel/lib/emit.h"
#include "kernel/lib/buffer.h"
#include "kernel/runtime/raw.h"

/* They are put together where paths are, none of which is being walked now. */
#define VG_REST_PIECE (sizeof(((struct vg_frame *)0)->path) - sizeof(struct wire_rest))
/* Pieces, segments and buffers, of as many buffers as fit into a record. */
#define VG_REST_STEPS 16384

static __always_inline struct wire_value *rest_value(struct vg_frame *frame, u32 slot)
{
	u32 at = frame->slot_at[VG_MASK(slot, VG_MAX_SLOTS - 1)];

	return at ? heap_at(frame, at - 1) : NULL;
}

static __always_inline void rest_of_iter(struct vg_rest *rest, const struct iov_iter *iter)
{
	enum vg_iter_kind kind = compat_iter_kind(iter);

	rest->skip += BPF_CORE_READ(iter, iov_offset);
	rest->user_bytes = kind != VG_ITER_KERNEL_VECTOR;
	if (kind == VG_ITER_BUFFER) {
		rest->at = compat_iter_vector(iter) + rest->skip;
		rest->size = rest->left;
		return;
	}
	rest->vector = compat_iter_vector(iter);
	rest->segments = BPF_CORE_READ(iter, nr_segs);
}

/* False: all of it is in the record, or none. */
static __always_inline bool rest_begin(struct vg_frame *frame, u32 slot)
{
	const volatile struct vg_slot *s = slot_of(slot);
	const struct wire_value *value = rest_value(frame, slot);
	const struct wire_bytes *bytes = (const void *)(value + 1);
	struct vg_rest *rest = &frame->rest;
	u64 raw;

	if (!value || value->flags != WIRE_VALUE_TRUNCATED || raw_of(frame, s->raw, &raw))
		return false;
	rest->sent = 0;
	rest->next = rest->segments = rest->size = 0;
	rest->skip = VG_VALUE_MAX;
	rest->left = bytes->original_size < VG_WHOLE_MAX ? bytes->original_size : VG_WHOLE_MAX;
	rest->left -= VG_VALUE_MAX;
	rest->user_vector = 0;
	rest->user_bytes = s->flags & VG_SLOT_USER;
	if (!(s->flags & VG_SLOT_SCATTERED)) {
		rest->at = raw + rest->skip;
		rest->size = rest->left;
	} else if (s->flags & VG_SLOT_SIZED) {
		rest->vector = raw;
		rest->user_vector = rest->user_bytes;
		rest->user_bytes = 0;
		return !size_of(frame, s, &rest->segments);
	} else {
		rest_of_iter(rest, (const void *)raw);
	}
	return true;
}

/* The next slot; false: there is none. */
static __always_inline bool rest_next(struct vg_frame *frame)
{
	struct vg_rest *rest = &frame->rest;
	struct wire_value *value = rest_value(frame, rest->slot);
	u32 lowest = rest->slots & -rest->slots;

	if (rest->slot < VG_MAX_SLOTS && value)
		((struct wire_bytes *)(value + 1))->rest_size = rest->sent;
	rest->slot = VG_MAX_SLOTS;
	if (!lowest)
		return false;
	rest->slots ^= lowest;
	rest->slot = 0;
	for (u32 bit = 16; bit; bit /= 2) {
		if (lowest >> bit) {
			lowest >>= bit;
			rest->slot += bit;
		}
	}
	if (!rest_begin(frame, rest->slot))
		rest->slot = VG_MAX_SLOTS;
	return true;
}

static __always_inline bool rest_segment(struct vg_frame *frame)
{
	struct vg_rest *rest = &frame->rest;
	struct {
		u64 base, size;
	} segment;
	u64 skipped;

	if (rest->next >= rest->segments || rest->next >= VG_SEGMENTS || !rest->left)
		return false;
	if (read_any(&segment, sizeof(segment), rest->vector + rest->next * sizeof(segment),
		     rest->user_vector))
		return false;
	rest->next++;
	skipped = segment.size < rest->skip ? segment.size : rest->skip;
	rest->skip -= skipped;
	rest->at = segment.base + skipped;
	rest->size = segment.size - skipped < rest->left ? segment.size - skipped : rest->left;
	return true;
}

static __always_inline bool rest_piece(struct vg_frame *frame)
{
	const struct wire_hook *hook = &frame->record.hook;
	struct wire_rest *piece = (void *)frame->path;
	struct vg_rest *rest = &frame->rest;
	u64 size = rest->size < VG_REST_PIECE ? rest->size : VG_REST_PIECE;

	if (rest->ring == WIRE_RING_PROCESS && !pieces_have_room())
		return false;
	size = VG_MASK(size, VG_COPY_MASK);
	if (read_any(piece + 1, size, rest->at, rest->user_bytes))
		return false;
	piece->head.kind = WIRE_REST;
	piece->head.ktime_ns = hook->head.ktime_ns;
	piece->call = hook->call;
	piece->tid = hook->tid;
	piece->policy_id = hook->policy_id;
	piece->hook_index = hook->hook_index;
	piece->slot = rest->slot;
	piece->offset = rest->sent;
	piece->size = size;
	if (record_send(rest->ring, piece, sizeof(*piece) + size, false))
		return false;
	rest->at += size;
	rest->size -= size;
	rest->left -= size;
	rest->sent += size;
	return true;
}

static long rest_step(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	bool goes_on = frame->rest.slot < VG_MAX_SLOTS;

	if (goes_on)
		goes_on = frame->rest.size ? rest_piece(frame) : rest_segment(frame);
	return !goes_on && !rest_next(frame);
}

/* Of the buffers that the rule reports whole. Always 0. */
VG_FUNCTION int vg_send_rest(struct vg_frame *frame, u32 index)
{
	const volatile struct vg_rule *rule = TABLE(rules, index, CONF->rules_mask);
	struct vg_loop loop = {frame};

	if (!frame)
		return 0;
	frame->rest.slots = rule->report_slots & CONF->whole_slots;
	frame->rest.slot = VG_MAX_SLOTS;
	frame->rest.ring = rule->flags & VG_RULE_ENFORCES ? WIRE_RING_PROCESS : WIRE_RING_EVENTS;
	frame->record.hook.policy_id = rule->policy_id;
	frame->record.hook.hook_index = rule->hook_index;
	bpf_loop(VG_REST_STEPS, rest_step, &loop, 0);
	return 0;
}

#endif /* VIGIL_REST_H */
