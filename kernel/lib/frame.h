/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A frame: the private memory of one hit, from a pool per CPU. It holds the loops'
 * state too: what comes from memory is unknown to the verifier, so that one pass over
 * a loop's body stands for all of them.
 */
#ifndef VIGIL_FRAME_H
#define VIGIL_FRAME_H

#include "kernel/include/types.h"
#include "kernel/include/runtime_abi.h"

enum {
	VG_RULE_WORDS = VG_MAX_RULES / 64,
	VG_NAME_MAX = 4095, /* of one component: FUSE allows that */
	VG_RECORD_FIXED = sizeof(struct wire_hook),
	VG_RECORD_MAX = VG_RECORD_FIXED + VG_HEAP_SIZE,
	/* What is copied into a record at once is masked with this. */
	VG_COPY_MASK = 8191,
	/* Room behind the heap: a masked offset, headers and a masked size stay inside. */
	VG_HEAP_SLACK = VG_COPY_MASK + 1 + 128,
};

/* A record under construction: fixed part, then its bytes. */
union vg_record {
	struct wire_head head;
	struct wire_fork fork;
	struct wire_exec exec;
	struct wire_data data;
	struct wire_exit exit;
	struct wire_hook hook;
	struct {
		u8 fixed[VG_RECORD_FIXED];
		u8 heap[VG_HEAP_SIZE + VG_HEAP_SLACK];
	};
};
_Static_assert(sizeof(struct wire_exec) == VG_RECORD_FIXED, "the heap follows both");

struct vg_path_walk {
	u64 dentry;
	u64 mount; /* struct mount, 0: stay below the dentry's own root */
	u64 root;  /* of that mount */
	u32 at;	   /* where the text in `path` begins */
	u32 flags; /* enum wire_path_flags */
};

struct vg_text_walk {
	u64 at;
	u32 step; /* 1 or -1 */
	u32 mask; /* of a trie that is not the hook's own */
	u32 node, base;
	u32 stopped;
	u32 left;	/* bytes, of an automaton's text */
	u32 root, none; /* an automaton's root and the row of nothing found */
	u32 ignore_case;
	u32 asks;		/* stops at the first that is found */
	u32 head_cut, tail_cut; /* the text goes on before, behind what is here */
};

struct vg_range_search {
	u64 high, low;
	u32 first, count;
};

struct vg_bit_fold {
	u64 words[VG_FOLLOW_WORDS];
	u64 sum;
	u32 root, row_none, none_of, bits;
};

/* Follow sets that name the program of a process and of those it comes from. */
struct vg_programs {
	u64 own[VG_FOLLOW_WORDS];
	u64 parent[VG_FOLLOW_WORDS];
	u64 above[VG_FOLLOW_WORDS]; /* of any ancestor */
};

struct vg_gather {
	u64 vector;   /* struct iovec after struct iovec */
	u64 segments; /* left */
	u64 skip;     /* bytes of the first that do not count */
	u64 left;     /* bytes, as the caller says */
	u64 copied, size;
	u32 user_vector, user_bytes;
	u32 failed;
	u32 to; /* in the heap */
};

/* Where the rest of a record's buffers is. */
struct vg_rest {
	u32 slots; /* whose rest is to be sent: a bit each */
	u32 slot;  /* that is being sent; VG_MAX_SLOTS: none */
	u32 ring;
	u32 sent;	    /* of it */
	u64 vector;	    /* struct iovec after struct iovec */
	u64 segments, next; /* how many, and which one comes next */
	u64 skip, left;	    /* bytes that do not count, and that do */
	u64 at, size;	    /* what is left of the segment before */
	u32 user_vector, user_bytes;
};

struct vg_packet_walk {
	u64 at, end; /* in the packet's head */
	u32 next;    /* the header that stands at `at` */
	u32 later;   /* a fragment behind the first: no ports in it */
};

struct vg_byte_scan {
	u32 from, size; /* in the heap */
	u32 first_zero; /* size: none */
	u32 last_used;	/* 1 + place of the last byte that is not 0 */
};

struct vg_substrings {
	u64 sum; /* summary of the rules found */
	u32 row; /* being added */
	u32 is_first;
	u32 recent[64]; /* rows that were added, by their low bits */
	u64 words[VG_RULE_WORDS];
};

struct vg_decision {
	u64 bits;  /* of the current word, not yet looked at */
	u32 base;  /* rule number of bit 0 */
	u32 word;  /* next */
	u64 owner; /* policy and hook that were decided last */
	u32 decided;
	s32 verdict;
	u32 overridden;
	u32 order; /* of the rule that the verdict is of */
	u32 open;  /* the rule that acted matches only if its return half does */
};

/* A rule that waits for the return of a call. */
struct vg_waiting {
	u32 policy_id;
	u16 hook_index;
	u16 selector; /* and VG_WAITING_POSTED: the entry's record has been sent */
};
#define VG_WAITING_POSTED 0x8000u
#define VG_CALL_WAITING	  4

/* Who waits for it, a chunk of them. */
struct vg_call {
	u64 call; /* as in wire_hook */
	struct wire_exec_key self;
	u32 tid;
	u32 count;
	struct vg_waiting waiting[VG_CALL_WAITING];
};

/* What is known of the hook of a policy whose rules are being asked at the return. */
struct vg_waited {
	u64 owner; /* policy and hook */
	u32 open;
	u32 posted; /* the entry's record waits for an answer */
	u32 acted;
	u32 pad;
};

/* The arguments of a new program, from the second on. */
struct vg_args {
	u64 at, end; /* in the program's memory */
	u32 sent;    /* in pieces that went before */
	u32 flags;   /* enum wire_process_flags */
};

enum vg_identified {
	VG_IDENTIFIED_TIME = 1u << 0,
	VG_IDENTIFIED_PROCESS = 1u << 1,
};

struct vg_frame {
	u32 busy;
	u32 pad;
	u64 kept; /* the context of the call that goes on with it in the next part; 0: none */
	u64 raw[64];
	u64 registers[VG_REGISTERS];

	/* the process */
	u64 follow[VG_FOLLOW_WORDS];
	u64 stale[VG_FOLLOW_WORDS]; /* sets that its state knows nothing of */
	u64 named[VG_FOLLOW_WORDS]; /* by the path that was looked at last */
	struct vg_programs programs;
	u32 process_flags; /* enum vg_proc_flags */
	u32 parent_known;  /* the parent's program */
	u32 identified;	   /* what the record says: enum vg_identified */
	u32 urgent;	   /* the record is to be read at once */
	u64 process_value; /* that a condition looks at */

	/* values read: 1 + offset of the wire_value in the heap, 0 when not read */
	u32 used; /* of the heap */
	u32 slot_at[VG_MAX_SLOTS];

	/* rules alive */
	u64 alive; /* summary */
	u32 row_count;
	u32 has_exact;
	u32 rows[VG_MAX_DIMENSIONS];
	u64 exact[VG_RULE_WORDS]; /* from dimensions whose row is no table row */

	/* loops; no two of a kind are nested */
	struct vg_path_walk walk;
	struct vg_text_walk text;
	struct vg_range_search search;
	struct vg_bit_fold fold;
	struct vg_gather gather;
	struct vg_rest rest;
	struct vg_packet_walk packet;
	struct vg_byte_scan scan;
	struct vg_substrings substrings;
	struct vg_decision decision;
	struct vg_call call;
	struct vg_waited waited;
	u64 call_arguments;  /* what tells this call from a nested one */
	u32 call_chunk;	     /* next, of who waits for it */
	u32 call_mechanisms; /* return half: bit per one that remembered the call */
	u64 hash, hash_at, hash_slots;
	u64 ancestor;
	u64 cgroup;	    /* that is being looked at */
	u64 container;	    /* cgroup of the one the process is in, if its sets are known; else 0 */
	u64 container_bits; /* of the word of its sets that is being added up */
	struct vg_args args;

	/* a path is put together from its end */
	u8 path[VG_VALUE_MAX + VG_NAME_MAX + 1];
	u8 name[64];

	union vg_record record;
};
_Static_assert(__builtin_offsetof(struct vg_frame, raw) == VG_FRAME_RAW_OFFSET,
	       "generated code writes raw");
_Static_assert(__builtin_offsetof(struct vg_frame, registers) == VG_FRAME_REGISTERS_OFFSET,
	       "generated code writes registers");
_Static_assert(VG_MAX_RAW <= VG_RAW_FUNCTION && VG_RAW_RETURN < VG_RAW_RESOLVED &&
		       VG_RAW_RESOLVED + VG_MAX_SLOTS <= 64,
	       "raw is indexed with a mask");

#endif /* VIGIL_FRAME_H */
