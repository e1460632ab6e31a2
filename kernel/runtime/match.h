/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a dimension's value to its row, and the rules that stay alive. */
#ifndef VIGIL_MATCH_H
#define VIGIL_MATCH_H

#include "kernel/lib/container.h"
#include "kernel/lib/read.h"
#include "kernel/lib/task.h"
#include "kernel/lib/value.h"
#include "kernel/runtime/process_value.h"
#include "kernel/runtime/tables.h"

#include <bpf/bpf_endian.h>

static __always_inline u64 narrow(struct vg_frame *frame, u32 row)
{
	u64 alive = frame->alive & row_column(row, 0);

	frame->alive = alive;
	if (CONF->row_words) {
		frame->rows[VG_MASK(frame->row_count, VG_MAX_DIMENSIONS - 1)] = row;
		frame->row_count++;
	}
	return alive;
}

/* The value of a slot; NULL when it was not read or could not be. */
static __always_inline const struct wire_value *value_of(struct vg_frame *frame, u32 slot)
{
	u32 at = frame->slot_at[slot & (VG_MAX_SLOTS - 1)];
	const struct wire_value *value = heap_at(frame, at - 1);

	return at && !(value->flags & WIRE_VALUE_ERROR) ? value : NULL;
}

/* --- text --------------------------------------------------------------------- */

/* Texts that are no value of the record go behind it. */
#define VG_TEXT_AT VG_HEAP_SIZE

/* Whether the task has another program than it was seen to start: prctl(PR_SET_MM) can give it one.
 */
static __always_inline bool exe_was_replaced(const struct vg_proc *proc,
					     const struct task_struct *task)
{
	struct vg_file_id now = task_exe_id(task);

	return now.inode != proc->exe_id.inode || now.device != proc->exe_id.device;
}

/* The program's path as text_locate() wants it. One that is too long to be kept is read again. */
VG_FUNCTION int vg_binary_text(struct vg_frame *frame)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_struct *leader = task->group_leader;
	const struct vg_proc *proc;
	u8 *to;
	int size;

	barrier_var(leader); /* here, where the verifier comes by once */
	if (!frame)
		return -1;
	proc = proc_get_named(frame, leader);
	to = frame->record.heap + VG_TEXT_AT;
	frame->text.at = VG_TEXT_AT;
	/* 0: nobody could tell when the state was made, of a process whose main thread had ended.
	 */
	if (proc && proc->exe_size && proc->exe_size <= VG_EXE_INLINE) {
		bpf_probe_read_kernel(to, VG_EXE_INLINE, proc->exe);
		return proc->exe_size;
	}
	size = task_exe_text(frame, task);
	if (!size)
		return -1;
	if (proc && proc->exe_size && exe_was_replaced(proc, task)) {
		frame->text.head_cut = frame->text.tail_cut = 1;
		return 0;
	}
	frame->text.head_cut = frame->walk.flags & WIRE_PATH_UNRESOLVED;
	bpf_probe_read_kernel(to, VG_MASK(size, VG_COPY_MASK),
			      frame->path + VG_MASK(frame->walk.at, VG_VALUE_MAX - 1));
	return size;
}

/* What stands at the end of a buffer that is longer than its value, into text.at. Its size. */
static __always_inline s32 text_of_tail(struct vg_frame *frame, u32 slot, u64 original_size)
{
	const volatile struct vg_slot *s = slot_of(slot);
	u64 at = frame->raw[s->raw & 63] + original_size - VG_VALUE_MAX;

	if (read_any(frame->record.heap + VG_TEXT_AT, VG_VALUE_MAX, at, s->flags & VG_SLOT_USER))
		return 0;
	frame->text.at = VG_TEXT_AT;
	frame->text.head_cut = 1;
	frame->text.tail_cut = 0;
	return VG_VALUE_MAX;
}

/* Sets text.at to where the text begins in the heap; its size, or -1 when there is none. */
static __always_inline s32 text_locate(struct vg_frame *frame, u32 slot, u32 field, bool reversed)
{
	const struct wire_value *value;
	u32 prefix = 0;

	frame->text.head_cut = frame->text.tail_cut = 0;
	if (field == VG_FIELD_BINARY)
		return vg_binary_text(frame);
	value = value_of(frame, slot);
	if (!value)
		return -1;
	if (value->kind == WIRE_VALUE_PATH)
		prefix = sizeof(struct wire_path);
	else if (value->kind == WIRE_VALUE_BYTES)
		prefix = sizeof(struct wire_bytes);
	else if (value->kind == WIRE_VALUE_SOCKADDR_UN)
		prefix = sizeof(struct wire_sockaddr_un);
	else if (value->kind != WIRE_VALUE_STRING)
		return -1;
	if (value->kind == WIRE_VALUE_PATH) {
		if (value->size == prefix)
			return -1;
		frame->text.head_cut =
			((const struct wire_path *)(value + 1))->flags & WIRE_PATH_UNRESOLVED;
	}
	if (value->kind == WIRE_VALUE_SOCKADDR_UN &&
	    ((const struct wire_sockaddr_un *)(value + 1))->family != AF_UNIX)
		return -1;
	frame->text.tail_cut = value->flags & WIRE_VALUE_TRUNCATED;
	/* Of a file that was opened by its handle no name may be known. */
	if (frame->text.head_cut && value->size == prefix + 1)
		frame->text.tail_cut = 1;
	frame->text.at = frame->slot_at[slot & (VG_MAX_SLOTS - 1)] - 1 + sizeof(*value) + prefix;
	if (value->kind == WIRE_VALUE_BYTES && frame->text.tail_cut && reversed &&
	    !(slot_of(slot)->flags & VG_SLOT_SCATTERED))
		return text_of_tail(frame, slot,
				    ((const struct wire_bytes *)(value + 1))->original_size);
	return value->size - prefix;
}

/* One byte. Nothing but memory tells one step's state from the next: see frame.h. */
static long trie_step(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	struct vg_text_walk *text = &frame->text;
	const volatile struct vg_trie_node *next;
	u64 at = text->at;
	u32 index;

	if (at >= sizeof(frame->record.heap))
		return 1;
	index = (text->base + frame->record.heap[at]) & CONF->trie_mask;
	next = TABLE(trie, index, CONF->trie_mask);
	if (next->check != text->node) {
		text->stopped = 1;
		return 1;
	}
	text->node = index;
	text->base = next->base;
	text->at = at + (s64)(s32)text->step;
	return 0;
}

/* `far_cut`: the text goes on where the walk ends. */
static __always_inline u32 trie_row(struct vg_frame *frame, u32 root, u32 size, bool far_cut)
{
	struct vg_loop loop = {frame};
	const volatile struct vg_trie_node *node;

	frame->text.node = root;
	frame->text.base = TABLE(trie, root, CONF->trie_mask)->base;
	frame->text.stopped = 0;
	bpf_loop(size, trie_step, &loop, 0);
	node = TABLE(trie, frame->text.node, CONF->trie_mask);
	return frame->text.stopped || far_cut ? node->row_prefix : node->row_exact;
}

static __always_inline void trie_begin(struct vg_frame *frame, bool reversed, s32 size)
{
	frame->text.step = reversed ? -1 : 1;
	if (reversed)
		frame->text.at += size - 1;
}

static __always_inline u64 match_trie(struct vg_frame *frame, const volatile struct vg_dimension *d)
{
	bool reversed = d->flags & VG_DIM_REVERSED;
	s32 size = text_locate(frame, d->slot, d->field, reversed);

	if (size < 0)
		return narrow(frame, d->row_none);
	if (reversed ? frame->text.tail_cut : frame->text.head_cut)
		return narrow(frame, d->count);
	trie_begin(frame, reversed, size);
	return narrow(frame, trie_row(frame, d->root, size,
				      reversed ? frame->text.head_cut : frame->text.tail_cut));
}

static __always_inline int ask_trie(struct vg_frame *frame, const volatile struct vg_dimension *d)
{
	bool reversed = d->flags & VG_DIM_REVERSED;
	s32 size = text_locate(frame, d->slot, d->field, reversed);

	if (size < 0)
		return -1;
	if (reversed ? frame->text.tail_cut : frame->text.head_cut)
		return d->count;
	trie_begin(frame, reversed, size);
	return trie_row(frame, d->root, size,
			reversed ? frame->text.head_cut : frame->text.tail_cut);
}

/* --- text anywhere in a text -------------------------------------------------- */

static long add_row_word(u64 word, struct vg_loop *loop)
{
	struct vg_substrings *found = &loop->frame->substrings;
	u64 *rules = &found->words[VG_MASK(word, VG_RULE_WORDS - 1)];
	u64 before = found->is_first ? 0 : *rules;

	*rules = before | row_column(found->row, word + 1);
	return 0;
}

/* Most rows come more than once, one after the other. */
static __always_inline void add_row(struct vg_frame *frame, u32 row)
{
	struct vg_substrings *found = &frame->substrings;
	struct vg_loop loop = {frame};
	u32 *recent = &found->recent[VG_MASK(row, 63)];

	if (*recent == row)
		return;
	*recent = row;
	found->row = row;
	found->sum |= row_column(row, 0);
	if (CONF->row_words)
		bpf_loop(CONF->row_words, add_row_word, &loop, 0);
	found->is_first = 0;
}

/* Begins with what does not depend on the text. */
static __always_inline void begin_rows(struct vg_frame *frame, u32 row)
{
	struct vg_substrings *found = &frame->substrings;

	__builtin_memset(found->recent, 0, sizeof(found->recent));
	found->recent[0] = ~0u; /* 0 is a row, and may be found */
	found->sum = 0;
	found->is_first = 1;
	add_row(frame, row);
}

static __always_inline u8 text_byte(const struct vg_frame *frame, u64 at)
{
	u8 byte = frame->record.heap[at];

	if (frame->text.ignore_case && byte >= 'A' && byte <= 'Z')
		byte += 'a' - 'A';
	return byte;
}

/* Either one byte on, or from a node to the one that stands for an end of its text. */
static long substring_step(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	struct vg_text_walk *text = &frame->text;
	const volatile struct vg_trie_node *next;
	u64 at = text->at;
	u32 index;

	if (at >= sizeof(frame->record.heap) || !text->left)
		return 1;
	index = (text->base + text_byte(frame, at)) & CONF->trie_mask;
	next = TABLE(trie, index, CONF->trie_mask);
	if (next->check == text->node) {
		text->node = index;
		text->base = next->base;
		if (next->row_exact != text->none) {
			if (text->asks) {
				text->stopped = 1;
				return 1;
			}
			add_row(frame, next->row_exact);
		}
	} else if (text->node != text->root) {
		index = TABLE(trie, text->node, CONF->trie_mask)->row_prefix;
		text->node = index;
		text->base = TABLE(trie, index, CONF->trie_mask)->base;
		return 0;
	}
	text->at = at + 1;
	text->left--;
	return 0;
}

/* The rules found, when they are more than a summary holds. */
static long keep_row_word(u64 word, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	u64 at = VG_MASK(word, VG_RULE_WORDS - 1);
	u64 found = frame->substrings.words[at];

	frame->exact[at] = frame->has_exact ? frame->exact[at] & found : found;
	return 0;
}

static __always_inline void
substring_walk(struct vg_frame *frame, const volatile struct vg_dimension *d, u32 size, u32 none)
{
	struct vg_loop loop = {frame};

	frame->text.left = size;
	frame->text.root = frame->text.node = d->root;
	frame->text.base = TABLE(trie, d->root, CONF->trie_mask)->base;
	frame->text.none = none;
	frame->text.ignore_case = d->flags & VG_DIM_IGNORE_CASE;
	frame->text.stopped = 0;
	bpf_loop(2 * size, substring_step, &loop, 0);
}

static __always_inline int ask_substring(struct vg_frame *frame,
					 const volatile struct vg_dimension *d)
{
	s32 size = text_locate(frame, d->slot, d->field, false);

	if (size < 0)
		return -1;
	frame->text.asks = 1;
	substring_walk(frame, d, size, 0);
	/* the empty text is found at once */
	if (frame->text.stopped || TABLE(trie, d->root, CONF->trie_mask)->row_exact)
		return 1;
	return frame->text.head_cut || frame->text.tail_cut ? d->count : 0;
}

static __always_inline u64 match_substring(struct vg_frame *frame,
					   const volatile struct vg_dimension *d)
{
	struct vg_loop loop = {frame};
	s32 size = text_locate(frame, d->slot, d->field, false);

	if (size < 0)
		return narrow(frame, d->row_none);
	frame->text.asks = 0;
	begin_rows(frame, frame->text.head_cut || frame->text.tail_cut ? d->count : d->row_none);
	/* the empty text is everywhere */
	if (TABLE(trie, d->root, CONF->trie_mask)->row_exact != d->row_none)
		add_row(frame, TABLE(trie, d->root, CONF->trie_mask)->row_exact);
	substring_walk(frame, d, size, d->row_none);
	frame->alive &= frame->substrings.sum;
	if (CONF->row_words) {
		bpf_loop(CONF->row_words, keep_row_word, &loop, 0);
		frame->has_exact = 1;
	}
	return frame->alive;
}

/* --- numbers ------------------------------------------------------------------ */

static __always_inline int number_of_sock(const struct wire_sock *sock, u32 field, u64 *number)
{
	bool ip = sock->family == AF_INET || sock->family == AF_INET6;

	switch (field) {
	case VG_FIELD_SOURCE_PORT:
		*number = sock->source_port;
		return ip ? 0 : -1;
	case VG_FIELD_DESTINATION_PORT:
		*number = sock->destination_port;
		return ip ? 0 : -1;
	case VG_FIELD_PROTOCOL:
		*number = sock->protocol;
		return 0;
	case VG_FIELD_FAMILY:
		*number = sock->family;
		return 0;
	case VG_FIELD_STATE:
		*number = sock->state;
		return 0;
	}
	return -1;
}

static __always_inline int number_of_sockaddr(const struct wire_sockaddr *address, u32 field,
					      u64 *number)
{
	switch (field) {
	case VG_FIELD_SOURCE_PORT:
	case VG_FIELD_DESTINATION_PORT:
		*number = address->port;
		return address->read_as == AF_INET || address->read_as == AF_INET6 ? 0 : -1;
	case VG_FIELD_FAMILY:
		*number = address->read_as;
		return 0;
	}
	return -1;
}

static __always_inline int number_of_skb(const struct wire_skb *skb, u32 field, u64 *number)
{
	bool has_ports = skb->flags & WIRE_SKB_PORTS;

	switch (field) {
	case VG_FIELD_SOURCE_PORT:
		*number = skb->source_port;
		return has_ports ? 0 : -1;
	case VG_FIELD_DESTINATION_PORT:
		*number = skb->destination_port;
		return has_ports ? 0 : -1;
	case VG_FIELD_PROTOCOL:
		*number = skb->protocol;
		return skb->family ? 0 : -1;
	case VG_FIELD_FAMILY:
		*number = skb->family;
		return skb->family ? 0 : -1;
	}
	return -1;
}

static __always_inline int number_of_path(const struct wire_path *path, u32 field, u64 *number)
{
	*number = path->mode >> 12;
	return field == VG_FIELD_FILE_TYPE && !(path->flags & WIRE_PATH_NO_MODE) ? 0 : -1;
}

static __always_inline int number_of_slot(struct vg_frame *frame, u32 slot, u32 field, u64 *number)
{
	const struct wire_value *value = value_of(frame, slot);

	if (!value)
		return -1;
	switch (value->kind) {
	case WIRE_VALUE_INTEGER:
		*number = *(const u64 *)(value + 1);
		return field == VG_FIELD_VALUE ? 0 : -1;
	case WIRE_VALUE_SOCK:
		return number_of_sock((const void *)(value + 1), field, number);
	case WIRE_VALUE_SOCKADDR:
		return number_of_sockaddr((const void *)(value + 1), field, number);
	case WIRE_VALUE_PATH:
		return number_of_path((const void *)(value + 1), field, number);
	case WIRE_VALUE_SOCKADDR_UN:
		*number = ((const struct wire_sockaddr_un *)(value + 1))->family;
		return field == VG_FIELD_FAMILY ? 0 : -1;
	case WIRE_VALUE_SKB:
		return number_of_skb((const void *)(value + 1), field, number);
	}
	return -1;
}

/* Of who runs, in its own pid namespace. */
VG_FUNCTION u32 vg_ns_tgid(void)
{
	const struct vg_proc *proc = proc_of_current();

	return proc && proc->flags ? proc->ns_tgid : task_ns_tgid(bpf_get_current_task_btf());
}

static __always_inline int process_value(struct vg_frame *frame, u32 which, u64 *number)
{
	int error = vg_process_value(frame, which);

	*number = frame->process_value;
	return error;
}

static __always_inline int number_of(struct vg_frame *frame, const volatile struct vg_dimension *d,
				     u64 *number)
{
	u32 slot = d->slot;
	u32 field = d->field;

	if (field == VG_FIELD_TGID) {
		*number = bpf_get_current_pid_tgid() >> 32;
		return 0;
	}
	if (field == VG_FIELD_NS_TGID) {
		*number = vg_ns_tgid();
		return 0;
	}
	if (field == VG_FIELD_PROCESS_VALUE)
		return process_value(frame, slot, number);
	return number_of_slot(frame, slot, field, number);
}

/* Halves what is left: the last bound <= the value is in [first, first + count). */
static long bound_step(u64 i, struct vg_loop *loop)
{
	struct vg_range_search *search = &loop->frame->search;
	u32 half = search->count / 2;
	u32 middle = search->first + half;

	if (!half)
		return 1;
	if (TABLE(bounds, middle, CONF->bounds_mask)->from <= search->high) {
		search->first = middle;
		search->count -= half;
	} else {
		search->count = half;
	}
	return 0;
}

static __always_inline u32 bound_row(struct vg_frame *frame, u64 number, u32 first, u32 count)
{
	struct vg_loop loop = {frame};

	frame->search.high = number;
	frame->search.first = first;
	frame->search.count = count;
	bpf_loop(32, bound_step, &loop, 0);
	return TABLE(bounds, frame->search.first, CONF->bounds_mask)->row;
}

static __always_inline u64 match_ranges(struct vg_frame *frame,
					const volatile struct vg_dimension *d)
{
	u64 number = 0;

	if (number_of(frame, d, &number))
		return narrow(frame, d->row_none);
	if (d->field == VG_FIELD_VALUE && (slot_of(d->slot)->flags & VG_SLOT_SIGNED))
		number ^= 1ull << 63;
	return narrow(frame, bound_row(frame, number, d->root, d->count));
}

/* --- addresses ---------------------------------------------------------------- */

static long bound6_step(u64 i, struct vg_loop *loop)
{
	struct vg_range_search *search = &loop->frame->search;
	u32 half = search->count / 2;
	u32 middle = search->first + half;
	const volatile struct vg_bound6 *bound;
	u64 high, low;

	if (!half)
		return 1;
	bound = TABLE(bounds6, middle, CONF->bounds6_mask);
	high = bound->from_high;
	low = bound->from_low;
	if (high < search->high || (high == search->high && low <= search->low)) {
		search->first = middle;
		search->count -= half;
	} else {
		search->count = half;
	}
	return 0;
}

static __always_inline u32 bound6_row(struct vg_frame *frame, u32 first, u32 count)
{
	struct vg_loop loop = {frame};

	frame->search.first = first;
	frame->search.count = count;
	bpf_loop(32, bound6_step, &loop, 0);
	return TABLE(bounds6, frame->search.first, CONF->bounds6_mask)->row;
}

/* Sets search.high and low in host order. The family it is to be looked up in, or 0. */
static __always_inline u32 address_locate(struct vg_frame *frame, u32 slot, u32 field)
{
	const struct wire_value *value = value_of(frame, slot);
	const void *address;
	u32 family;

	if (!value)
		return 0;
	if (value->kind == WIRE_VALUE_SOCK) {
		const struct wire_sock *sock = (const void *)(value + 1);

		family = sock->family;
		address = field == VG_FIELD_SOURCE_ADDRESS ? sock->source : sock->destination;
	} else if (value->kind == WIRE_VALUE_SKB) {
		const struct wire_skb *skb = (const void *)(value + 1);

		family = skb->family;
		address = field == VG_FIELD_SOURCE_ADDRESS ? skb->source : skb->destination;
	} else if (value->kind == WIRE_VALUE_SOCKADDR) {
		const struct wire_sockaddr *sockaddr = (const void *)(value + 1);

		family = sockaddr->read_as;
		address = sockaddr->address;
	} else {
		return 0;
	}
	frame->search.high = bpf_be64_to_cpu(((const u64 *)address)[0]);
	frame->search.low = bpf_be64_to_cpu(((const u64 *)address)[1]);
	if (family == AF_INET)
		frame->search.low = frame->search.high >> 32;
	return family;
}

static __always_inline u64 match_address(struct vg_frame *frame,
					 const volatile struct vg_dimension *d)
{
	u32 family = address_locate(frame, d->slot, d->field);

	/* ::ffff:a.b.c.d is IPv4 */
	if (family == AF_INET6 && !frame->search.high && frame->search.low >> 32 == 0xffff)
		family = AF_INET;
	if (family == AF_INET)
		return narrow(frame, bound_row(frame, (u32)frame->search.low, d->root, d->count));
	if (family == AF_INET6)
		return narrow(frame, bound6_row(frame, d->root6, d->count6));
	return narrow(frame, d->row_none);
}

/* --- bits --------------------------------------------------------------------- */

struct vg_fold_loop {
	struct vg_frame *frame;
	u64 column;
};

static long fold_bit(u64 bit, struct vg_fold_loop *loop)
{
	struct vg_bit_fold *fold = &loop->frame->fold;
	u64 word = fold->words[VG_MASK(bit >> 6, VG_FOLLOW_WORDS - 1)];
	u64 row;

	if (!(word >> (bit & 63) & 1))
		return 0;
	row = row_column(fold->root + bit, loop->column);
	if (fold->none_of)
		fold->sum &= row;
	else
		fold->sum |= row;
	return 0;
}

static __always_inline void fold_column(struct vg_frame *frame, u64 column)
{
	struct vg_fold_loop loop = {frame, column};

	frame->fold.sum = frame->fold.none_of ? ~0ull : row_column(frame->fold.row_none, column);
	bpf_loop(frame->fold.bits, fold_bit, &loop, 0);
}

/* The folded row is in no table: its words are kept in the frame. */
static long fold_word(u64 word, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	u64 *exact = &frame->exact[VG_MASK(word, VG_RULE_WORDS - 1)];

	fold_column(frame, word + 1);
	*exact = frame->has_exact ? *exact & frame->fold.sum : frame->fold.sum;
	return 0;
}

/* Without a state only what the living ancestors tell is known, and nothing of programs. Who has no
 * program, or one that could not be told, is not outside of a set. */
VG_FUNCTION int vg_follow(struct vg_frame *frame, u32 field, u32 none_of)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	struct vg_proc *proc;
	u64 *words;

	barrier_var(leader); /* as above */
	if (!frame)
		return -1;
	words = frame->fold.words;
	proc = proc_get_named(frame, leader);
	if (proc)
		proc_follow(frame, proc, leader);
	if (field == VG_FIELD_FOLLOW && !proc) {
		__builtin_memset(frame->follow, 0, sizeof(frame->follow));
		follow_ancestors(frame, leader);
		words_add(words, frame->follow);
		return 0;
	}
	if (!proc)
		return -1;
	switch (field) {
	case VG_FIELD_FOLLOW:
		words_add(words, proc->follow);
		return 0;
	case VG_FIELD_PARENT_BINARY:
		words_add(words, proc->programs.parent);
		return !none_of || proc->flags & VG_PROC_PARENT_KNOWN ? 0 : -1;
	case VG_FIELD_ANCESTOR_BINARY:
		words_add(words, proc->programs.above);
		return 0;
	}
	words_add(words, proc->programs.own);
	words_add(words, proc->programs.above);
	return !none_of || proc->exe_size ? 0 : -1;
}

static __always_inline int bits_locate(struct vg_frame *frame, u32 slot, u32 field, bool none_of)
{
	struct vg_bit_fold *fold = &frame->fold;

	__builtin_memset(fold->words, 0, sizeof(fold->words));
	if (field >= VG_FIELD_FOLLOW && field <= VG_FIELD_ANCESTOR_BINARY)
		return vg_follow(frame, field, none_of);
	if (field == VG_FIELD_PROCESS_VALUE)
		return process_value(frame, slot, &fold->words[0]);
	return number_of_slot(frame, slot, field, &fold->words[0]);
}

static __always_inline u64 match_bits(struct vg_frame *frame, const volatile struct vg_dimension *d)
{
	struct vg_loop loop = {frame};
	struct vg_bit_fold *fold = &frame->fold;

	if (bits_locate(frame, d->slot, d->field, d->flags & VG_DIM_NONE_OF))
		return narrow(frame, d->row_none);
	fold->root = d->root;
	fold->row_none = d->row_none;
	fold->none_of = d->flags & VG_DIM_NONE_OF;
	fold->bits = 64 * d->words;
	fold_column(frame, 0);
	frame->alive &= fold->sum;
	if (CONF->row_words) {
		bpf_loop(CONF->row_words, fold_word, &loop, 0);
		frame->has_exact = 1;
	}
	return frame->alive;
}

/* --- where the process is --------------------------------------------------------- */

struct vg_workload_loop {
	struct vg_frame *frame;
	const struct vg_container_sets *sets;
	u32 root, count; /* of the bounds */
	u32 word;
};

static long add_workload(u64 bit, struct vg_workload_loop *loop)
{
	struct vg_frame *frame = loop->frame;

	if (frame->container_bits >> (bit & 63) & 1)
		add_row(frame, bound_row(frame, loop->word * 64 + bit, loop->root, loop->count));
	return 0;
}

static long add_workload_word(u64 word, struct vg_workload_loop *loop)
{
	struct vg_frame *frame = loop->frame;

	frame->container_bits = loop->sets->words[VG_MASK(word, VG_WORKLOAD_WORDS - 1)];
	loop->word = word;
	if (frame->container_bits)
		bpf_loop(64, add_workload, loop, 0);
	return 0;
}

/* A container whose sets are gone meanwhile is one that nothing is known of. */
static __always_inline u64 match_workload(struct vg_frame *frame,
					  const volatile struct vg_dimension *d)
{
	struct vg_workload_loop loop = {.frame = frame, .root = d->root, .count = d->count};
	struct vg_loop words = {frame};
	u32 workload = vg_find_container(frame);
	u64 container = frame->container;

	if (container)
		loop.sets = bpf_map_lookup_elem(&container_sets, &container);
	if (!loop.sets)
		return narrow(frame, bound_row(frame, workload, d->root, d->count));
	begin_rows(frame, d->row_none);
	bpf_loop(loop.sets->words_used, add_workload_word, &loop, 0);
	frame->alive &= frame->substrings.sum;
	if (CONF->row_words) {
		bpf_loop(CONF->row_words, keep_row_word, &words, 0);
		frame->has_exact = 1;
	}
	return frame->alive;
}

/* --- expressions -------------------------------------------------------------- */

static long fill_word(u64 word, struct vg_loop *loop)
{
	loop->frame->exact[VG_MASK(word, VG_RULE_WORDS - 1)] = ~0ull;
	return 0;
}

static __always_inline u64 reject(struct vg_frame *frame, u32 rule)
{
	struct vg_loop loop = {frame};
	u64 bit = 1ull << (rule & 63);

	if (!CONF->row_words) {
		frame->alive &= ~bit;
		return frame->alive;
	}
	if (!frame->has_exact)
		bpf_loop(CONF->row_words, fill_word, &loop, 0);
	frame->has_exact = 1;
	frame->exact[VG_MASK(rule >> 6, VG_RULE_WORDS - 1)] &= ~bit;
	return frame->alive;
}

#endif /* VIGIL_MATCH_H */
