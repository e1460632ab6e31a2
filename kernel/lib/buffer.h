/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Buffers in pieces, and arrays, into the record. */
#ifndef VIGIL_BUFFER_H
#define VIGIL_BUFFER_H

#include "kernel/include/compat.h"
#include "kernel/lib/read.h"

/* As many pieces as the kernel takes in one call. */
#define VG_SEGMENTS 1024

static __always_inline int gather_bytes(struct vg_frame *frame, u64 from, u64 size)
{
	struct vg_gather *gather = &frame->gather;
	u64 room = VG_VALUE_MAX - gather->copied;
	u64 copied = size < room ? size : room;

	if (gather->copied > VG_VALUE_MAX)
		return -1;
	gather->size += size;
	if (copied && read_any(heap_at(frame, gather->to + gather->copied),
			       VG_MASK(copied, VG_COPY_MASK), from, gather->user_bytes))
		return -1;
	gather->copied += copied;
	return 0;
}

static long gather_step(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	struct vg_gather *gather = &frame->gather;
	struct {
		u64 base, size;
	} segment;
	u64 size;

	if (i >= gather->segments || !gather->left)
		return 1;
	if (read_any(&segment, sizeof(segment), gather->vector + i * sizeof(segment),
		     gather->user_vector)) {
		gather->failed = 1;
		return 1;
	}
	size = segment.size > gather->skip ? segment.size - gather->skip : 0;
	if (size > gather->left)
		size = gather->left;
	if (gather_bytes(frame, segment.base + gather->skip, size)) {
		gather->failed = 1;
		return 1;
	}
	gather->left -= size;
	gather->skip = 0;
	return 0;
}

/* With `gather` set up but for its results. */
static __always_inline int read_gathered(struct vg_frame *frame, u32 slot)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_BYTES);
	struct wire_bytes *bytes = (void *)(value + 1);
	struct vg_loop loop = {frame};

	if (!value_has_room(frame, sizeof(*bytes) + VG_VALUE_MAX))
		return value_fail(frame, value);
	frame->gather.copied = frame->gather.size = 0;
	frame->gather.failed = 0;
	frame->gather.to = frame->used + sizeof(*value) + sizeof(*bytes);
	bpf_loop(VG_SEGMENTS, gather_step, &loop, 0);
	if (frame->gather.failed)
		return value_fail(frame, value);
	if (frame->gather.size > frame->gather.copied)
		value->flags = WIRE_VALUE_TRUNCATED;
	bytes->original_size = frame->gather.size;
	bytes->rest_size = 0;
	return value_close(frame, value, sizeof(*bytes) + frame->gather.copied);
}

/* At most `limit` bytes. */
static __always_inline int read_iovec(struct vg_frame *frame, u32 slot, u64 vector, u64 segments,
				      u64 limit, bool user)
{
	frame->gather.vector = vector;
	frame->gather.segments = segments;
	frame->gather.skip = 0;
	frame->gather.left = limit;
	frame->gather.user_vector = user;
	frame->gather.user_bytes = 0;
	return read_gathered(frame, slot);
}

static __always_inline int read_iov_iter(struct vg_frame *frame, u32 slot,
					 const struct iov_iter *iter)
{
	enum vg_iter_kind kind = compat_iter_kind(iter);
	u64 vector = compat_iter_vector(iter);
	u64 count = BPF_CORE_READ(iter, count);
	u64 offset = BPF_CORE_READ(iter, iov_offset);
	struct wire_value *value;

	if (kind == VG_ITER_BUFFER)
		return read_bytes(frame, slot, vector + offset, count, true);
	if (kind == VG_ITER_OTHER) {
		value = value_open(frame, slot, WIRE_VALUE_BYTES);
		return value_fail(frame, value);
	}
	frame->gather.vector = vector;
	frame->gather.segments = BPF_CORE_READ(iter, nr_segs);
	frame->gather.skip = offset;
	frame->gather.left = count;
	frame->gather.user_vector = 0;
	frame->gather.user_bytes = kind == VG_ITER_VECTOR;
	return read_gathered(frame, slot);
}

#endif /* VIGIL_BUFFER_H */
