/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Paths as d_path would print them, seen from the topmost mount whatever the task's
 * root is. The text is put together from its end in frame->path and stands at
 * [walk.at, VG_VALUE_MAX) afterwards.
 */
#ifndef VIGIL_PATH_H
#define VIGIL_PATH_H

#include "kernel/include/compat.h"
#include "kernel/lib/common.h"
#include "kernel/lib/frame.h"

/* statfs(2) numbers of the file systems whose files have made-up names. */
#define VG_MAGIC_PIPE	    0x50495045
#define VG_MAGIC_SOCK	    0x534F434B
#define VG_MAGIC_NS	    0x6e736673
#define VG_MAGIC_ANON_INODE 0x09041934
#define VG_MAGIC_PID	    0x50494446

/* At most this many components and mounts: each component is two bytes at least. */
#define VG_PATH_STEPS (VG_VALUE_MAX / 2 + 256)

/* Up to 8 characters in front of the text; `word` holds them in its last bytes. */
static __always_inline void path_prepend_word(struct vg_frame *frame, u64 word, u32 size)
{
	u32 at = frame->walk.at;

	if (at < 8)
		return;
	*(u64 *)(frame->path + ((at - 8) & (VG_VALUE_MAX - 1))) = word;
	frame->walk.at = at - size;
}

#define path_prepend(frame, literal)                                                        \
	do {                                                                                \
		u64 word_ = 0;                                                              \
		_Pragma("unroll") for (u32 i_ = 0; i_ < sizeof(literal) - 1; i_++) word_ |= \
			(u64)(u8)(literal)[i_] << (8 * (9 - sizeof(literal) + i_));         \
		path_prepend_word(frame, word_, sizeof(literal) - 1);                       \
	} while (0)

/* 0, or -1 when there is no room. */
static __always_inline int path_prepend_bytes(struct vg_frame *frame, const void *bytes, u32 size)
{
	u32 at = frame->walk.at;

	if (size > VG_NAME_MAX || size > at)
		return -1;
	at -= size;
	bpf_probe_read_kernel(frame->path + VG_MASK(at, VG_VALUE_MAX - 1),
			      VG_MASK(size, VG_NAME_MAX), bytes);
	frame->walk.at = at;
	return 0;
}

static long path_digit(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	u64 number = frame->walk.root;
	u32 at = frame->walk.at - 1;

	frame->path[at & (VG_VALUE_MAX - 1)] = '0' + number % 10;
	frame->walk.at = at;
	frame->walk.root = number / 10;
	return number < 10;
}

static __always_inline void path_prepend_number(struct vg_frame *frame, u64 number)
{
	struct vg_loop loop = {frame};

	frame->walk.root = number;
	bpf_loop(20, path_digit, &loop, 0);
}

static __always_inline int path_component(struct vg_frame *frame, const struct vg_dentry_head *head)
{
	if (frame->walk.at < head->len + 1 ||
	    path_prepend_bytes(frame, (const void *)head->name, head->len))
		return -1;
	frame->walk.at--;
	frame->path[VG_MASK(frame->walk.at, VG_VALUE_MAX - 1)] = '/';
	return 0;
}

/* Mounts looked at to find the file system's place. */
#define VG_MOUNTS 256

static long path_attached_mount(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	const struct mount *mount = (const void *)frame->walk.mount;
	const struct dentry *dentry = (const void *)frame->walk.dentry;

	if (!mount || !compat_mount_is_detached(mount))
		return 1;
	frame->walk.mount = (u64)compat_next_mount(BPF_CORE_READ(dentry, d_sb), mount);
	return 0;
}

/*
 * A tree that is mounted nowhere would hide where its files are. Their file system is mounted
 * elsewhere, or was made this moment (and is all there is: the runtime of a container reads
 * such a /proc): goes on below the first mount that has a place. 1: there is none.
 */
static __always_inline long path_leave_detached(struct vg_frame *frame)
{
	struct vg_loop loop = {frame};
	const struct dentry *dentry = (const void *)frame->walk.dentry;
	const struct mount *attached;

	frame->walk.mount = (u64)compat_first_mount(BPF_CORE_READ(dentry, d_sb));
	if (bpf_loop(VG_MOUNTS, path_attached_mount, &loop, 0) == VG_MOUNTS)
		frame->walk.flags |= WIRE_PATH_UNRESOLVED;
	attached = (const void *)frame->walk.mount;
	if (!attached || frame->walk.flags & WIRE_PATH_UNRESOLVED)
		return 1;
	frame->walk.root = (u64)BPF_CORE_READ(attached, mnt.mnt_root);
	return 0;
}

static long path_mount_of_root(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	const struct mount *mount = (const void *)frame->walk.mount;
	const struct dentry *root = (const void *)frame->walk.dentry;

	if (!mount)
		return 1;
	if (BPF_CORE_READ(mount, mnt.mnt_root) == root && !compat_mount_is_kernels_own(mount) &&
	    !compat_mount_is_detached(mount))
		return 1;
	frame->walk.mount = (u64)compat_next_mount(BPF_CORE_READ(root, d_sb), mount);
	return 0;
}

/*
 * The root of a file system was reached, and is not what its mount shows: the file was moved out of
 * it, or is one that an overlay makes beside its upper layer. Goes on where all of the file system
 * is mounted. 1: nowhere; then what the kernel has opened for itself is below no path of anybody's.
 */
static __always_inline long path_leave_mount(struct vg_frame *frame)
{
	const struct mount *left = (const void *)frame->walk.mount;
	const struct dentry *root = (const void *)frame->walk.dentry;
	struct vg_loop loop = {frame};

	frame->walk.mount = (u64)compat_first_mount(BPF_CORE_READ(root, d_sb));
	if (bpf_loop(VG_MOUNTS, path_mount_of_root, &loop, 0) != VG_MOUNTS && frame->walk.mount) {
		frame->walk.root = (u64)root;
		return 0;
	}
	if (!compat_mount_is_kernels_own(left))
		frame->walk.flags |= WIRE_PATH_UNRESOLVED;
	return 1;
}

/* From a mount's root to where it is mounted; 1 at the top. */
static __always_inline long path_cross_mount(struct vg_frame *frame, u64 dentry)
{
	const struct mount *mount = (const void *)frame->walk.mount;
	const struct mount *parent;

	if (!mount)
		return 1;
	if (dentry != frame->walk.root)
		return path_leave_mount(frame);
	parent = BPF_CORE_READ(mount, mnt_parent);
	if (!parent || parent == mount)
		return compat_mount_is_detached(mount) ? path_leave_detached(frame) : 1;
	frame->walk.dentry = (u64)BPF_CORE_READ(mount, mnt_mountpoint);
	frame->walk.root = (u64)BPF_CORE_READ(parent, mnt.mnt_root);
	frame->walk.mount = (u64)parent;
	return 0;
}

static long path_step(u64 i, struct vg_loop *loop)
{
	struct vg_frame *frame = loop->frame;
	u64 dentry = frame->walk.dentry;
	bool at_root = dentry == frame->walk.root;
	struct vg_dentry_head head;

	if (!at_root) {
		if (compat_dentry_head((const void *)dentry, &head) || !head.parent)
			goto unresolved;
		at_root = dentry == head.parent;
	}
	if (at_root)
		return path_cross_mount(frame, dentry);
	if (path_component(frame, &head))
		goto unresolved;
	frame->walk.dentry = head.parent;
	return 0;
unresolved:
	frame->walk.flags |= WIRE_PATH_UNRESOLVED;
	return 1;
}

static __always_inline void path_climb(struct vg_frame *frame)
{
	struct vg_loop loop = {frame};

	if (bpf_loop(VG_PATH_STEPS, path_step, &loop, 0) == VG_PATH_STEPS)
		frame->walk.flags |= WIRE_PATH_UNRESOLVED;
	if (frame->walk.at == VG_VALUE_MAX)
		path_prepend(frame, "/");
}

/* Files without a place in any tree: their file system makes a name up. */
static __always_inline void path_pseudo(struct vg_frame *frame, const struct dentry *dentry)
{
	const struct inode *inode = BPF_CORE_READ(dentry, d_inode);
	u64 magic = BPF_CORE_READ(dentry, d_sb, s_magic);
	struct vg_dentry_head head;
	long size;

	if (magic == VG_MAGIC_PIPE || magic == VG_MAGIC_SOCK || magic == VG_MAGIC_NS) {
		path_prepend(frame, "]");
		path_prepend_number(frame, BPF_CORE_READ(inode, i_ino));
		path_prepend(frame, ":[");
	}
	switch (magic) {
	case VG_MAGIC_PIPE:
		path_prepend(frame, "pipe");
		return;
	case VG_MAGIC_SOCK:
		path_prepend(frame, "socket");
		return;
	case VG_MAGIC_NS:
		size = bpf_probe_read_kernel_str(
			frame->name, sizeof(frame->name),
			BPF_CORE_READ(compat_inode_namespace(inode), ops, name));
		if (size > 1)
			path_prepend_bytes(frame, frame->name, size - 1);
		return;
	case VG_MAGIC_PID:
		path_prepend(frame, "[pidfd]");
		path_prepend(frame, "inode:");
		path_prepend(frame, "anon_");
		return;
	}
	if (!compat_dentry_head(dentry, &head))
		path_component(frame, &head);
	if (magic == VG_MAGIC_ANON_INODE) {
		frame->walk.at++; /* no slash here */
		path_prepend(frame, "inode:");
		path_prepend(frame, "anon_");
		return;
	}
	frame->walk.flags |= WIRE_PATH_DELETED; /* memfd, SysV and anonymous shared memory */
}

static __always_inline void path_start(struct vg_frame *frame, u64 mount, u64 root, u64 dentry)
{
	frame->walk.mount = mount;
	frame->walk.root = root;
	frame->walk.dentry = dentry;
	frame->walk.at = VG_VALUE_MAX;
	frame->walk.flags = 0;
}

/* The size of the text, -1 without a dentry that can be read. */
VG_FUNCTION int vg_path_text(struct vg_frame *frame, u64 mnt_address, u64 dentry_address)
{
	const struct vfsmount *mnt = (const void *)mnt_address;
	const struct dentry *dentry = (const void *)dentry_address;
	struct vg_dentry_head head;
	u64 root;

	if (!frame || !mnt || !dentry || compat_dentry_head(dentry, &head))
		return -1;
	root = (u64)BPF_CORE_READ(mnt, mnt_root);
	path_start(frame, mnt_address - bpf_core_field_offset(struct mount, mnt), root,
		   dentry_address);
	/* A name that is made up belongs to a dentry without a parent. */
	if (head.parent == dentry_address && dentry_address != root &&
	    BPF_CORE_READ(dentry, d_op, d_dname)) {
		path_pseudo(frame, dentry);
	} else {
		if (head.parent != dentry_address && !head.hashed)
			frame->walk.flags |= WIRE_PATH_DELETED;
		path_climb(frame);
	}
	return VG_VALUE_MAX - frame->walk.at;
}

/* The same below the root of the dentry's own file system. */
VG_FUNCTION int vg_dentry_text(struct vg_frame *frame, u64 dentry_address)
{
	const struct dentry *dentry = (const void *)dentry_address;
	struct vg_dentry_head head;

	if (!frame || !dentry || compat_dentry_head(dentry, &head))
		return -1;
	path_start(frame, 0, 0, dentry_address);
	path_climb(frame);
	return VG_VALUE_MAX - frame->walk.at;
}

#endif /* VIGIL_PATH_H */
