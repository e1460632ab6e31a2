/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The state of a process: one per thread group, kept with its leader's task. */
#ifndef VIGIL_PROCESS_H
#define VIGIL_PROCESS_H

#include "kernel/include/types.h"
#include "kernel/include/runtime_abi.h"
#include "kernel/lib/frame.h"

enum { VG_EXE_INLINE = 256, VG_MEMOS = 16 };

enum vg_proc_flags {
	VG_PROC_EXECED = 1u << 0,  /* `self` names an exec */
	VG_PROC_CLONED = 1u << 1,  /* `self` names a fork that we saw */
	VG_PROC_REBUILT = 1u << 2, /* made from the task, neither was seen */
	VG_PROC_SEEDED = 1u << 3,  /* rebuilt, and user space has told its key */
	VG_PROC_IN_INIT_TREE = 1u << 4,
	VG_PROC_PARENT_KNOWN = 1u << 5, /* its parent has a program, and it could be named */
	VG_PROC_NAMED = 1u << 6,	/* `exe` and `programs.own` tell its program */
};

/* Tells whether a process still has the program that it was seen to start. */
struct vg_file_id {
	u64 inode;
	u32 device;
	u32 pad;
};

/* What a process was at its exec, or when a change of it was last told. */
struct vg_accepted {
	u32 namespaces[VG_NAMESPACES];
	u64 capabilities[3]; /* permitted, effective, inheritable */
};

struct vg_proc {
	struct wire_exec_key self;
	struct wire_exec_key parent;
	u32 flags;	 /* enum vg_proc_flags */
	u32 exited;	 /* set by whoever reports the end */
	u64 exec_number; /* of the task, at the exec that was reported last */
	u32 euid;	 /* at exec */
	u32 auid;
	u32 ns_tgid; /* 0 in the initial pid namespace */
	u32 follow_generation;
	u64 follow[VG_FOLLOW_WORDS];
	struct vg_programs programs;
	u32 uninterested[VG_MEMOS]; /* `memo` of hook programs whose rules all ask for others */
	struct vg_accepted accepted;
	u32 exe_size; /* of the program's path, 0: none, or not named yet */
	u32 pad;
	union {
		u8 exe[VG_EXE_INLINE];
		struct vg_file_id exe_id; /* when the path is longer */
	};
};

#endif /* VIGIL_PROCESS_H */
