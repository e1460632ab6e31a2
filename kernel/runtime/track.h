/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who a sock belongs to: what a policy tracked stands for the process in later events. */
#ifndef VIGIL_TRACK_H
#define VIGIL_TRACK_H

#include "kernel/lib/maps.h"
#include "kernel/lib/value.h"
#include "kernel/runtime/tables.h"

/* The address of the sock in a slot that was read, 0 when there is none. */
static __always_inline u64 sock_in(struct vg_frame *frame, u32 slot)
{
	u32 at = frame->slot_at[VG_MASK(slot, VG_MAX_SLOTS - 1)];
	const struct wire_value *value = heap_at(frame, at - 1);

	if (!at || value->flags & WIRE_VALUE_ERROR || value->kind != WIRE_VALUE_SOCK)
		return 0;
	return ((const struct wire_sock *)(value + 1))->cookie;
}

struct vg_track_loop {
	struct vg_frame *frame;
	u64 track, untrack;
	struct vg_sock_owner owner;
};

static long track_step(u64 slot, struct vg_track_loop *loop)
{
	u64 bit = 1ull << (slot & 63);
	u64 sock;

	if (!((loop->track | loop->untrack) & bit))
		return 0;
	sock = sock_in(loop->frame, slot);
	if (!sock)
		return 0;
	if (loop->untrack & bit)
		bpf_map_delete_elem(&sock_owners, &sock);
	else
		bpf_map_update_elem(&sock_owners, &sock, &loop->owner, BPF_ANY);
	return 0;
}

/* The record says who runs. */
static __always_inline void track_socks(struct vg_frame *frame, u32 track, u32 untrack)
{
	const struct wire_hook *hook = &frame->record.hook;
	struct vg_track_loop loop = {.frame = frame,
				     .track = track,
				     .untrack = untrack,
				     .owner = {.self = hook->self,
					       .parent = hook->parent,
					       .tid = hook->tid,
					       .ns_tgid = hook->ns_tgid,
					       .euid = hook->euid,
					       .process_flags = frame->process_flags}};

	bpf_loop(VG_MAX_SLOTS, track_step, &loop, 0);
}

struct vg_owner_loop {
	struct vg_frame *frame;
	u64 found;
};

static long owner_step(u64 slot, struct vg_owner_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	struct wire_hook *hook = &frame->record.hook;
	const struct vg_sock_owner *owner;
	u64 sock;

	if (!(CONF->sock_slots >> (slot & 31) & 1))
		return 0;
	sock = sock_in(frame, slot);
	owner = sock ? bpf_map_lookup_elem(&sock_owners, &sock) : NULL;
	if (!owner)
		return 0;
	hook->self = owner->self;
	hook->parent = owner->parent;
	hook->tid = owner->tid;
	hook->ns_tgid = owner->ns_tgid;
	hook->euid = owner->euid;
	frame->process_flags = owner->process_flags;
	loop->found = 1;
	return 1;
}

/* The owner of a tracked sock among the values, put into the record for who runs. 1: there is one.
 */
VG_FUNCTION int vg_record_owner(struct vg_frame *frame)
{
	struct vg_owner_loop loop = {frame, 0};

	if (frame && CONF->sock_slots)
		bpf_loop(VG_MAX_SLOTS, owner_step, &loop, 0);
	return loop.found;
}

#endif /* VIGIL_TRACK_H */
