/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Small words that the other headers use. */
#ifndef VIGIL_COMMON_H
#define VIGIL_COMMON_H

#include "kernel/include/types.h"

#include <bpf/bpf_helpers.h>

/* A function the verifier checks once, for any argument. One object, one source file. */
#define VG_FUNCTION __attribute__((noinline))

/* Keep clang from proving a mask useless: older verifiers forget the range that proves it. */
#define VG_MASK(value, mask)                                           \
	({                                                             \
		u64 masked_ = (value);                                 \
		u64 mask_ = (mask);                                    \
		asm volatile("%0 &= %1" : "+r"(masked_) : "r"(mask_)); \
		masked_;                                               \
	})

struct vg_frame;

/* The callback context of a loop must be on the stack. */
struct vg_loop {
	struct vg_frame *frame;
};

#endif /* VIGIL_COMMON_H */
