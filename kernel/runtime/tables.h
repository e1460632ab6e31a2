/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tables of one hook. The loader gives each the size and contents of the hook's
 * plan; declared with one element, any index would be folded to 0, so they are only
 * reached through TABLE().
 */
#ifndef VIGIL_TABLES_H
#define VIGIL_TABLES_H

#include "kernel/include/runtime_abi.h"
#include "kernel/lib/common.h"

const volatile struct vg_conf conf[1] SEC(".rodata.conf");
const volatile struct vg_slot slots[VG_MAX_SLOTS] SEC(".rodata.slots");
const volatile struct vg_step steps[1] SEC(".rodata.steps");
const volatile struct vg_dimension dimensions[VG_MAX_DIMENSIONS] SEC(".rodata.dimensions");
const volatile struct vg_trie_node trie[1] SEC(".rodata.trie");
const volatile struct vg_bound bounds[1] SEC(".rodata.bounds");
const volatile struct vg_bound6 bounds6[1] SEC(".rodata.bounds6");
const volatile u64 rows[1] SEC(".rodata.rows");
const volatile struct vg_rule rules[1] SEC(".rodata.rules");

#define TABLE(name, index, last)                    \
	({                                          \
		typeof(&(name)[0]) table_ = (name); \
		asm volatile("" : "+r"(table_));    \
		&table_[VG_MASK(index, last)];      \
	})

#define CONF (TABLE(conf, 0, 0))

static __always_inline const volatile struct vg_slot *slot_of(u32 slot)
{
	return TABLE(slots, slot, VG_MAX_SLOTS - 1);
}

static __always_inline const volatile struct vg_dimension *dimension_of(u32 dimension)
{
	return TABLE(dimensions, dimension, VG_MAX_DIMENSIONS - 1);
}

/* Column 0 of a row is its summary, column 1 + w its word w. */
static __always_inline u64 row_column(u32 row, u32 column)
{
	u64 stride = CONF->row_words + 1;

	return *TABLE(rows, row * stride + column, CONF->rows_mask);
}

#endif /* VIGIL_TABLES_H */
