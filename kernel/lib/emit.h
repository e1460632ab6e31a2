/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Counters, frames, and records into the rings. */
#ifndef VIGIL_EMIT_H
#define VIGIL_EMIT_H

#include "kernel/lib/maps.h"
#include "kernel/lib/common.h"

/* Wake the reader when this much waits; below, its timer finds it. */
#define VG_RING_WATERMARK (64 * 1024)

static __always_inline void count(u32 counter)
{
	u64 *value = bpf_map_lookup_elem(&counters, &counter);

	if (value)
		__sync_fetch_and_add(value, 1);
}

static __always_inline u64 next_sequence(u32 ring)
{
	u64 *value = bpf_map_lookup_elem(&sequences, &ring);

	return value ? __sync_fetch_and_add(value, 1) : 0;
}

/* The first free frame of this CPU; ~0 when all are in use. */
static __always_inline u32 frame_take(void)
{
	u32 first = bpf_get_smp_processor_id() * VG_FRAMES_PER_CPU;

	for (u32 i = 0; i < VG_FRAMES_PER_CPU; i++) {
		u32 key = first + i;
		struct vg_frame *frame = bpf_map_lookup_elem(&frames, &key);

		if (frame && __sync_val_compare_and_swap(&frame->busy, 0, 1) == 0)
			return key;
	}
	count(VG_COUNT_NO_FRAME);
	return ~0u;
}

static __always_inline void frame_give_back(struct vg_frame *frame)
{
	*(volatile u32 *)&frame->busy = 0;
}

/* Life cycle and enforcement wake at once, the flood only at the watermark, or for what is urgent.
 */
static __always_inline long ring_output(u32 ring, void *record, u64 size, bool urgent)
{
	u64 flags = BPF_RB_NO_WAKEUP;

	if (ring == WIRE_RING_PROCESS)
		return bpf_ringbuf_output(&ring_process, record, size, 0);
	if (urgent || bpf_ringbuf_query(&ring_events, BPF_RB_AVAIL_DATA) >= VG_RING_WATERMARK)
		flags = BPF_RB_FORCE_WAKEUP;
	return bpf_ringbuf_output(&ring_events, record, size, flags);
}

/* Sends a record whose kind and time are set. 0, or what the ring said: counted. */
static __always_inline long record_send(u32 ring, void *record, u64 size, bool urgent)
{
	struct wire_head *head = record;
	long error;

	head->size = size;
	head->cpu = bpf_get_smp_processor_id();
	head->sequence = next_sequence(ring);
	error = ring_output(ring, record, size, urgent);
	if (error)
		count(ring == WIRE_RING_PROCESS ? VG_COUNT_LOST_PROCESS : VG_COUNT_LOST_EVENTS);
	return error;
}

/* Half of the process ring is for everything but pieces of what is long. */
static __always_inline bool pieces_have_room(void)
{
	return bpf_ringbuf_query(&ring_process, BPF_RB_AVAIL_DATA) <
	       bpf_ringbuf_query(&ring_process, BPF_RB_RING_SIZE) / 2;
}

/* The frame's record, `size` bytes of it. */
VG_FUNCTION int vg_send(struct vg_frame *frame, u32 ring, u32 size)
{
	u64 bytes = size;

	if (!frame || bytes > VG_RECORD_MAX)
		return -1;
	return record_send(ring, &frame->record, bytes, frame->urgent);
}

#endif /* VIGIL_EMIT_H */
