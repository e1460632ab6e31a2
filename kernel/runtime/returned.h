/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The return half of a hook. The rules that wait for a call come as they were met at its entry,
 * those of one hook of a policy next to each other: the first that the return value leaves alive
 * acts. Where none is, a record that was sent at the entry is taken back.
 */
#ifndef VIGIL_RETURNED_H
#define VIGIL_RETURNED_H

#include "kernel/runtime/calls.h"
#include "kernel/runtime/decide.h"

static __always_inline u64 rule_name(const volatile struct vg_rule *rule)
{
	return (u64)rule->policy_id << 32 | (u32)rule->hook_index << 16 | rule->selector;
}

static long rule_step(u64 i, struct vg_loop *loop)
{
	struct vg_range_search *search = &loop->frame->search;
	u32 half = search->count / 2;
	u32 middle = search->first + half;

	if (search->count <= 1)
		return 1;
	if (rule_name(TABLE(rules, middle, CONF->rules_mask)) <= search->low) {
		search->first = middle;
		search->count -= half;
	} else {
		search->count = half;
	}
	return 0;
}

/* The number of the rule that is called so, or one past the end. */
static __always_inline u32 rule_called(struct vg_frame *frame, u64 name)
{
	struct vg_loop loop = {frame};

	frame->search.low = name;
	frame->search.first = 0;
	frame->search.count = CONF->rules;
	bpf_loop(VG_RULE_BITS, rule_step, &loop, 0);
	if (rule_name(TABLE(rules, frame->search.first, CONF->rules_mask)) != name)
		return ~0u;
	return frame->search.first;
}

static __always_inline bool rule_is_alive(struct vg_frame *frame, u32 rule)
{
	if (rule >= CONF->rules)
		return false;
	if (!CONF->row_words)
		return frame->alive >> (rule & 63) & 1;
	if (!frame->alive)
		return false;
	take_word(frame, rule / 64);
	return frame->decision.bits >> (rule & 63) & 1;
}

/* The record of the call's entry, from what was remembered of it. */
static __always_inline void record_call(struct vg_frame *frame)
{
	struct wire_hook *hook = &frame->record.hook;

	hook->head.kind = WIRE_RETURN;
	hook->head.ktime_ns = bpf_ktime_get_boot_ns();
	hook->self = frame->call.self;
	hook->call = frame->call.call;
	hook->tid = frame->call.tid;
	hook->generation = CONF->generation;
}

/* Takes back what was sent of a policy's hook, unless it was answered. */
static __always_inline void take_back(struct vg_frame *frame)
{
	struct wire_hook *hook = &frame->record.hook;

	if (!frame->waited.posted)
		return;
	frame->waited.posted = 0;
	record_call(frame);
	hook->policy_id = frame->waited.owner >> 16;
	hook->hook_index = (u16)frame->waited.owner;
	hook->selector = 0;
	hook->action = WIRE_ACTION_POST;
	hook->flags = WIRE_HOOK_REJECTED;
	vg_send(frame, WIRE_RING_EVENTS, sizeof(*hook));
}

VG_FUNCTION int vg_post_return(struct vg_frame *frame, u32 index)
{
	const volatile struct vg_rule *rule = TABLE(rules, index, CONF->rules_mask);
	u32 ring = rule->flags & VG_RULE_ENFORCES ? WIRE_RING_PROCESS : WIRE_RING_EVENTS;
	struct wire_hook *hook;

	if (!frame)
		return -1;
	hook = &frame->record.hook;
	record_call(frame);
	hook->policy_id = rule->policy_id;
	hook->hook_index = rule->hook_index;
	hook->selector = rule->selector;
	hook->action = rule->action;
	hook->flags = 0;
	frame->urgent = rule->flags & VG_RULE_URGENT;
	return vg_send(frame, ring, sizeof(*hook) + frame->used);
}

static __always_inline void act_return(struct vg_frame *frame, u32 index)
{
	const volatile struct vg_rule *rule = TABLE(rules, index, CONF->rules_mask);
	u32 slot = rule->policy_slot;
	struct vg_policy_state *state = bpf_map_lookup_elem(&policy_state, &slot);
	struct vg_action_counters *counters;

	if (!state)
		return;
	counters = counters_of(rule, state);
	vg_notify(counters, index, state->mode == 1);
	act_signal(rule, counters, state->mode == 1);
	act_track(frame, rule, index);
	if (!frame->waited.posted || !(rule->flags & VG_RULE_POST))
		return;
	if (rule->flags & VG_RULE_RATE_LIMITED && vg_rate_limited(frame, index)) {
		add(&counters->rate_limited);
		return;
	}
	frame->waited.posted = 0;
	if (vg_post_return(frame, index))
		add(&counters->post_lost);
	else
		add(&counters->post);
}

/* One rule that waits. */
VG_FUNCTION int vg_returned(struct vg_frame *frame, u32 i)
{
	const struct vg_waiting *waiting;
	u64 owner;
	u32 rule;

	if (!frame || i >= frame->call.count)
		return 0;
	waiting = &frame->call.waiting[VG_MASK(i, VG_CALL_WAITING - 1)];
	owner = (u64)waiting->policy_id << 16 | waiting->hook_index;
	if (!frame->waited.open || frame->waited.owner != owner) {
		take_back(frame);
		frame->waited.open = 1;
		frame->waited.owner = owner;
		frame->waited.posted = waiting->selector & VG_WAITING_POSTED;
		frame->waited.acted = 0;
	}
	if (frame->waited.acted)
		return 0;
	rule = rule_called(frame, owner << 16 | (waiting->selector & ~VG_WAITING_POSTED));
	if (!rule_is_alive(frame, rule))
		return 0;
	frame->waited.acted = 1;
	act_return(frame, rule);
	return 0;
}

struct vg_chunk_loop {
	struct vg_frame *frame;
	u32 mechanism;
};

static long chunk_step(u64 chunk, struct vg_chunk_loop *loop)
{
	struct vg_frame *frame = loop->frame;

	if (!take_call(frame, loop->mechanism, chunk))
		return 1;
	for (u32 i = 0; i < VG_CALL_WAITING; i++)
		vg_returned(frame, i);
	return 0;
}

static __always_inline void returned(struct vg_frame *frame)
{
	for (u32 mechanism = 0; mechanism < VG_MECHANISMS; mechanism++) {
		struct vg_chunk_loop loop = {frame, mechanism};

		if (!(frame->call_mechanisms >> mechanism & 1))
			continue;
		frame->waited.open = 0;
		frame->waited.posted = 0;
		bpf_loop(VG_MAX_RULES / VG_CALL_WAITING + 1, chunk_step, &loop, 0);
		take_back(frame);
	}
}

#endif /* VIGIL_RETURNED_H */
