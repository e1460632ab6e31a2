/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which follow sets name a program, its parent's and its ancestors': bits of a process's state,
 * passed on at fork and exec, so that they outlive those that they are about.
 */
#ifndef VIGIL_PROGRAMS_H
#define VIGIL_PROGRAMS_H

#include "kernel/lib/maps.h"
#include "kernel/lib/common.h"

struct vg_program_loop {
	struct vg_frame *frame;
	void *nodes;
};

/* One byte of the path: as trie_step of a hook's own tries. */
static long program_step(u64 i, struct vg_program_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	struct vg_text_walk *text = &frame->text;
	const struct vg_program_node *next;
	u64 at = text->at;
	u32 place, index;

	if (at >= sizeof(frame->path))
		return 1;
	place = (text->base + frame->path[at]) & text->mask;
	index = place + 1;
	next = bpf_map_lookup_elem(loop->nodes, &index);
	if (!next || next->check != text->node) {
		text->stopped = 1;
		return 1;
	}
	text->node = place;
	text->base = next->base;
	text->at = at + (s64)(s32)text->step;
	return 0;
}

/* Adds the sets that the text in frame->path belongs to, walked from `at` on. */
static __always_inline void add_named(struct vg_frame *frame, void *nodes, u32 root, u32 size)
{
	struct vg_program_loop loop = {frame, nodes};
	const struct vg_program_node *node;
	u32 index = root + 1;

	node = bpf_map_lookup_elem(nodes, &index);
	if (!node)
		return;
	frame->text.node = root;
	frame->text.base = node->base;
	frame->text.stopped = 0;
	bpf_loop(size, program_step, &loop, 0);
	index = frame->text.node + 1;
	node = bpf_map_lookup_elem(nodes, &index);
	if (!node)
		return;
	for (u32 i = 0; i < VG_FOLLOW_WORDS; i++)
		frame->named[i] |= frame->text.stopped ? node->prefix[i] : node->exact[i];
}

/* The sets that name a program, whose path of `size` bytes begins at `at` in frame->path, into
 * frame->named. Always 0. */
VG_FUNCTION int vg_named(struct vg_frame *frame, u32 at, u32 size)
{
	u32 zero = 0;
	void *nodes = bpf_map_lookup_elem(&program_sets, &zero);
	const struct vg_program_head *head;

	if (!frame)
		return 0;
	__builtin_memset(frame->named, 0, sizeof(frame->named));
	if (!nodes || !size)
		return 0;
	head = bpf_map_lookup_elem(nodes, &zero);
	if (!head)
		return 0;
	frame->text.mask = head->mask;
	frame->text.at = at;
	frame->text.step = 1;
	add_named(frame, nodes, head->forward, size);
	frame->text.at = at + size - 1;
	frame->text.step = -1;
	add_named(frame, nodes, head->reversed, size);
	return 0;
}

static __always_inline void words_add(u64 to[VG_FOLLOW_WORDS], const u64 from[VG_FOLLOW_WORDS])
{
	for (u32 i = 0; i < VG_FOLLOW_WORDS; i++)
		to[i] |= from[i];
}

/* Only the bits in `which` become those of `from`. */
static __always_inline void words_renew(u64 to[VG_FOLLOW_WORDS], const u64 from[VG_FOLLOW_WORDS],
					const u64 which[VG_FOLLOW_WORDS])
{
	for (u32 i = 0; i < VG_FOLLOW_WORDS; i++)
		to[i] = (to[i] & ~which[i]) | (from[i] & which[i]);
}

/* What `child` has when `parent` is who it comes from. */
static __always_inline void programs_pass_on(struct vg_programs *child,
					     const struct vg_programs *parent)
{
	__builtin_memcpy(child->above, parent->above, sizeof(child->above));
	words_add(child->above, parent->own);
	__builtin_memcpy(child->parent, parent->own, sizeof(child->parent));
}

#endif /* VIGIL_PROGRAMS_H */
