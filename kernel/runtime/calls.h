/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Calls between entry and return: the rules that wait for one are remembered under who makes it
 * and, since calls of a function can be nested, with what arguments.
 */
#ifndef VIGIL_CALLS_H
#define VIGIL_CALLS_H

#include "kernel/lib/emit.h"
#include "kernel/runtime/tables.h"

/* Interrupts of an idle processor run as its thread 0, of which there is one per processor. */
static __always_inline u64 call_owner(void)
{
	u64 thread = bpf_get_current_pid_tgid();

	return thread ? thread : 1ull << 63 | bpf_get_smp_processor_id();
}

/* What is called, where a program serves several functions, and with what. */
static __always_inline u64 hash_call(const struct vg_frame *frame)
{
	u32 telling = CONF->telling;
	u64 hash = CONF->functions ? frame->raw[VG_RAW_FUNCTION] : 0;

	for (u32 i = 0; i < VG_REGISTERS; i++) {
		if (telling >> i & 1)
			hash = (hash ^ frame->registers[i]) * 0x9e3779b97f4a7c15ull;
		hash ^= hash >> 29;
	}
	return hash;
}

/* --- the entry ---------------------------------------------------------------- */

static __always_inline void calls_begin(struct vg_frame *frame)
{
	frame->call.count = 0;
	frame->call_chunk = 0;
}

/* What has been gathered, under the next number. */
VG_FUNCTION int vg_remember(struct vg_frame *frame)
{
	struct vg_call_key key = {};
	struct vg_call call; /* on the stack: 6.1 takes a map's value from nowhere else here */

	if (!frame || !frame->call.count)
		return 0;
	if (!frame->call_chunk)
		frame->call_arguments = hash_call(frame);
	key.owner = call_owner();
	key.arguments = frame->call_arguments;
	key.function_number = CONF->function_number;
	key.mechanism = CONF->mechanism;
	key.chunk = frame->call_chunk++;
	call = frame->call;
	call.call = frame->record.hook.call;
	call.self = frame->record.hook.self;
	call.tid = frame->record.hook.tid;
	if (bpf_map_update_elem(&calls, &key, &call, BPF_ANY))
		count(VG_COUNT_NO_CALL);
	frame->call.count = 0;
	return 0;
}

static __always_inline void await_return(struct vg_frame *frame,
					 const volatile struct vg_rule *rule, bool posted)
{
	struct vg_waiting *waiting;

	if (frame->call.count >= VG_CALL_WAITING)
		vg_remember(frame);
	waiting = &frame->call.waiting[VG_MASK(frame->call.count, VG_CALL_WAITING - 1)];
	waiting->policy_id = rule->policy_id;
	waiting->hook_index = rule->hook_index;
	waiting->selector = rule->selector | (posted ? VG_WAITING_POSTED : 0);
	frame->call.count++;
}

/* --- the return --------------------------------------------------------------- */

static __always_inline void call_key(const struct vg_frame *frame, struct vg_call_key *key,
				     u32 mechanism, u32 chunk)
{
	key->owner = call_owner();
	key->arguments = frame->call_arguments;
	key->function_number = CONF->function_number;
	key->mechanism = mechanism;
	key->chunk = chunk;
}

/* The mechanisms that have remembered the call, a bit for each. */
static __always_inline u32 recall(struct vg_frame *frame)
{
	u32 found = 0;

	frame->call_arguments = hash_call(frame);
	for (u32 mechanism = 0; mechanism < VG_MECHANISMS; mechanism++) {
		struct vg_call_key key = {};

		if (!(CONF->entries >> mechanism & 1))
			continue;
		call_key(frame, &key, mechanism, 0);
		if (bpf_map_lookup_elem(&calls, &key))
			found |= 1u << mechanism;
	}
	frame->call_mechanisms = found;
	return found;
}

/* A chunk into the frame, and out of the map. False: there is none but of an earlier call whose
 * return was never seen. */
static __always_inline bool take_call(struct vg_frame *frame, u32 mechanism, u32 chunk)
{
	struct vg_call_key key = {};
	const struct vg_call *call;

	call_key(frame, &key, mechanism, chunk);
	call = bpf_map_lookup_elem(&calls, &key);
	if (!call || (chunk && call->call != frame->call.call))
		return false;
	frame->call = *call;
	bpf_map_delete_elem(&calls, &key);
	return true;
}

#endif /* VIGIL_CALLS_H */
