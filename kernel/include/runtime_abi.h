/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a generated hook program and the prebuilt runtime agree on: the shape of
 * the tables that describe one hook, and the functions that the program calls.
 *
 * A hook program is: gate, read, decide, emit.
 *
 *   r6 = ctx
 *   vg_gate_process() == 0: return 0       where each rule asks for a process
 *   vg_gate_KIND(argument) == 0: return 0  where each rule asks for a name
 *   keep the processor                     where kernels would take it away
 *   slot = vg_enter()                      a private frame, or none: count, and allow or,
 *                                          vg_undecided(), have the call tried again
 *   r7 = &frames[slot]                     the only map lookup in generated code
 *   frame->raw[i] = argument i             per argument that some slot reads
 *   vg_begin(frame)                        an empty record, every rule alive
 *   for each dimension, cheapest first:
 *       vg_read_KIND(frame, slot)          unless read before
 *       if (vg_match_KIND(frame, dimension) == 0) goto out
 *                                          by way of vg_uninterested(), if only the
 *                                          process was looked at
 *   vg_read_KIND(frame, slot)              slots that are only reported
 *   verdict = vg_decide(frame)             first rule per policy: act and emit
 * out:
 *   vg_leave(frame)
 *   give the processor free
 *   return verdict
 *
 * PARTS. Where the policies of a hook are too much for one program it has several; each but the
 * last goes on to the next with a tail call through the map `hook_parts`. One that has decided
 * something keeps its frame (vg_keep) for those after it (vg_resume instead of vg_enter), so that
 * the verdict, who decided last, and who and when the event is of are known to all. The last one
 * answers (vg_verdict); if it takes no frame, then for the one that was kept (vg_claim).
 *
 * The return half of a hook is one program of its own, where the function returns:
 *
 *   slot = vg_enter(), r7 = &frames[slot]
 *   frame->registers[i] = argument i       those that tell nested calls apart
 *   vg_recall(frame) == 0: goto out        nobody waits for this call
 *   frame->raw[VG_RAW_RETURN] = value
 *   vg_begin, vg_read_KIND, vg_match_KIND  as above
 *   vg_return(frame)                       also when no rule is left: told as rejected
 *
 * RULES AND ROWS. A rule is one selector of one policy; rules are numbered in
 * policy order, then selector order, policies that look at the same things next to each other, so
 * that blocks of a row are empty or not as a whole. A dimension is one value read from the
 * event. It is mapped to a row: one bit per rule, set when the rule can still
 * match given this value (always set for rules that do not look at it). AND over
 * all dimensions is the exact set of matching rules.
 *
 * A row is `row_words` + 1 u64: a summary, then the bits; row n begins at
 * n * (row_words + 1). With at most 64 rules row_words is 0 and the summary is the
 * row. Otherwise bit b of the summary is set when any of the words
 * [b * block_words, (b + 1) * block_words) is not 0.
 * A dimension's `row_none` is for a value that could not be read: only
 * rules that do not look at the dimension have their bit set, also for Not*.
 *
 * All tables are power-of-two sized and indexed with a mask from vg_conf, a
 * constant to the verifier.
 */
#ifndef VIGIL_RUNTIME_ABI_H
#define VIGIL_RUNTIME_ABI_H

#include "wire.h"

enum vg_limits {
	VG_MAX_RAW = 12,   /* raw arguments of a function that a slot can name */
	VG_MAX_SLOTS = 32, /* distinct values read per hook */
	VG_MAX_DIMENSIONS = 64,
	VG_RULE_BITS = 15,	   /* steps of a search among them */
	VG_MAX_RULES = 16384,	   /* per hook */
	VG_MAX_POLICIES = 16384,   /* loaded at a time: size of the policy_state map */
	VG_HEAP_SIZE = 32768,	   /* bytes of values in one record */
	VG_VALUE_MAX = 4096,	   /* bytes of one string, path or buffer */
	VG_WHOLE_MAX = 10 * 32736, /* of a buffer whose rest is sent behind them */
	VG_DEVICE_NAME_MAX = 16,   /* terminators included */
	VG_SYMBOL_MAX = 256,
	VG_MODULE_NAME_MAX = 64,
	VG_UNIX_PATH_MAX = 108,
	VG_STACK_SIZE = 127 * 8, /* frames that the kernel walks, unless it is told to walk more */
	VG_FRAMES_PER_CPU = 8,
	VG_FOLLOW_WORDS = 4,	   /* 64-bit words of follow sets a process can be in */
	VG_MECHANISMS = 6,	   /* ways to be attached to one function, without its return */
	VG_REGISTERS = 6,	   /* arguments of a function that can tell its calls apart */
	VG_NAME_END = 8,	   /* bytes of "/name" that a name gate looks at */
	VG_WORKLOAD_WORDS = 256,   /* 64-bit words of the sets that a container can be in */
	VG_MAX_CONTAINERS = 16384, /* whose sets are known */
};

/*
 * What generated code knows of the map `frames` and of struct vg_frame: raw and registers are
 * at fixed places; kernel/lib/frame.h asserts them and its own size is its own business.
 * `frames` is an array of VG_FRAMES_PER_CPU frames per possible CPU (user space sizes
 * it: a per-CPU array's value may not exceed 32 KiB), with __u32 keys.
 */
enum {
	VG_FRAME_RAW_OFFSET = 16,
	VG_FRAME_REGISTERS_OFFSET = 16 + 64 * 8,
	VG_RAW_FUNCTION = 12, /* number of the function, in a program that serves several */
	VG_RAW_RETURN = 13,   /* what the function returned */
	VG_RAW_RESOLVED = 32, /* what a way leads to, one per slot */
};

/* vg_conf.memory: the lowest bits are the size, 1, 2, 4 or 8. */
enum vg_raw_in_memory {
	VG_RAW_IN_MEMORY_SIZE = 15,
	VG_RAW_IN_MEMORY_SIGNED = 1u << 7, /* sign-extended, else zero-extended */
};

enum vg_slot_flags {
	VG_SLOT_SIGNED = 1u << 0,	  /* integer: sign-extend from `width` bytes */
	VG_SLOT_USER = 1u << 1,		  /* the pointer is to user memory (syscall arguments) */
	VG_SLOT_IN_CHILD_MOUNT = 1u << 2, /* dentry: path inside its own mount only */
	VG_SLOT_SIZED = 1u << 3,	  /* size_raw is set */
	VG_SLOT_SCATTERED = 1u << 4,	  /* BYTES: in memory they are not one after the other */
	VG_SLOT_FILLED = 1u << 5,	  /* BYTES: so many as raw[VG_RAW_RETURN] says, a number
					   * of `width` bytes; none if it is negative */
};

enum vg_way_flags {
	VG_WAY_TASK = 1u << 0,	  /* it begins at the running task */
	VG_WAY_ADDRESS = 1u << 1, /* where the value stands is what is asked for */
	VG_WAY_SIGNED = 1u << 2,
};

/* .rodata.slots: one value to read. */
struct vg_slot {
	wire_u8 raw;	  /* index into frame->raw */
	wire_u8 kind;	  /* enum wire_value_kind */
	wire_u8 width;	  /* integer: 1, 2, 4, 8 */
	wire_u8 flags;	  /* enum vg_slot_flags */
	wire_u8 size_raw; /* BYTES, SOCKADDR_UN: index into frame->raw of the byte count; a set of
			   * capabilities: of the set whose bits are taken off */
	wire_u8 steps;	  /* with a way (vg_resolve): pointers followed */
	wire_u16 fixed_size; /* BYTES of an array: their count */
	/* With a way: */
	wire_u32 first_step;
	wire_u32 offset;    /* behind the last pointer */
	wire_u8 root;	    /* index into frame->raw of where it begins */
	wire_u8 depth;	    /* of the last part of the path */
	wire_u8 bits;	    /* read there, at most 64 with bit_offset */
	wire_u8 bit_offset; /* of the first one in its byte */
	wire_u8 way;	    /* enum vg_way_flags */
	wire_u8 pad[3];
};
WIRE_ASSERT(sizeof(struct vg_slot) == 24, "vg_slot");

/* .rodata.steps: a pointer to be followed. */
struct vg_step {
	wire_u32 offset;
	wire_u32 depth; /* the part of the path that needs it */
};
WIRE_ASSERT(sizeof(struct vg_step) == 8, "vg_step");

enum vg_field {
	VG_FIELD_VALUE = 0,   /* an integer slot's value; a string, path or bytes slot's text */
	VG_FIELD_SOURCE_PORT, /* of a SOCK slot, SOCKADDR: its port */
	VG_FIELD_DESTINATION_PORT,
	VG_FIELD_PROTOCOL,
	VG_FIELD_FAMILY,
	VG_FIELD_STATE,
	VG_FIELD_SOURCE_ADDRESS, /* of a SOCK slot, SOCKADDR: its address */
	VG_FIELD_DESTINATION_ADDRESS,
	VG_FIELD_FILE_TYPE, /* of a PATH slot: the upper four bits of its mode */
	VG_FIELD_TGID,	    /* of the process; slot unused, and below */
	VG_FIELD_NS_TGID,
	VG_FIELD_BINARY,	  /* path of the running program */
	VG_FIELD_FOLLOW,	  /* follow sets the process is in, VG_FOLLOW_WORDS u64 */
	VG_FIELD_BINARY_FAMILY,	  /* follow sets that name its program or an ancestor's */
	VG_FIELD_PARENT_BINARY,	  /* its parent's */
	VG_FIELD_ANCESTOR_BINARY, /* an ancestor's */
	VG_FIELD_PROCESS_VALUE,	  /* as it is now: slot is an enum vg_process_value */
	VG_FIELD_WORKLOAD, /* where it is now: enum vg_workload, numbers of sets of containers */
};

enum vg_process_value {
	VG_PROCESS_NAMESPACE = 0, /* number of a namespace's inode: one per enum vg_namespace */
	VG_PROCESS_USER_NAMESPACE = 9,
	VG_PROCESS_PERMITTED, /* capabilities, a bit each */
	VG_PROCESS_EFFECTIVE,
	VG_PROCESS_INHERITABLE,
	VG_PROCESS_UID, /* in the initial user namespace, as all that follow */
	VG_PROCESS_GID,
	VG_PROCESS_SUID,
	VG_PROCESS_SGID,
	VG_PROCESS_EUID,
	VG_PROCESS_EGID,
	VG_PROCESS_FSUID,
	VG_PROCESS_FSGID,
	VG_PROCESS_NAMESPACE_CHANGES, /* a bit per enum vg_namespace */
	VG_PROCESS_PERMITTED_CHANGES, /* a bit per capability */
	VG_PROCESS_EFFECTIVE_CHANGES,
	VG_PROCESS_INHERITABLE_CHANGES,
};

enum vg_namespace {
	VG_NS_UTS,
	VG_NS_IPC,
	VG_NS_MNT,
	VG_NS_PID,
	VG_NS_PID_FOR_CHILDREN,
	VG_NS_NET,
	VG_NS_TIME,
	VG_NS_TIME_FOR_CHILDREN,
	VG_NS_CGROUP,
	VG_NS_USER,
	VG_NAMESPACES,
};

enum vg_dimension_flags {
	VG_DIM_REVERSED = 1u << 0, /* trie: walk the text from its end */
	VG_DIM_NONE_OF = 1u << 1,  /* bits: AND of complements instead of OR, see vg_match_bits */
	VG_DIM_IGNORE_CASE = 1u << 2, /* substring: upper case letters of ASCII are read as lower */
};

/* .rodata.dimensions */
struct vg_dimension {
	wire_u8 slot;
	wire_u8 field;	   /* enum vg_field */
	wire_u8 flags;	   /* enum vg_dimension_flags */
	wire_u8 words;	   /* bits: 64-bit words of the value, at most VG_FOLLOW_WORDS */
	wire_u32 root;	   /* trie: root node; ranges: first bound; bits: row of bit 0 */
	wire_u32 count;	   /* ranges: number of bounds, at least 1; trie: row of a text whose
			    * beginning is missing; when reversed, whose end is;
			    * substring: of a text of which a part is missing */
	wire_u32 row_none; /* row when there is no value */
	wire_u32 root6;	   /* address: first of the IPv6 bounds */
	wire_u32 count6;
};
WIRE_ASSERT(sizeof(struct vg_dimension) == 24, "vg_dimension");

/*
 * .rodata.trie: double array, one step per byte c:
 *   next = (base + c) & trie_mask; taken when trie[next].check == node.
 * Where the walk stops because no edge fits, the value's row is row_prefix of the
 * node reached; where the text ends there, row_exact. The root's check is ~0.
 *
 * Substrings are found by an automaton in the same table: where no edge fits, the walk
 * goes on with the same byte from the node at row_prefix, from the root with the next
 * byte. row_exact of each node entered is added to the rules found, unless it is row_none.
 */
struct vg_trie_node {
	wire_u32 check;
	wire_u32 base;
	wire_u32 row_prefix;
	wire_u32 row_exact;
};
WIRE_ASSERT(sizeof(struct vg_trie_node) == 16, "vg_trie_node");

/*
 * .rodata.bounds: ascending from `root`; a value belongs to the last bound <= it.
 * The first bound is 0. Signed integers are compared with their top bit flipped.
 */
struct vg_bound {
	wire_u64 from;
	wire_u32 row;
	wire_u32 pad;
};
WIRE_ASSERT(sizeof(struct vg_bound) == 16, "vg_bound");

/* .rodata.bounds6: IPv6 addresses as two host-order u64; IPv4 uses vg_bound. */
struct vg_bound6 {
	wire_u64 from_high;
	wire_u64 from_low;
	wire_u32 row;
	wire_u32 pad;
};
WIRE_ASSERT(sizeof(struct vg_bound6) == 24, "vg_bound6");

enum vg_rule_flags {
	VG_RULE_POST = 1u << 0,
	VG_RULE_OVERRIDE = 1u << 1,	 /* verdict is `error` */
	VG_RULE_SIGNAL = 1u << 2,	 /* send `signal` */
	VG_RULE_AWAITS_RETURN = 1u << 3, /* remember the call for the return program */
	VG_RULE_RATE_LIMITED = 1u << 4,
	VG_RULE_ENFORCES = 1u << 5,	/* its record goes to the process ring */
	VG_RULE_HOOK_REFUSES = 1u << 6, /* a rule of its policy_id, hook_index overrides */
	VG_RULE_ENFORCER = 1u << 7, /* acts when the task was notified about, as was said then */
	VG_RULE_NOTIFY = 1u << 8, /* asks enforcers of the policy for notify_error, notify_signal */
	VG_RULE_DROP_NOTIFICATION = 1u << 9,
	/* when it posts, what is now is what changes are told from */
	VG_RULE_ACCEPTS_NAMESPACES = 1u << 10,
	VG_RULE_ACCEPTS_CAPABILITIES = 1u << 11,
	VG_RULE_ASKS_RETURN = 1u << 12, /* matches only when its return half does, too */
	VG_RULE_URGENT = 1u << 13,	/* who reads its record has to look at the process, too */
	VG_RULE_WRITE = 1u << 14,	/* write_value to where raw argument write_raw stands */
};

enum vg_rate_scope {
	VG_RATE_THREAD = 0,
	VG_RATE_PROCESS = 1,
	VG_RATE_GLOBAL = 2,
};

/* .rodata.rules; rules with one (policy_id, hook_index) are neighbours, also from the last of one
 * part to the first of the next, and the first of them that matches is the one that acts. Of a
 * return half they ascend by (policy_id, hook_index, selector). */
struct vg_rule {
	wire_u32 policy_id;
	wire_u32 policy_slot; /* index into the policy_state map */
	wire_u16 hook_index;
	wire_u16 selector;
	wire_u16 flags; /* enum vg_rule_flags */
	wire_u8 action; /* enum wire_action reported */
	wire_u8 signal;
	wire_u8 rate_scope; /* enum vg_rate_scope */
	wire_u8 notify_signal;
	wire_u8 write_raw;
	wire_u8 pad;
	wire_s32 error; /* -4095..0 */
	wire_s32 notify_error;
	wire_u32 write_value;
	wire_u32 rate_ms;	/* at most one event per interval and key */
	wire_u32 report_slots;	/* bit per slot this policy reports (part of the rate key) */
	wire_u32 order;		/* of several overrides the one with the least is the verdict */
	wire_u32 track_slots;	/* bit per slot: the sock's owner is remembered */
	wire_u32 untrack_slots; /* or forgotten */
};
WIRE_ASSERT(sizeof(struct vg_rule) == 52, "vg_rule");

/* .rodata.conf (one element): constants of the hook. */
struct vg_conf {
	wire_u32 rules;	      /* count, at most VG_MAX_RULES */
	wire_u32 row_words;   /* 0 with at most 64 rules */
	wire_u32 block_words; /* words per summary bit, 0 with at most 64 rules */
	wire_u32 rows_mask;   /* of .rodata.rows in u64 */
	wire_u32 trie_mask;   /* elements - 1, and so on */
	wire_u32 bounds_mask;
	wire_u32 bounds6_mask;
	wire_u32 rules_mask;
	wire_u64 all_rules;	  /* the summary with every rule alive */
	wire_u32 function_number; /* the traced function in `calls` keys, same for entry and return
				   */
	wire_u16 generation;	  /* copied into records */
	wire_u16 mechanism;  /* in `calls` keys: who remembered the call, below VG_MECHANISMS */
	wire_u32 memo;	     /* names this program in processes that no rule asks for; not 0 */
	wire_u32 name_root;  /* of the name gate's trie: rows are 0 where no rule can match */
	wire_u32 functions;  /* not 0: it serves so many, raw[VG_RAW_FUNCTION] says which */
	wire_u32 sock_slots; /* bit per slot that is a sock, whose owner may be known */
	/* Per raw argument: 0, or it is the address in the program's memory where the argument
	 * stands, and this its size; enum vg_raw_in_memory. */
	wire_u8 memory[16];
	wire_u8 telling; /* bit per frame->registers that tells calls apart */
	wire_u8 entries; /* return half: bit per mechanism that its calls are entered by */
	wire_u16 pad;
	wire_u32 steps_mask;
	wire_u32 whole_slots; /* bit per slot of a buffer whose rest is sent, too */
	wire_u32 pad2;
};
WIRE_ASSERT(sizeof(struct vg_conf) == 96, "vg_conf");

struct vg_action_counters {
	wire_u64 post; /* records that really reached the ring */
	wire_u64 post_lost;
	wire_u64 rate_limited;
	wire_u64 nopost;
	wire_u64 signal, monitor_signal;
	wire_u64 override, monitor_override;
	wire_u64 notify_enforcer, monitor_notify_enforcer;
	wire_u64 set, monitor_set;
};

/* policy_state: array map, one per loaded policy; user space reads and sets it at any time. */
struct vg_policy_state {
	wire_u32 mode; /* 0 enforce, 1 monitor: Signal, Override and Set are counted, not done */
	wire_u32 pad;
	struct vg_action_counters counters; /* of selectors that have none of their own */
};
WIRE_ASSERT(sizeof(struct vg_policy_state) == 104, "vg_policy_state");

/* selector_counters: hash of struct vg_action_counters. Made when a selector first acts; when
 * there is no room, the policy's own count. Deleted by user space with the policy. */
struct vg_selector_key {
	wire_u32 policy_id;
	wire_u16 hook_index;
	wire_u16 selector;
};

/* counters: per-CPU array, one u64 each, summed by user space. */
enum vg_counter {
	VG_COUNT_LOST_PROCESS = 0, /* records that found no room, per ring */
	VG_COUNT_LOST_EVENTS = 1,
	VG_COUNT_NO_FRAME = 2,	 /* hits not evaluated: all frames of the CPU in use */
	VG_COUNT_EMPTY_SLOT = 3, /* dispatcher found no program */
	VG_COUNT_NO_STATE = 4,	 /* process state could not be allocated; rebuilt per hit */
	VG_COUNT_NO_CALL = 5,	 /* entry not remembered for its return: table full */
	VG_COUNT_MISSED_NOTIFICATION = 6, /* no enforcer had seen it when the next one came */
	VG_COUNTERS = 7,
};

/*
 * Follow sets (matchPIDs with followForks): a set is a number below
 * 64 * VG_FOLLOW_WORDS. follow_pids maps struct vg_follow_key to the sets that
 * name the pid; a process is in a set when it or any ancestor is named by it.
 */
struct vg_follow_key {
	wire_u32 pid;
	wire_u32 in_namespace; /* 1: pid is of the process's own pid namespace */
};
struct vg_follow_sets {
	wire_u64 words[VG_FOLLOW_WORDS];
};
/*
 * Follow sets that name programs by their paths: program_sets[0] is an array, exchanged as a
 * whole. Its element 0 is a struct vg_program_head, element 1 + n node n of a double array as in
 * .rodata.trie, with sets instead of rows.
 */
struct vg_program_node {
	wire_u32 check;
	wire_u32 base;
	wire_u64 prefix[VG_FOLLOW_WORDS];
	wire_u64 exact[VG_FOLLOW_WORDS];
};
struct vg_program_head {
	wire_u32 forward, reversed; /* roots */
	wire_u32 mask;
	wire_u32 pad;
	wire_u64 unused[2 * VG_FOLLOW_WORDS - 1];
};
WIRE_ASSERT(sizeof(struct vg_program_node) == sizeof(struct vg_program_head), "program_sets");

/* follow_conf (one element): `born[set]` > a state's generation: that bit is stale. */
struct vg_follow_conf {
	wire_u32 generation;
	wire_u32 pad;
	wire_u32 born[64 * VG_FOLLOW_WORDS];
};

/*
 * Sets of containers: a set is a number below 64 * VG_WORKLOAD_WORDS. container_sets maps the
 * cgroup of a container, by its id, to the sets it is in; a process is where the first of its
 * cgroups is that stands there, from the root on. The two numbers below are sets, too. A container
 * that is not there is in VG_WORKLOAD_ANY_CONTAINER only.
 */
enum vg_workload {
	VG_WORKLOAD_HOST = 0, /* in no container */
	VG_WORKLOAD_ANY_CONTAINER = 1,
};
struct vg_container_sets {
	wire_u32 words_used; /* behind them all is 0 */
	wire_u32 pad;
	wire_u64 words[VG_WORKLOAD_WORDS];
};
WIRE_ASSERT(sizeof(struct vg_container_sets) == 8 + 8 * VG_WORKLOAD_WORDS, "vg_container_sets");

/*
 * seeds: hash of what user space knows of a process that was there before us, by tgid;
 * looked at when such a process is met, deleted when it ends.
 */
struct vg_seed {
	wire_u64 start_ktime_ns; /* as in the exec_id given to it */
	struct wire_exec_key parent;
	wire_u32 auid;
	wire_u32 pad;
};
WIRE_ASSERT(sizeof(struct vg_seed) == 32, "vg_seed");

#ifdef __bpf__
struct vg_frame; /* kernel/lib/frame.h */

/* 0: no enforcer of this hook was notified of the current task. */
int vg_gate_notified(void);
/* 0: the process was found to be of no interest to this program (vg_uninterested). */
int vg_gate_process(void);
/* The current process is, and stays until its next exec. Always 0. */
int vg_uninterested(void);
/* 0: no path that a rule names ends like this one. For arguments whose type the verifier knows
 * there are vg_gate_file, _path, _dentry and _binprm, static functions of kernel/runtime/gate.h. */
int vg_probe_file(__u64 address);
int vg_probe_path(__u64 address);
int vg_probe_dentry(__u64 address);
int vg_probe_binprm(__u64 address);

/* The slot of a free frame of this CPU, or a number past the end of `frames`. */
__u32 vg_enter(void);
/* An empty record, every rule alive; nothing decided but by parts before. Always 0. */
int vg_begin(struct vg_frame *frame);
/* Static functions of kernel/runtime/part.h, where a hook has parts: the slot of the frame kept in
 * this call, which its context tells from others; of a free one if there is none. Keeps the frame
 * if something was decided, else gives it back. Gives back the one that was kept: its verdict.
 * u32 vg_resume(const void *ctx);
 * int vg_keep(struct vg_frame *frame, const void *ctx);
 * int vg_claim(const void *ctx); */
/* What was decided up to here. */
int vg_verdict(struct vg_frame *frame);
/* Counts. Always 0. */
int vg_part_missing(void);
/* raw[0] is the struct pt_regs * of a syscall wrapper: replaces raw[0..5] by the
 * syscall's arguments. 0, or -1 when they could not be read (raw is zeroed). */
int vg_syscall_arguments(struct vg_frame *frame);
/* The same of a program of 32 bits. */
int vg_syscall_arguments32(struct vg_frame *frame);
/* raw[6..11] of a kprobe, from the stack at `sp`. */
int vg_stack_arguments(struct vg_frame *frame, __u64 sp);

/* raw[VG_RAW_RESOLVED + slot]: what the slot's way leads to. 0, or -1 when that could not be
 * followed: the slot's value is in the record as an error. */
int vg_resolve(struct vg_frame *frame, __u32 slot);

/* Read a slot into the record. 0, or -1: the value is in the record as an error. */
int vg_read_integer(struct vg_frame *frame, __u32 slot);
int vg_read_string(struct vg_frame *frame, __u32 slot);
int vg_read_file(struct vg_frame *frame, __u32 slot); /* struct file * */
int vg_read_path(struct vg_frame *frame, __u32 slot); /* struct path * */
int vg_read_dentry(struct vg_frame *frame, __u32 slot);
int vg_read_fd(struct vg_frame *frame, __u32 slot);	/* int, of current->files */
int vg_read_binprm(struct vg_frame *frame, __u32 slot); /* struct linux_binprm * */
int vg_read_sock(struct vg_frame *frame, __u32 slot);
int vg_read_socket(struct vg_frame *frame, __u32 slot); /* struct socket *, its sk */
int vg_read_sockaddr(struct vg_frame *frame, __u32 slot);
int vg_read_bytes(struct vg_frame *frame, __u32 slot);
/* A vector of struct iovec; size_raw says how many. */
int vg_read_iovec(struct vg_frame *frame, __u32 slot);
int vg_read_iov_iter(struct vg_frame *frame, __u32 slot);
int vg_read_array(struct vg_frame *frame, __u32 slot); /* fixed_size bytes */
/* raw: the number; bit 31 is set when the call came by another way than the machine's own. */
int vg_read_syscall64(struct vg_frame *frame, __u32 slot);
int vg_read_skb(struct vg_frame *frame, __u32 slot);
int vg_read_sockaddr_un(struct vg_frame *frame, __u32 slot);
int vg_read_cred(struct vg_frame *frame, __u32 slot);
int vg_read_filename(struct vg_frame *frame, __u32 slot);   /* struct filename * */
int vg_read_net_device(struct vg_frame *frame, __u32 slot); /* its name */
int vg_read_kiocb(struct vg_frame *frame, __u32 slot);	    /* its file */
int vg_read_user_ns(struct vg_frame *frame, __u32 slot);
int vg_read_capabilities(struct vg_frame *frame, __u32 slot); /* kernel_cap_t * */
int vg_read_bpf_attr(struct vg_frame *frame, __u32 slot);     /* union bpf_attr *, a program's */
int vg_read_bpf_prog(struct vg_frame *frame, __u32 slot);
int vg_read_bpf_map(struct vg_frame *frame, __u32 slot);
int vg_read_perf_event(struct vg_frame *frame, __u32 slot);
int vg_read_module(struct vg_frame *frame, __u32 slot);
int vg_read_load_info(struct vg_frame *frame, __u32 slot);
/* Static functions of kernel/runtime/stack.h: where the call comes from.
 * int vg_read_kernel_stack(struct vg_frame *frame, u32 slot, void *ctx);
 * int vg_read_user_stack(struct vg_frame *frame, u32 slot, void *ctx); */

/* Map a dimension's value to its row and narrow the alive rules.
 * The summary of what is left; 0: nothing can match any more. */
__u64 vg_match_trie(struct vg_frame *frame, __u32 dimension);
/* row_none OR the rows of what was found in the text. */
__u64 vg_match_substring(struct vg_frame *frame, __u32 dimension);
__u64 vg_match_ranges(struct vg_frame *frame, __u32 dimension);
__u64 vg_match_address(struct vg_frame *frame, __u32 dimension);
/* row_none OR the rows, by bounds, of the numbers of where the process is. */
__u64 vg_match_workload(struct vg_frame *frame, __u32 dimension);
/* row_none OR row (root + b) for every set bit b of the value; with VG_DIM_NONE_OF:
 * all rules AND row (root + b). For a value that cannot be read: row_none. */
__u64 vg_match_bits(struct vg_frame *frame, __u32 dimension);

/* For expressions. What a number is, when there is one. */
int vg_has_number(struct vg_frame *frame, __u32 slot);
__u64 vg_number(struct vg_frame *frame, __u32 slot);
/* A text's row in a dimension whose rows are answers: 0 no, 1 yes, 2 the part that decides is
 * missing. -1: there is no text. */
int vg_ask_trie(struct vg_frame *frame, __u32 dimension);
int vg_ask_substring(struct vg_frame *frame, __u32 dimension);
/* This rule does not match. What is left, as of vg_match_*. */
__u64 vg_reject(struct vg_frame *frame, __u32 rule);

/* First matching rule of each (policy_id, hook_index): act, emit. The verdict: 0, or
 * the first override's error in policy order. Never depends on room in a ring. */
int vg_decide(struct vg_frame *frame);
/*
 * What functions above call only for some rules and values. Who has none of them joins vg_nothing
 * in their place.
 */
struct vg_action_counters;
/* Whether it was done: VG_RULE_WRITE. */
int vg_write(struct vg_frame *frame, __u32 rule);
/* Whether there are too many: VG_RULE_RATE_LIMITED. */
int vg_rate_limited(struct vg_frame *frame, __u32 rule);
/* track_slots and untrack_slots. 0. */
int vg_track(struct vg_frame *frame, __u32 rule);
/* Whether the record is of a sock's owner: sock_slots. */
int vg_record_owner(struct vg_frame *frame);
/* VG_RULE_NOTIFY, VG_RULE_DROP_NOTIFICATION. 0. */
int vg_notify(struct vg_action_counters *counters, __u32 rule, __u32 monitored);
/* VG_RULE_ENFORCER. 0. */
int vg_act_as_enforcer(struct vg_frame *frame, __u32 rule);
/* VG_RULE_AWAITS_RETURN. 0. */
int vg_remember(struct vg_frame *frame);
/* VG_RULE_ACCEPTS_*. 0. */
int vg_accept_changes(__u32 rule_flags);
/* whole_slots. 0. */
int vg_send_rest(struct vg_frame *frame, __u32 rule);
/* VG_FIELD_PROCESS_VALUE into process_value: -1 if it cannot be read. */
int vg_process_value(struct vg_frame *frame, __u32 value);
/* VG_FIELD_BINARY into text: its size, -1 without one. */
int vg_binary_text(struct vg_frame *frame);
/* VG_FIELD_FOLLOW to VG_FIELD_ANCESTOR_BINARY, added to fold.words. -1: not known. */
int vg_follow(struct vg_frame *frame, __u32 field, __u32 none_of);
/* VG_FIELD_NS_TGID. */
__u32 vg_ns_tgid(void);
int vg_nothing(void);
/* For a hit without a frame: 1 when a policy that denies is in enforce mode here, else 0. */
int vg_undecided(void);
/* 0: no hook program remembered this call for its return half. */
int vg_recall(struct vg_frame *frame);
/* The return half: acts and emits for each rule that waits for it. Always 0. */
int vg_return(struct vg_frame *frame);
/* Gives the frame back. Always 0. */
int vg_leave(struct vg_frame *frame);

/*
 * kernel/probes/preload.bpf.c, for a program of its own that may wait: has the kernel bring in
 * memory of the program that is hooked. A word's value, 0 when it is nowhere; else always 0.
 */
__u64 vg_preload_word(__u64 address, __u32 size);
int vg_preload_string(__u64 address);
int vg_preload_bytes(__u64 address, __u64 size);
#endif /* __bpf__ */

#endif /* VIGIL_RUNTIME_ABI_H */
