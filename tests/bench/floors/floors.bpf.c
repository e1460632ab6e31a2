/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a hook costs at least: a program that does nothing, and for one rule the shortest
 * program that decides it. The names they look for are those of the first policy that
 * rules.cc makes, as long as the ones they meet, so that no program wins by a length.
 */
#include "kernel/include/types.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define BINARY_NAME "tool-000000" /* for vigil-bench */
#define FILE_NAME   "key-000000"  /* for plain-file */
#define TOP_NAME    "srv"	  /* for tmp */
#define FILE_END    "000.pem"
#define OPEN_PATH   "/tmp/vigil-bench/plain-file"
#define ADDRESS	    0xcb007100u /* 203.0.113.0, for 127.0.0.1 */
#define PORT	    7000	/* for the bound one */
#define NO_CALL	    100000	/* for getpid */

struct sockaddr_in {
	u16 sin_family;
	u16 sin_port;
	u32 sin_addr;
};

#if defined(__TARGET_ARCH_x86)
#define FIRST(regs)  ((regs)->di)
#define SECOND(regs) ((regs)->si)
#elif defined(__TARGET_ARCH_arm64)
#define FIRST(regs)  ((regs)->user_regs.regs[0])
#define SECOND(regs) ((regs)->user_regs.regs[1])
#endif

static __always_inline bool is_text(const void *at, u32 size, const char *want, u32 want_size)
{
	char text[16] = {};

	if (size != want_size)
		return false;
	bpf_probe_read_kernel(text, want_size, at);
	return !__builtin_memcmp(text, want, want_size);
}

#define IS(at, size, literal) is_text(at, size, literal, sizeof(literal) - 1)

/* --- what is asked of a dentry; `direct` when the verifier knows it -------------- */

static __always_inline bool is_named(const struct dentry *dentry, bool direct)
{
	if (direct)
		return IS(dentry->d_name.name, dentry->d_name.len, FILE_NAME);
	return IS(BPF_CORE_READ(dentry, d_name.name), BPF_CORE_READ(dentry, d_name.len), FILE_NAME);
}

static __always_inline bool ends_in(const struct dentry *dentry, bool direct)
{
	const unsigned char *name =
		direct ? dentry->d_name.name : BPF_CORE_READ(dentry, d_name.name);
	u32 size = direct ? dentry->d_name.len : BPF_CORE_READ(dentry, d_name.len);

	if (size < sizeof(FILE_END) - 1)
		return false;
	return IS(name + size - (sizeof(FILE_END) - 1), sizeof(FILE_END) - 1, FILE_END);
}

struct climb {
	u64 dentry, mount, root, name;
	u32 size;
};

/* One component up, over mounts; 1 at the top. */
static long climb_step(u64 i, struct climb *climb)
{
	const struct dentry *dentry = (const void *)climb->dentry;
	const struct mount *mount = (const void *)climb->mount, *parent;

	if (climb->dentry == climb->root) {
		parent = BPF_CORE_READ(mount, mnt_parent);
		if (parent == mount)
			return 1;
		climb->dentry = (u64)BPF_CORE_READ(mount, mnt_mountpoint);
		climb->root = (u64)BPF_CORE_READ(parent, mnt.mnt_root);
		climb->mount = (u64)parent;
		return 0;
	}
	climb->name = (u64)BPF_CORE_READ(dentry, d_name.name);
	climb->size = BPF_CORE_READ(dentry, d_name.len);
	climb->dentry = (u64)BPF_CORE_READ(dentry, d_parent);
	return 0;
}

/* A path's beginning is known only at the top. */
static __always_inline bool is_below_top(const struct file *file)
{
	const struct vfsmount *mnt = BPF_CORE_READ(file, f_path.mnt);
	struct climb climb = {
		.dentry = (u64)BPF_CORE_READ(file, f_path.dentry),
		.mount = (u64)mnt - bpf_core_field_offset(struct mount, mnt),
		.root = (u64)BPF_CORE_READ(mnt, mnt_root),
	};

	bpf_loop(256, climb_step, &climb, 0);
	return IS((const void *)climb.name, climb.size, TOP_NAME);
}

static __always_inline bool is_binary(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	const struct dentry *dentry = task->mm->exe_file->f_path.dentry;

	return IS(dentry->d_name.name, dentry->d_name.len, BINARY_NAME);
}

static __always_inline bool is_address(const void *address)
{
	struct sockaddr_in in;

	bpf_probe_read_kernel(&in, sizeof(in), address);
	return in.sin_family == AF_INET && in.sin_addr == bpf_htonl(ADDRESS);
}

static __always_inline bool is_port(const struct sock *sk)
{
	return sk && sk->__sk_common.skc_num == PORT;
}

/* What a program that found its rule true would do. Never reached in the floors that reject. */
static int found;

/* Kept apart, since the verifier does not follow a verdict that is computed. */
#define LSM(name, hook, condition)        \
	SEC("lsm/" #hook)                 \
	int name##_lsm_##hook(u64 *ctx)   \
	{                                 \
		if (condition) {          \
			asm volatile(""); \
			return -1;        \
		}                         \
		return 0;                 \
	}

#define KPROBE(name, function, condition)                 \
	SEC("kprobe/" #function)                          \
	int name##_kprobe_##function(struct pt_regs *ctx) \
	{                                                 \
		if (condition)                            \
			found = 1;                        \
		return 0;                                 \
	}

#define FENTRY(name, function, condition)      \
	SEC("fentry/" #function)               \
	int name##_fentry_##function(u64 *ctx) \
	{                                      \
		if (condition)                 \
			found = 1;             \
		return 0;                      \
	}

#define RAW_TRACEPOINT(name, event, condition)      \
	SEC("raw_tracepoint/" #event)               \
	int name##_raw_tracepoint_##event(u64 *ctx) \
	{                                           \
		if (condition)                      \
			found = 1;                  \
		return 0;                           \
	}

/* What needs no argument. */
#define ANYWHERE(hook, function)       \
	LSM(empty, hook, false)        \
	LSM(binary, hook, is_binary()) \
	KPROBE(empty, function, false) \
	KPROBE(binary, function, is_binary())

ANYWHERE(file_open, security_file_open)
ANYWHERE(file_permission, security_file_permission)
ANYWHERE(path_unlink, security_path_unlink)
ANYWHERE(socket_connect, security_socket_connect)
ANYWHERE(socket_sendmsg, security_socket_sendmsg)
ANYWHERE(bprm_check_security, security_bprm_check)
ANYWHERE(task_alloc, security_task_alloc)

/* The first argument of each kind of program, the second with _1. */
#define LSM_0(type)    ((const struct type *)ctx[0])
#define LSM_1(type)    ((const struct type *)ctx[1])
#define KPROBE_0(type) ((const struct type *)FIRST(ctx))
#define KPROBE_1(type) ((const struct type *)SECOND(ctx))

#define FILES(hook, function)                                                                   \
	LSM(equal, hook, is_named(LSM_0(file)->f_path.dentry, true))                            \
	LSM(postfix, hook, ends_in(LSM_0(file)->f_path.dentry, true))                           \
	LSM(prefix, hook, is_below_top(LSM_0(file)))                                            \
	KPROBE(equal, function, is_named(BPF_CORE_READ(KPROBE_0(file), f_path.dentry), false))  \
	KPROBE(postfix, function, ends_in(BPF_CORE_READ(KPROBE_0(file), f_path.dentry), false)) \
	KPROBE(prefix, function, is_below_top(KPROBE_0(file)))

FILES(file_open, security_file_open)
FILES(file_permission, security_file_permission)

FENTRY(empty, security_file_open, false)
FENTRY(binary, security_file_open, is_binary())
FENTRY(equal, security_file_open, is_named(LSM_0(file)->f_path.dentry, true))

RAW_TRACEPOINT(empty, sys_enter, false)
RAW_TRACEPOINT(binary, sys_enter, is_binary())
RAW_TRACEPOINT(number, sys_enter, ctx[1] == NO_CALL)

LSM(equal, path_unlink, is_named(LSM_1(dentry), true))
KPROBE(equal, security_path_unlink, is_named(KPROBE_1(dentry), false))
LSM(equal, bprm_check_security, is_named(LSM_0(linux_binprm)->file->f_path.dentry, true))
KPROBE(equal, security_bprm_check,
       is_named(BPF_CORE_READ(KPROBE_0(linux_binprm), file, f_path.dentry), false))
LSM(address, socket_connect, is_address((const void *)ctx[1]))
KPROBE(address, security_socket_connect, is_address((const void *)SECOND(ctx)))
LSM(port, socket_sendmsg, is_port(LSM_0(socket)->sk))
KPROBE(port, security_socket_sendmsg,
       BPF_CORE_READ(KPROBE_0(socket), sk, __sk_common.skc_num) == PORT)

#if defined(__TARGET_ARCH_x86)
KPROBE(empty, __x64_sys_getpid, false)
KPROBE(binary, __x64_sys_getpid, is_binary())
#elif defined(__TARGET_ARCH_arm64)
KPROBE(empty, __arm64_sys_getpid, false)
KPROBE(binary, __arm64_sys_getpid, is_binary())
#endif

/* --- rules that match ---------------------------------------------------------------- */

#define PATH_MAX_HERE 256

struct opened {
	u64 ktime_ns;
	u64 pid_tgid;
	char path[PATH_MAX_HERE];
};

/* Room for all that one run writes: nobody reads it. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} opens SEC(".maps");

static __always_inline bool is_opened(struct opened *opened, struct file *file)
{
	return bpf_d_path(&file->f_path, opened->path, PATH_MAX_HERE) == sizeof(OPEN_PATH) &&
	       !__builtin_memcmp(opened->path, OPEN_PATH, sizeof(OPEN_PATH));
}

SEC("lsm/file_open")
int post_lsm_file_open(u64 *ctx)
{
	struct opened *opened = bpf_ringbuf_reserve(&opens, sizeof(*opened), 0);

	if (!opened)
		return 0;
	if (!is_opened(opened, (struct file *)ctx[0])) {
		bpf_ringbuf_discard(opened, BPF_RB_NO_WAKEUP);
		return 0;
	}
	opened->ktime_ns = bpf_ktime_get_boot_ns();
	opened->pid_tgid = bpf_get_current_pid_tgid();
	bpf_ringbuf_submit(opened, BPF_RB_NO_WAKEUP);
	return 0;
}

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct opened);
} scratch SEC(".maps");

SEC("lsm/file_open")
int deny_lsm_file_open(u64 *ctx)
{
	u32 key = 0;
	struct opened *opened = bpf_map_lookup_elem(&scratch, &key);

	if (!opened || !is_opened(opened, (struct file *)ctx[0]))
		return 0;
	asm volatile("");
	return -1;
}
