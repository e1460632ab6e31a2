/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where kernels and machines differ: one function per difference, none anywhere else. */
#ifndef VIGIL_COMPAT_H
#define VIGIL_COMPAT_H

#include "kernel/include/types.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* Kernels without CONFIG_AUDIT have no login uid; unset reads as the kernel's own "unset". */
static __always_inline u32 compat_auid(const struct task_struct *task)
{
	if (!bpf_core_field_exists(task->loginuid))
		return (u32)-1;
	return BPF_CORE_READ(task, loginuid.val);
}

/* 7.x turns the one element at the end of struct pid into a flexible array. */
static __always_inline const struct upid *compat_upid(const struct pid *pid, u32 level)
{
	return (const void *)pid + bpf_core_field_offset(struct pid, numbers) +
	       (u64)level * bpf_core_type_size(struct upid);
}

/* Kernels without CONFIG_IPV6 have no such addresses. */
static __always_inline void compat_sock_addresses6(const struct sock *sk, void *source,
						   void *destination)
{
	if (!bpf_core_field_exists(sk->__sk_common.skc_v6_daddr))
		return;
	bpf_core_read(source, 16, &sk->__sk_common.skc_v6_rcv_saddr);
	bpf_core_read(destination, 16, &sk->__sk_common.skc_v6_daddr);
}

/* A namespace's inode holds its ns_common since 3.19. */
static __always_inline const struct ns_common *compat_inode_namespace(const struct inode *inode)
{
	return BPF_CORE_READ(inode, i_private);
}

/* What a step up a path wants to know of a dentry. */
struct vg_dentry_head {
	u64 hashed; /* d_hash.pprev, 0: unlinked */
	u64 parent;
	u32 hash, len;
	u64 name;
};

/* Neighbours in memory, so one read will do where that is so: on every kernel that we know. */
static __always_inline long compat_dentry_head(const struct dentry *dentry,
					       struct vg_dentry_head *head)
{
	u32 at = bpf_core_field_offset(struct dentry, d_hash.pprev);

	if (bpf_core_field_offset(struct dentry, d_parent) == at + 8 &&
	    bpf_core_field_offset(struct dentry, d_name.len) == at + 20 &&
	    bpf_core_field_offset(struct dentry, d_name.name) == at + 24)
		return bpf_probe_read_kernel(head, sizeof(*head), (const void *)dentry + at);
	head->hashed = (u64)BPF_CORE_READ(dentry, d_hash.pprev);
	head->parent = (u64)BPF_CORE_READ(dentry, d_parent);
	head->len = BPF_CORE_READ(dentry, d_name.len);
	return bpf_core_read(&head->name, sizeof(head->name), &dentry->d_name.name);
}

/* Both words of a path, neighbours on every kernel that we know. */
static __always_inline long compat_path(const struct path *path, const struct vfsmount **mnt,
					const struct dentry **dentry)
{
	u64 words[2];

	if (bpf_core_field_offset(struct path, mnt) == 0 &&
	    bpf_core_field_offset(struct path, dentry) == 8) {
		long error = bpf_probe_read_kernel(words, sizeof(words), path);

		*mnt = (const void *)words[0];
		*dentry = (const void *)words[1];
		return error;
	}
	*mnt = BPF_CORE_READ(path, mnt);
	return bpf_core_read(dentry, sizeof(*dentry), &path->dentry);
}

/* Kernels without CONFIG_MODULE_SIG look at no signature. */
static __always_inline bool compat_signature_ok(const struct load_info *info)
{
	return bpf_core_field_exists(info->sig_ok) && BPF_CORE_READ(info, sig_ok);
}

enum vg_iter_kind { VG_ITER_OTHER, VG_ITER_BUFFER, VG_ITER_VECTOR, VG_ITER_KERNEL_VECTOR };

static __always_inline enum vg_iter_kind compat_iter_kind(const struct iov_iter *iter)
{
	u8 type = BPF_CORE_READ(iter, iter_type);

	if (type == bpf_core_enum_value(enum iter_type, ITER_UBUF))
		return VG_ITER_BUFFER;
	if (type == bpf_core_enum_value(enum iter_type, ITER_IOVEC))
		return VG_ITER_VECTOR;
	if (type == bpf_core_enum_value(enum iter_type, ITER_KVEC))
		return VG_ITER_KERNEL_VECTOR;
	return VG_ITER_OTHER;
}

/* The vector; where there is only one buffer, its address. */
static __always_inline u64 compat_iter_vector(const struct iov_iter *iter)
{
	if (bpf_core_field_exists(iter->__iov))
		return (u64)BPF_CORE_READ(iter, __iov);
	return (u64)BPF_CORE_READ((const struct iov_iter___old *)iter, iov);
}

/* Whether the task is inside a call that came by another way than the machine's own. */
static __always_inline bool compat_is_other_abi(const struct task_struct *task)
{
#if defined(__TARGET_ARCH_x86)
	return BPF_CORE_READ(task, thread_info.status) & 2; /* TS_COMPAT */
#elif defined(__TARGET_ARCH_arm64)
	return BPF_CORE_READ(task, thread_info.flags) >> 22 & 1; /* TIF_32BIT */
#else
#error "how does a task tell the ABI of its call here?"
#endif
}

/* The transformations that a packet went through; NULL when there were none. */
static __always_inline const struct sec_path *compat_sec_path(const struct sk_buff *skb)
{
	const struct skb_ext *extensions;
	u8 offset = 0;
	u32 id;

	if (!bpf_core_field_exists(skb->extensions) ||
	    !bpf_core_enum_value_exists(enum skb_ext_id, SKB_EXT_SEC_PATH))
		return NULL;
	id = bpf_core_enum_value(enum skb_ext_id, SKB_EXT_SEC_PATH);
	if (!(BPF_CORE_READ(skb, active_extensions) >> id & 1))
		return NULL;
	extensions = BPF_CORE_READ(skb, extensions);
	bpf_probe_read_kernel(&offset, 1, (const void *)&extensions->offset + id);
	return (const void *)extensions + 8 * offset;
}

/* 6.1 counts the terminator of every string but the empty one. */
static __always_inline long compat_read_user_str(void *to, u32 size, const void *from)
{
	return bpf_probe_read_user_str(to, size, from) ?: 1;
}

/* Both machines give the upper half of addresses to the kernel. */
static __always_inline bool compat_is_user_address(u64 address)
{
	return (s64)address >= 0;
}

/* The six arguments of a system call, from the registers that its wrapper is given. */
static __always_inline long compat_syscall_arguments(u64 arguments[6], const struct pt_regs *regs)
{
	long error = 0;

#if defined(__TARGET_ARCH_x86)
	error |= bpf_core_read(&arguments[0], 8, &regs->di);
	error |= bpf_core_read(&arguments[1], 8, &regs->si);
	error |= bpf_core_read(&arguments[2], 8, &regs->dx);
	error |= bpf_core_read(&arguments[3], 8, &regs->r10);
	error |= bpf_core_read(&arguments[4], 8, &regs->r8);
	error |= bpf_core_read(&arguments[5], 8, &regs->r9);
#elif defined(__TARGET_ARCH_arm64)
	error = bpf_core_read(arguments, 48, &regs->user_regs.regs);
#else
#error "which registers hold the arguments of a system call here?"
#endif
	return error;
}

/* The same of a program of 32 bits, whose registers have no upper half. */
static __always_inline long compat_syscall_arguments32(u64 arguments[6], const struct pt_regs *regs)
{
	long error = 0;

#if defined(__TARGET_ARCH_x86)
	error |= bpf_core_read(&arguments[0], 8, &regs->bx);
	error |= bpf_core_read(&arguments[1], 8, &regs->cx);
	error |= bpf_core_read(&arguments[2], 8, &regs->dx);
	error |= bpf_core_read(&arguments[3], 8, &regs->si);
	error |= bpf_core_read(&arguments[4], 8, &regs->di);
	error |= bpf_core_read(&arguments[5], 8, &regs->bp);
	for (u32 i = 0; i < 6; i++)
		arguments[i] = (u32)arguments[i];
#elif defined(__TARGET_ARCH_arm64)
	error = -1;
#endif
	return error;
}

extern void bpf_preempt_disable(void) __ksym __weak;
extern void bpf_preempt_enable(void) __ksym __weak;

/*
 * Kernels from 6.13 on may take the processor from a task inside a program. Those from 6.15 on
 * let a program keep it while it calls global functions; user space finds out which do.
 */
static __always_inline void compat_keep_processor(bool possible)
{
	if (possible)
		bpf_preempt_disable();
}

static __always_inline void compat_give_processor_free(bool possible)
{
	if (possible)
		bpf_preempt_enable();
}

/* The mounts of a file system, one after the other; NULL behind the last. */
static __always_inline const struct mount *compat_first_mount(const struct super_block *sb)
{
	if (bpf_core_field_exists(((struct mount___mounts *)0)->mnt_next_for_sb))
		return BPF_CORE_READ((const struct super_block___mounts *)sb, s_mounts);
	return (const void *)BPF_CORE_READ(sb, s_mounts.next) -
	       bpf_core_field_offset(struct mount, mnt_instance);
}

static __always_inline const struct mount *compat_next_mount(const struct super_block *sb,
							     const struct mount *mount)
{
	u64 next;

	if (bpf_core_field_exists(((struct mount___mounts *)0)->mnt_next_for_sb))
		return BPF_CORE_READ((const struct mount___mounts *)mount, mnt_next_for_sb);
	next = (u64)BPF_CORE_READ(mount, mnt_instance.next);
	if (next == (u64)sb + bpf_core_field_offset(struct super_block, s_mounts))
		return NULL;
	return (const void *)next - bpf_core_field_offset(struct mount, mnt_instance);
}

enum { MNT_NS_ANON_INO = 0xEFFFFFF7 };

/* Whether a mount is in no tree, but held by the kernel: of pipes, or of the layers of an overlay.
 */
static __always_inline bool compat_mount_is_kernels_own(const struct mount *mount)
{
	s64 ns = (s64)BPF_CORE_READ(mount, mnt_ns);

	return ns < 0 && ns >= -4095;
}

/* Whether a mount is in no namespace that a process can be in: open_tree() makes such, and
 * what is unmounted while it is in use becomes one. */
static __always_inline bool compat_mount_is_detached(const struct mount *mount)
{
	const struct mnt_namespace *ns = BPF_CORE_READ(mount, mnt_ns);

	if (!ns)
		return true;
	if (compat_mount_is_kernels_own(mount))
		return false;
	if (bpf_core_field_exists(ns->is_anon))
		return BPF_CORE_READ(ns, is_anon);
	if (bpf_core_field_exists(ns->seq))
		return !BPF_CORE_READ(ns, seq);
	return BPF_CORE_READ(ns, ns.inum) == MNT_NS_ANON_INO;
}

/* Bytes between the stack pointer at a function's entry and its first stack argument. */
static __always_inline u64 compat_stack_arguments_offset(void)
{
#if defined(__TARGET_ARCH_x86)
	return 8; /* the return address */
#else
	return 0;
#endif
}

#endif /* VIGIL_COMPAT_H */
