/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is left alive: the first matching rule of each policy acts and emits. */
#ifndef VIGIL_DECIDE_H
#define VIGIL_DECIDE_H

#include "kernel/lib/emit.h"
#include "kernel/lib/task.h"
#include "kernel/lib/value.h"
#include "kernel/runtime/calls.h"
#include "kernel/runtime/rest.h"
#include "kernel/runtime/tables.h"
#include "kernel/runtime/track.h"

/* --- rate limits -------------------------------------------------------------- */

static long hash_step(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	u64 at = VG_MASK(frame->hash_at, VG_HEAP_SIZE - 1);

	frame->hash = (frame->hash ^ *(u64 *)(frame->record.heap + at)) * 0x9e3779b97f4a7c15ull;
	frame->hash ^= frame->hash >> 29;
	frame->hash_at += 8;
	return 0;
}

/* The last, partial word is cleared behind its end first, so that equal bytes hash alike. */
static __always_inline void value_pad(struct vg_frame *frame, u32 end)
{
	u64 zero = 0;
	u32 rest = -end & 7;

	bpf_probe_read_kernel(heap_at(frame, end), VG_MASK(rest, 7), &zero);
}

static long hash_slot(u64 slot, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	struct vg_loop words = {frame};
	u32 at = frame->slot_at[VG_MASK(slot, VG_MAX_SLOTS - 1)];
	const struct wire_value *value = heap_at(frame, at - 1);

	if (!at || !(frame->hash_slots >> slot & 1))
		return 0;
	value_pad(frame, at - 1 + sizeof(*value) + value->size);
	frame->hash_at = at - 1;
	bpf_loop((value->size + sizeof(*value) + 7) / 8, hash_step, &words, 0);
	return 0;
}

static __always_inline u64 rate_scope(u32 scope)
{
	u64 pid_tgid = bpf_get_current_pid_tgid();

	switch (scope) {
	case VG_RATE_THREAD:
		return (u32)pid_tgid;
	case VG_RATE_PROCESS:
		return pid_tgid >> 32;
	}
	return 0;
}

/* Whether an event like this one was posted within the rule's interval. */
VG_FUNCTION int vg_rate_limited(struct vg_frame *frame, u32 index)
{
	const volatile struct vg_rule *rule = TABLE(rules, index, CONF->rules_mask);
	u64 now = bpf_ktime_get_boot_ns();
	struct vg_rate_key key = {};
	struct vg_loop loop = {frame};
	const u64 *last;

	if (!frame)
		return 0;
	frame->hash = 0;
	frame->hash_slots = rule->report_slots;
	bpf_loop(VG_MAX_SLOTS, hash_slot, &loop, 0);
	key.scope = rate_scope(rule->rate_scope);
	key.hash = frame->hash;
	key.policy_id = rule->policy_id;
	key.hook_index = rule->hook_index;
	key.selector = rule->selector | (CONF->entries ? 0x8000 : 0); /* a return half of its own */
	last = bpf_map_lookup_elem(&rate_limits, &key);
	if (last && now - *last < rule->rate_ms * 1000000ull)
		return 1;
	bpf_map_update_elem(&rate_limits, &key, &now, BPF_ANY);
	return 0;
}

/* --- who and when --------------------------------------------------------------- */

static __always_inline void record_time(struct vg_frame *frame)
{
	struct wire_hook *hook = &frame->record.hook;

	hook->head.kind = WIRE_HOOK;
	hook->head.ktime_ns = bpf_ktime_get_boot_ns();
	hook->call = hook->head.ktime_ns;
	hook->generation = CONF->generation;
}

/* -1: what could be told without having met the process. */
static __always_inline int record_process(struct vg_frame *frame, struct task_struct *leader)
{
	struct wire_hook *hook = &frame->record.hook;
	const struct vg_proc *proc = proc_met(leader);

	hook->tid = bpf_get_current_pid_tgid();
	if (proc) {
		hook->self = proc->self;
		hook->parent = proc->parent;
		hook->ns_tgid = proc->ns_tgid;
		hook->euid = proc->euid;
		frame->process_flags = proc->flags;
		return 0;
	}
	task_guess_key(leader, &hook->self, NULL, NULL);
	task_guess_key(task_parent(leader), &hook->parent, NULL, NULL);
	hook->ns_tgid = task_ns_tgid(leader);
	hook->euid = BPF_CORE_READ(leader, cred, euid.val);
	frame->process_flags = VG_PROC_REBUILT;
	return -1;
}

VG_FUNCTION int vg_record_process(struct vg_frame *frame)
{
	return frame ? record_process(frame, bpf_get_current_task_btf()->group_leader) : 0;
}

/* Only once there is something to report. -1: it has to be told again when the process is met. */
VG_FUNCTION int vg_identify(struct vg_frame *frame)
{
	int error = 0;

	if (!frame)
		return 0;
	if (!(frame->identified & VG_IDENTIFIED_TIME))
		record_time(frame);
	if (!(frame->identified & VG_IDENTIFIED_PROCESS) && !vg_record_owner(frame))
		error = vg_record_process(frame);
	frame->identified = VG_IDENTIFIED_TIME | VG_IDENTIFIED_PROCESS;
	return error;
}

/* Not by the functions themselves: a program may be eight calls deep. */
static __always_inline void identify(struct vg_frame *frame)
{
	if (!vg_identify(frame))
		return;
	vg_meet(frame);
	vg_record_process(frame);
}

/* --- posting ------------------------------------------------------------------ */

static __always_inline u8 hook_flags(struct vg_frame *frame, u32 rule_flags, bool monitored)
{
	u8 flags = frame->process_flags & VG_PROC_REBUILT ? WIRE_HOOK_PROCESS_UNKNOWN : 0;

	if (monitored &&
	    rule_flags & (VG_RULE_SIGNAL | VG_RULE_OVERRIDE | VG_RULE_NOTIFY | VG_RULE_WRITE))
		flags |= WIRE_HOOK_MONITORED;
	if (rule_flags & VG_RULE_AWAITS_RETURN)
		flags |= WIRE_HOOK_AWAITS_RETURN;
	return flags;
}

/* What a rule has told of is no change any more. The rule has made the state, to see it. */
VG_FUNCTION int vg_accept_changes(u32 rule_flags)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct vg_proc *proc;

	if (!(rule_flags & (VG_RULE_ACCEPTS_NAMESPACES | VG_RULE_ACCEPTS_CAPABILITIES)))
		return 0;
	proc = proc_of_current();
	if (!proc)
		return 0;
	if (rule_flags & VG_RULE_ACCEPTS_NAMESPACES)
		accept_namespaces(proc, task);
	if (rule_flags & VG_RULE_ACCEPTS_CAPABILITIES)
		accept_capabilities(proc, task);
	return 0;
}

VG_FUNCTION int vg_post(struct vg_frame *frame, u32 index, u32 monitored)
{
	const volatile struct vg_rule *rule = TABLE(rules, index, CONF->rules_mask);
	u32 ring = rule->flags & VG_RULE_ENFORCES ? WIRE_RING_PROCESS : WIRE_RING_EVENTS;
	struct wire_hook *hook;

	if (!frame)
		return -1;
	hook = &frame->record.hook;
	hook->policy_id = rule->policy_id;
	hook->hook_index = rule->hook_index;
	hook->selector = rule->selector;
	hook->action = rule->action;
	hook->flags = hook_flags(frame, rule->flags, monitored);
	frame->urgent = rule->flags & VG_RULE_URGENT;
	if (vg_send(frame, ring, sizeof(*hook) + frame->used))
		return -1;
	vg_accept_changes(rule->flags);
	return 0;
}

/* --- acting ------------------------------------------------------------------- */

static __always_inline void add(u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
}

/* Of the rule's selector, of its policy when there is no room for them. By itself, for its stack.
 */
static __noinline struct vg_action_counters *counters_of(const volatile struct vg_rule *rule,
							 struct vg_policy_state *state)
{
	struct vg_selector_key key = {rule->policy_id, rule->hook_index, rule->selector};
	struct vg_action_counters none = {};
	struct vg_action_counters *counters = bpf_map_lookup_elem(&selector_counters, &key);

	if (counters)
		return counters;
	bpf_map_update_elem(&selector_counters, &key, &none, BPF_NOEXIST);
	counters = bpf_map_lookup_elem(&selector_counters, &key);
	return counters ?: &state->counters;
}

static __always_inline void act_signal(const volatile struct vg_rule *rule,
				       struct vg_action_counters *counters, bool monitored)
{
	if (!(rule->flags & VG_RULE_SIGNAL))
		return;
	if (monitored)
		add(&counters->monitor_signal);
	else if (!bpf_send_signal(rule->signal))
		add(&counters->signal);
}

static __always_inline void override_with(struct vg_frame *frame, s32 error, u32 order)
{
	if (frame->decision.overridden && frame->decision.order <= order)
		return;
	frame->decision.overridden = 1;
	frame->decision.order = order;
	frame->decision.verdict = error;
}

static __always_inline void act_override(struct vg_frame *frame,
					 const volatile struct vg_rule *rule,
					 struct vg_action_counters *counters, bool monitored)
{
	if (!(rule->flags & VG_RULE_OVERRIDE))
		return;
	if (monitored) {
		add(&counters->monitor_override);
		return;
	}
	add(&counters->override);
	override_with(frame, rule->error, rule->order);
}

static __always_inline struct vg_notification *
notification_of_current(const volatile struct vg_rule *rule)
{
	struct vg_notification_key key = {bpf_get_current_pid_tgid(), rule->policy_id, 0};

	return bpf_map_lookup_elem(&notifications, &key);
}

static __always_inline void drop_notification(const volatile struct vg_rule *rule)
{
	struct vg_notification_key key = {bpf_get_current_pid_tgid(), rule->policy_id, 0};

	bpf_map_delete_elem(&notifications, &key);
}

VG_FUNCTION int vg_notify(struct vg_action_counters *counters, u32 index, u32 monitored)
{
	const volatile struct vg_rule *rule = TABLE(rules, index, CONF->rules_mask);
	struct vg_notification_key key = {bpf_get_current_pid_tgid(), rule->policy_id, 0};
	struct vg_notification asked = {rule->notify_error, rule->notify_signal};

	if (rule->flags & VG_RULE_DROP_NOTIFICATION)
		drop_notification(rule);
	if (!counters || !(rule->flags & VG_RULE_NOTIFY))
		return 0;
	if (monitored) {
		add(&counters->monitor_notify_enforcer);
		return 0;
	}
	add(&counters->notify_enforcer);
	if (bpf_map_lookup_elem(&notifications, &key))
		count(VG_COUNT_MISSED_NOTIFICATION);
	bpf_map_update_elem(&notifications, &key, &asked, BPF_ANY);
	return 0;
}

/*
 * Whether it was done. Joined only where a rule writes: the kernel's log tells of every program
 * that holds the helper, and lockdown refuses them.
 */
VG_FUNCTION int vg_write(struct vg_frame *frame, u32 index)
{
	const volatile struct vg_rule *rule = TABLE(rules, index, CONF->rules_mask);
	u32 value = rule->write_value;

	return frame && !bpf_probe_write_user((void *)frame->raw[rule->write_raw & 15], &value,
					      sizeof(value));
}

static __always_inline void act_write(struct vg_frame *frame, const volatile struct vg_rule *rule,
				      u32 index, struct vg_action_counters *counters,
				      bool monitored)
{
	if (!(rule->flags & VG_RULE_WRITE))
		return;
	if (monitored)
		add(&counters->monitor_set);
	else if (vg_write(frame, index))
		add(&counters->set);
}

/* What the notification asks for, once. */
VG_FUNCTION int vg_act_as_enforcer(struct vg_frame *frame, u32 index)
{
	const volatile struct vg_rule *rule = TABLE(rules, index, CONF->rules_mask);
	const struct vg_notification *asked = notification_of_current(rule);
	struct vg_notification now;

	if (!frame || !asked)
		return 0;
	now = *asked;
	drop_notification(rule);
	if (now.signal)
		bpf_send_signal(now.signal);
	if (now.error && rule->flags & VG_RULE_OVERRIDE)
		override_with(frame, now.error, rule->order);
	return 0;
}

VG_FUNCTION int vg_track(struct vg_frame *frame, u32 index)
{
	const volatile struct vg_rule *rule = TABLE(rules, index, CONF->rules_mask);

	if (frame)
		track_socks(frame, rule->track_slots, rule->untrack_slots);
	return 0;
}

/* The record says who runs, whatever it said before. */
static __always_inline void act_track(struct vg_frame *frame, const volatile struct vg_rule *rule,
				      u32 index)
{
	if (!(rule->track_slots | rule->untrack_slots))
		return;
	if (vg_record_process(frame)) {
		vg_meet(frame);
		vg_record_process(frame);
	}
	vg_track(frame, index);
	frame->identified &= ~VG_IDENTIFIED_PROCESS;
}

/* Whether a record was sent. One that waits for its return is counted there. */
static __always_inline bool act_post(struct vg_frame *frame, u32 index, u32 flags,
				     struct vg_action_counters *counters, bool monitored)
{
	if (!(flags & VG_RULE_POST)) {
		add(&counters->nopost);
		return false;
	}
	if (flags & VG_RULE_RATE_LIMITED && vg_rate_limited(frame, index)) {
		add(&counters->rate_limited);
		return false;
	}
	identify(frame);
	if (CONF->whole_slots)
		vg_send_rest(frame, index);
	if (vg_post(frame, index, monitored)) {
		add(&counters->post_lost);
		return false;
	}
	if (!(flags & VG_RULE_AWAITS_RETURN))
		add(&counters->post);
	return true;
}

/* A selector behind one that only its return half can decide may be the one that matches. */
static __always_inline void act_later(struct vg_frame *frame, const volatile struct vg_rule *rule)
{
	if (!frame->decision.open)
		return;
	frame->decision.open = rule->flags & VG_RULE_ASKS_RETURN;
	if (rule->flags & VG_RULE_AWAITS_RETURN)
		await_return(frame, rule, false);
}

/* Act first: what a ring says comes too late to matter. */
VG_FUNCTION int vg_act(struct vg_frame *frame, u32 index)
{
	const volatile struct vg_rule *rule = TABLE(rules, index, CONF->rules_mask);
	u32 slot = rule->policy_slot;
	struct vg_policy_state *state = bpf_map_lookup_elem(&policy_state, &slot);
	struct vg_action_counters *counters;
	bool monitored, posted;
	u64 owner;

	if (!frame || !state)
		return -1;
	owner = (u64)rule->policy_id << 16 | rule->hook_index;
	if (frame->decision.decided && frame->decision.owner == owner) {
		act_later(frame, rule);
		return 0;
	}
	frame->decision.decided = 1;
	frame->decision.owner = owner;
	frame->decision.open = rule->flags & VG_RULE_ASKS_RETURN;
	if (rule->flags & VG_RULE_ENFORCER)
		return vg_act_as_enforcer(frame, index);
	monitored = state->mode == 1;
	counters = counters_of(rule, state);
	vg_notify(counters, index, monitored);
	act_signal(rule, counters, monitored);
	act_override(frame, rule, counters, monitored);
	act_write(frame, rule, index, counters, monitored);
	act_track(frame, rule, index);
	posted = act_post(frame, index, rule->flags, counters, monitored);
	if (rule->flags & VG_RULE_AWAITS_RETURN) {
		identify(frame);
		await_return(frame, rule, posted);
	}
	return 0;
}

/* --- deciding ----------------------------------------------------------------- */

struct vg_word_loop {
	struct vg_frame *frame;
	u64 column;
};

static long word_and_row(u64 i, struct vg_word_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	u32 row = frame->rows[VG_MASK(i, VG_MAX_DIMENSIONS - 1)];

	frame->decision.bits &= row_column(row, loop->column);
	return !frame->decision.bits;
}

static __always_inline u32 bits_below(u64 one)
{
	u64 x = one - 1;

	x -= (x >> 1) & 0x5555555555555555ull;
	x = (x & 0x3333333333333333ull) + ((x >> 2) & 0x3333333333333333ull);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return x * 0x0101010101010101ull >> 56;
}

/* The first word from `word` on whose block can have a rule alive; past all words: none. */
static __always_inline u32 word_alive(struct vg_frame *frame, u32 word)
{
	u32 block = word / CONF->block_words;
	u64 alive = block < 64 ? frame->alive >> block << block : 0;
	u32 next = bits_below(alive & -alive);

	if (!alive)
		return CONF->row_words;
	return next == block ? word : next * CONF->block_words;
}

/* A word's alive rules. */
static __always_inline void take_word(struct vg_frame *frame, u32 word)
{
	struct vg_word_loop loop = {frame, word + 1};

	frame->decision.word = word + 1;
	frame->decision.base = word * 64;
	frame->decision.bits =
		frame->has_exact ? frame->exact[VG_MASK(word, VG_RULE_WORDS - 1)] : ~0ull;
	bpf_loop(frame->row_count, word_and_row, &loop, 0);
}

/* Either one rule, or on to the next word. */
static long decide_step(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	u64 bits = frame->decision.bits;
	u64 lowest = bits & -bits;
	u32 word, rule;

	if (!bits) {
		if (!CONF->row_words)
			return 1;
		word = word_alive(frame, frame->decision.word);
		if (word >= CONF->row_words)
			return 1;
		take_word(frame, word);
		return 0;
	}
	frame->decision.bits = bits ^ lowest;
	rule = frame->decision.base + bits_below(lowest);
	if (rule >= CONF->rules)
		return 1;
	vg_act(frame, rule);
	return 0;
}

static __always_inline int decide(struct vg_frame *frame)
{
	struct vg_loop loop = {frame};

	frame->decision.word = 0;
	frame->decision.base = 0;
	frame->decision.bits = CONF->row_words ? 0 : frame->alive;
	bpf_loop(CONF->rules + CONF->row_words + 1, decide_step, &loop, 0);
	vg_remember(frame);
	return frame->decision.verdict;
}

/* --- not deciding ------------------------------------------------------------- */

struct vg_undecided_loop {
	u64 denies;
};

static long undecided_step(u64 index, struct vg_undecided_loop *loop)
{
	const volatile struct vg_rule *rule = TABLE(rules, index, CONF->rules_mask);
	u32 slot = rule->policy_slot;
	const struct vg_policy_state *state = bpf_map_lookup_elem(&policy_state, &slot);

	if (rule->flags & VG_RULE_ENFORCER)
		loop->denies = rule->flags & VG_RULE_OVERRIDE && notification_of_current(rule);
	else
		loop->denies = rule->flags & VG_RULE_HOOK_REFUSES && state && state->mode != 1;
	return loop->denies;
}

/* --- nothing to decide -------------------------------------------------------- */

static long notified_step(u64 index, struct vg_undecided_loop *loop)
{
	const volatile struct vg_rule *rule = TABLE(rules, index, CONF->rules_mask);

	loop->denies = notification_of_current(rule) != NULL;
	return loop->denies;
}

#endif /* VIGIL_DECIDE_H */
