/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Records that cross the ring buffers, kernel to daemon. Same machine, same
 * build: native byte order, natural alignment, no versions. Every struct's size
 * is asserted here, so both compilers check it.
 *
 * Every record begins with struct wire_head; variable bytes follow the fixed
 * part. Nothing in a record is trusted by the daemon but its bounds-checked value.
 */
#ifndef VIGIL_WIRE_H
#define VIGIL_WIRE_H

#ifdef __cplusplus
#include <cstdint>
#define WIRE_ASSERT static_assert
typedef std::uint8_t wire_u8;
typedef std::uint16_t wire_u16;
typedef std::uint32_t wire_u32;
typedef std::int32_t wire_s32;
typedef std::uint64_t wire_u64;
#else
#include <linux/types.h>
#define WIRE_ASSERT _Static_assert
typedef __u8 wire_u8;
typedef __u16 wire_u16;
typedef __u32 wire_u32;
typedef __s32 wire_s32;
typedef __u64 wire_u64;
#endif

enum wire_kind {
	WIRE_FORK = 1,	 /* struct wire_fork: a new thread group */
	WIRE_EXEC = 2,	 /* struct wire_exec: completes the wire_data before it */
	WIRE_EXIT = 3,	 /* struct wire_exit: the last thread has gone */
	WIRE_DATA = 4,	 /* struct wire_data: a piece of a long argv */
	WIRE_HOOK = 5,	 /* struct wire_hook: one policy's selector matched */
	WIRE_RETURN = 6, /* struct wire_hook: its return half, with the same call */
	WIRE_REST = 7,	 /* struct wire_rest: a piece of a buffer, before the wire_hook it is of */
};

/* The two rings; a record's sequence counts per ring and CPU. */
enum wire_ring {
	WIRE_RING_PROCESS = 0, /* life cycle and enforcement */
	WIRE_RING_EVENTS = 1,  /* all else */
	WIRE_RINGS = 2,
};

struct wire_head {
	wire_u32 size; /* of the whole record, this header included, bytes */
	wire_u16 kind; /* enum wire_kind */
	wire_u16 cpu;
	wire_u64 sequence; /* per (ring, cpu), from 0; a failed reserve consumes one */
	wire_u64 ktime_ns; /* CLOCK_BOOTTIME */
};
WIRE_ASSERT(sizeof(struct wire_head) == 24, "wire_head");

/* Names one execution of a program; exec_id is made of it. */
struct wire_exec_key {
	wire_u64 ktime_ns; /* of the exec, of the clone when it never exec'd; 0: unknown */
	wire_u32 tgid;	   /* in the initial pid namespace */
	wire_u32 pad;
};
WIRE_ASSERT(sizeof(struct wire_exec_key) == 16, "wire_exec_key");

enum wire_process_flags {
	WIRE_PROCESS_EXECVE = 1u << 0,
	WIRE_PROCESS_CLONE = 1u << 1,	/* exec'd after a fork (the fork's record went before) */
	WIRE_PROCESS_REBUILT = 1u << 2, /* made from the task in place, no fork or exec was seen */
	WIRE_PROCESS_TRUNC_ARGS = 1u << 3,
	WIRE_PROCESS_ERROR_ARGS = 1u << 4,
	WIRE_PROCESS_ERROR_FILENAME = 1u << 5,
	WIRE_PROCESS_NO_CWD = 1u << 6, /* task without fs */
	WIRE_PROCESS_ROOT_CWD = 1u << 7,
	WIRE_PROCESS_ERROR_CWD = 1u << 8,
	WIRE_PROCESS_ERROR_CGROUP = 1u << 9,
	WIRE_PROCESS_IN_INIT_TREE = 1u << 10,
	WIRE_PROCESS_DELETED_CWD = 1u << 11, /* unlinked; the text carries no suffix for it */
	WIRE_PROCESS_CUT_CWD = 1u << 12,     /* leading components are missing */
};

struct wire_fork {
	struct wire_head head;
	struct wire_exec_key self;
	struct wire_exec_key parent; /* the forking process */
	wire_u32 tid;
	wire_u32 ns_tgid; /* tgid in its own pid namespace, 0 in the initial one */
	wire_u32 euid;
	wire_u32 auid;
	wire_u32 flags; /* enum wire_process_flags */
	wire_u32 pad;
};
WIRE_ASSERT(sizeof(struct wire_fork) == 80, "wire_fork");

/*
 * Followed by: filename (filename_size bytes), cwd (cwd_size), cgroup (cgroup_size:
 * name of the task's cgroup, or of the nearest above that holds a container's id), args
 * (args_size), all without a terminator. args is argv from argv[1], NUL-separated, and holds the
 * piece that follows the `args_data_size` bytes sent before in wire_data records.
 */
struct wire_exec {
	struct wire_head head;
	struct wire_exec_key self;
	struct wire_exec_key parent; /* the process before this exec when it had exec'd
				      * before, else the one that forked it */
	wire_u32 tid;
	wire_u32 ns_tgid;
	wire_u32 euid;
	wire_u32 auid;
	wire_u32 flags;
	wire_u32 args_data_size; /* sum of the wire_data pieces, bytes */
	wire_u16 filename_size;	 /* as passed to exec, may be relative */
	wire_u16 cwd_size;
	wire_u16 cgroup_size;
	wire_u16 args_size;
};
WIRE_ASSERT(sizeof(struct wire_exec) == 88, "wire_exec");

/* Pieces come in order on one CPU, before the record that completes them. */
struct wire_data {
	struct wire_head head;
	struct wire_exec_key self;
	wire_u32 offset; /* of this piece in the whole, bytes */
	wire_u32 size;	 /* bytes that follow */
};
WIRE_ASSERT(sizeof(struct wire_data) == 48, "wire_data");

struct wire_exit {
	struct wire_head head;
	struct wire_exec_key self;
	wire_u32 tid;
	wire_u32 exit_code; /* task->exit_code of the group: status << 8 | core bit | signal */
};
WIRE_ASSERT(sizeof(struct wire_exit) == 48, "wire_exit");

enum wire_hook_flags {
	WIRE_HOOK_MONITORED = 1u << 0,	     /* actions were skipped: the policy only monitors */
	WIRE_HOOK_AWAITS_RETURN = 1u << 1,   /* a WIRE_RETURN with the same call follows */
	WIRE_HOOK_PROCESS_UNKNOWN = 1u << 2, /* identity was rebuilt from the task */
	WIRE_HOOK_REJECTED = 1u << 3,	     /* return half: no selector wants the call after all */
};

/* Followed by values: struct wire_value + its bytes, padded to 8, until head.size. */
struct wire_hook {
	struct wire_head head;
	struct wire_exec_key self;
	struct wire_exec_key
		parent; /* as known to the task's state, for a process the daemon missed */
	wire_u64 call;	/* names this call of the function, pairs entry and return */
	wire_u32 tid;
	wire_u32 policy_id;  /* the daemon's number of the policy, never used twice */
	wire_u16 hook_index; /* of the policy's hooks, in the order of its checked form */
	wire_u16 selector;   /* the selector that matched */
	wire_u8 action;	     /* of the last action executed: enum wire_action */
	wire_u8 flags;	     /* enum wire_hook_flags */
	wire_u16 generation; /* of the hook's plan: tells which slots its values name */
	wire_u32 ns_tgid;
	wire_u32 euid;
};
WIRE_ASSERT(sizeof(struct wire_hook) == 88, "wire_hook");

/* Pieces come in order, in the ring of the record that they are of. Followed by their bytes. */
struct wire_rest {
	struct wire_head head;
	wire_u64 call; /* these five name the value, as its wire_hook and wire_value do */
	wire_u32 tid;
	wire_u32 policy_id;
	wire_u16 hook_index;
	wire_u8 slot;
	wire_u8 pad;
	wire_u32 offset; /* of this piece, from where the bytes in the record end */
	wire_u32 size;	 /* bytes that follow */
	wire_u32 pad2;
};
WIRE_ASSERT(sizeof(struct wire_rest) == 56, "wire_rest");

/* Numbers of KprobeAction in the API. */
enum wire_action {
	WIRE_ACTION_POST = 1,
	WIRE_ACTION_SIGKILL = 3,
	WIRE_ACTION_OVERRIDE = 5,
	WIRE_ACTION_NOPOST = 9,
	WIRE_ACTION_SIGNAL = 10,
	WIRE_ACTION_TRACKSOCK = 11,
	WIRE_ACTION_UNTRACKSOCK = 12,
	WIRE_ACTION_NOTIFY_ENFORCER = 13,
	WIRE_ACTION_CLEANUP_ENFORCER = 14,
	WIRE_ACTION_SET = 15,
};

/* What the bytes of a value are. The policy says how they are shown. */
enum wire_value_kind {
	WIRE_VALUE_INTEGER = 1,	     /* 8 bytes: sign- or zero-extended */
	WIRE_VALUE_STRING = 2,	     /* bytes, no terminator */
	WIRE_VALUE_PATH = 3,	     /* struct wire_path, then the path's bytes */
	WIRE_VALUE_SOCK = 4,	     /* struct wire_sock */
	WIRE_VALUE_SOCKADDR = 5,     /* struct wire_sockaddr */
	WIRE_VALUE_BYTES = 6,	     /* struct wire_bytes, then the bytes */
	WIRE_VALUE_CRED = 7,	     /* struct wire_cred */
	WIRE_VALUE_USER_NS = 8,	     /* struct wire_user_ns */
	WIRE_VALUE_BPF_PROG = 9,     /* struct wire_bpf_prog */
	WIRE_VALUE_BPF_MAP = 10,     /* struct wire_bpf_map */
	WIRE_VALUE_PERF_EVENT = 11,  /* struct wire_perf_event, then the probed function's name */
	WIRE_VALUE_MODULE = 12,	     /* struct wire_module, then its name */
	WIRE_VALUE_SOCKADDR_UN = 13, /* struct wire_sockaddr_un, then the path */
	WIRE_VALUE_SKB = 14,	     /* struct wire_skb */
	WIRE_VALUE_STACK = 15,	     /* 8 bytes per frame: where it goes on; innermost first */
};

enum wire_value_flags {
	WIRE_VALUE_ERROR = 1u << 0,	/* could not be read; size is 0 */
	WIRE_VALUE_TRUNCATED = 1u << 1, /* longer in the kernel than here */
};

struct wire_value {
	wire_u8 slot;  /* of the hook's plan */
	wire_u8 kind;  /* enum wire_value_kind */
	wire_u8 flags; /* enum wire_value_flags */
	wire_u8 depth; /* of an error on the way to the value: 1 + the part of the path, else 0 */
	wire_u32 size; /* bytes that follow, padding not counted */
};
WIRE_ASSERT(sizeof(struct wire_value) == 8, "wire_value");

enum wire_path_flags {
	WIRE_PATH_UNRESOLVED = 1u << 0, /* the walk hit a limit: leading components are missing */
	WIRE_PATH_DELETED = 1u << 1,	/* unlinked; the text carries no suffix for it */
	WIRE_PATH_NO_MODE = 1u << 2,	/* no inode (a dentry not yet created): mode is 0 */
};

struct wire_path {
	wire_u32 flags;
	wire_u16 mode; /* inode mode with its type bits */
	wire_u16 pad;
};
WIRE_ASSERT(sizeof(struct wire_path) == 8, "wire_path");

/* Addresses in network order, IPv4 in the first 4 bytes; ports in host order. */
struct wire_sock {
	wire_u64 cookie; /* address of the struct sock */
	wire_u16 family;
	wire_u16 type;
	wire_u16 protocol;
	wire_u16 state;
	wire_u32 mark;
	wire_u32 priority;
	wire_u8 source[16];
	wire_u8 destination[16];
	wire_u16 source_port;
	wire_u16 destination_port;
	wire_u32 pad;
};
WIRE_ASSERT(sizeof(struct wire_sock) == 64, "wire_sock");

struct wire_sockaddr {
	wire_u16 family;  /* as given */
	wire_u16 port;	  /* host order */
	wire_u16 read_as; /* AF_INET where bind and sendto take AF_UNSPEC for it, else the family */
	wire_u16 pad;
	wire_u8 address[16];
};
WIRE_ASSERT(sizeof(struct wire_sockaddr) == 24, "wire_sockaddr");

struct wire_sockaddr_un {
	wire_u16 family;
	wire_u16 pad[3];
};
WIRE_ASSERT(sizeof(struct wire_sockaddr_un) == 8, "wire_sockaddr_un");

enum wire_skb_flags {
	WIRE_SKB_PORTS = 1u << 0, /* its protocol has ports, and they were there */
};

/* Addresses and ports as in struct wire_sock. */
struct wire_skb {
	wire_u32 hash;
	wire_u32 length;
	wire_u32 priority;
	wire_u32 mark;
	wire_u8 source[16];
	wire_u8 destination[16];
	wire_u16 source_port;
	wire_u16 destination_port;
	wire_u16 family; /* 0: not IP, or what the packet begins with is not at hand */
	wire_u8 protocol;
	wire_u8 flags; /* enum wire_skb_flags */
	wire_u32 sec_path_length;
	wire_u32 sec_path_offloads;
};
WIRE_ASSERT(sizeof(struct wire_skb) == 64, "wire_skb");

struct wire_bytes {
	wire_u64 original_size; /* of the buffer in the traced program */
	wire_u32 rest_size;	/* sum of the wire_rest pieces, which go on where these bytes end */
	wire_u32 pad;
};
WIRE_ASSERT(sizeof(struct wire_bytes) == 16, "wire_bytes");

struct wire_user_ns {
	wire_s32 level;
	wire_u32 uid, gid; /* of its owner */
	wire_u32 inum;
};
WIRE_ASSERT(sizeof(struct wire_user_ns) == 16, "wire_user_ns");

struct wire_cred {
	wire_u32 uid, gid, euid, egid, suid, sgid, fsuid, fsgid;
	wire_u32 securebits;
	wire_u32 pad;
	wire_u64 permitted, effective, inheritable;
	struct wire_user_ns user_ns;
};
WIRE_ASSERT(sizeof(struct wire_cred) == 80, "wire_cred");

/* Names of BPF objects end with a NUL. */
struct wire_bpf_prog {
	wire_u32 type;
	wire_u32 instructions;
	wire_u8 name[16];
};
WIRE_ASSERT(sizeof(struct wire_bpf_prog) == 24, "wire_bpf_prog");

struct wire_bpf_map {
	wire_u32 type;
	wire_u32 key_size;
	wire_u32 value_size;
	wire_u32 max_entries;
	wire_u8 name[16];
};
WIRE_ASSERT(sizeof(struct wire_bpf_map) == 32, "wire_bpf_map");

struct wire_perf_event {
	wire_u32 type;
	wire_u32 pad;
	wire_u64 config;
	wire_u64 probe_offset;
};
WIRE_ASSERT(sizeof(struct wire_perf_event) == 24, "wire_perf_event");

enum wire_module_flags {
	WIRE_MODULE_LOADING = 1u << 0, /* not yet part of the kernel: its signature is told */
	WIRE_MODULE_SIGNED = 1u << 1,
};

struct wire_module {
	wire_u64 taints; /* the kernel's mask */
	wire_u32 flags;	 /* enum wire_module_flags */
	wire_u32 pad;
};
WIRE_ASSERT(sizeof(struct wire_module) == 16, "wire_module");

#endif /* VIGIL_WIRE_H */
