/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Readers: one per kind of kernel object, from an address to a value in the record. */
#ifndef VIGIL_READ_H
#define VIGIL_READ_H

#include "kernel/include/compat.h"
#include "kernel/lib/path.h"
#include "kernel/lib/value.h"

/* From kernel memory, or from the program's where the address says so. */
static __always_inline long read_any(void *to, u64 size, u64 from, bool user)
{
	if (user || compat_is_user_address(from))
		return bpf_probe_read_user(to, size, (const void *)from);
	return bpf_probe_read_kernel(to, size, (const void *)from);
}

static __always_inline long read_any_string(void *to, u32 size, u64 from, bool user)
{
	if (user || compat_is_user_address(from))
		return compat_read_user_str(to, size, (const void *)from);
	return bpf_probe_read_kernel_str(to, size, (const void *)from);
}

static __always_inline u64 widen(u64 raw, u32 width, bool is_signed)
{
	u32 shift = width < 8 ? 64 - 8 * width : 0;

	raw <<= shift & 63;
	return is_signed ? (u64)((s64)raw >> (shift & 63)) : raw >> (shift & 63);
}

/* A number of 1, 2, 4 or 8 bytes in the program's memory. */
static __always_inline long read_word(u64 *word, u32 size, u64 address, bool is_signed)
{
	u64 value = 0;
	long error = bpf_probe_read_user(&value, VG_MASK(size - 1, 7) + 1, (const void *)address);

	*word = widen(value, size, is_signed);
	return error;
}

static __always_inline int read_integer(struct vg_frame *frame, u32 slot, u64 raw, u32 width,
					bool is_signed)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_INTEGER);

	*(u64 *)(value + 1) = widen(raw, width, is_signed);
	return value_close(frame, value, sizeof(u64));
}

static __always_inline int read_syscall64(struct vg_frame *frame, u32 slot, u64 number)
{
	if (compat_is_other_abi((const void *)bpf_get_current_task()))
		number |= 1u << 31;
	return read_integer(frame, slot, number, 8, false);
}

static __always_inline int read_string(struct vg_frame *frame, u32 slot, u64 address, bool user)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_STRING);
	char next = 0;
	long size;

	if (!value_has_room(frame, VG_VALUE_MAX + 1))
		return value_fail(frame, value);
	size = read_any_string(value + 1, VG_VALUE_MAX + 1, address, user);
	if (size <= 0)
		return value_fail(frame, value);
	if (size == VG_VALUE_MAX + 1 && !read_any(&next, 1, address + VG_VALUE_MAX, user) && next)
		value->flags = WIRE_VALUE_TRUNCATED;
	return value_close(frame, value, size - 1);
}

/* A short string inside a kernel object. */
static __always_inline int read_name(struct vg_frame *frame, u32 slot, u64 address, u32 room)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_STRING);
	long size;

	if (!value_has_room(frame, room))
		return value_fail(frame, value);
	size = bpf_probe_read_kernel_str(value + 1, room, (const void *)address);
	if (size <= 0)
		return value_fail(frame, value);
	return value_close(frame, value, size - 1);
}

/* The text that a path walk has left in the frame, and the mode of what it names. */
static __always_inline int read_walked(struct vg_frame *frame, struct wire_value *value, int size,
				       const struct dentry *dentry)
{
	struct wire_path *path = (void *)(value + 1);
	const struct inode *inode;

	if (size < 0 || !value_has_room(frame, sizeof(*path) + size))
		return value_fail(frame, value);
	inode = BPF_CORE_READ(dentry, d_inode);
	path->flags = frame->walk.flags;
	path->mode = BPF_CORE_READ(inode, i_mode);
	path->pad = 0;
	if (!inode)
		path->flags |= WIRE_PATH_NO_MODE;
	bpf_probe_read_kernel(path + 1, VG_MASK(size, VG_COPY_MASK),
			      frame->path + VG_MASK(frame->walk.at, VG_VALUE_MAX - 1));
	return value_close(frame, value, sizeof(*path) + size);
}

VG_FUNCTION int vg_value_path(struct vg_frame *frame, u32 slot, u64 mnt, u64 dentry)
{
	if (!frame)
		return -1;
	return read_walked(frame, value_open(frame, slot, WIRE_VALUE_PATH),
			   vg_path_text(frame, mnt, dentry), (const void *)dentry);
}

static __always_inline int read_file(struct vg_frame *frame, u32 slot, const struct file *file)
{
	const struct vfsmount *mnt = NULL;
	const struct dentry *dentry = NULL;

	if (file)
		compat_path((const void *)file + bpf_core_field_offset(struct file, f_path), &mnt,
			    &dentry);
	return vg_value_path(frame, slot, (u64)mnt, (u64)dentry);
}

static __always_inline int read_dentry(struct vg_frame *frame, u32 slot, u64 dentry)
{
	return read_walked(frame, value_open(frame, slot, WIRE_VALUE_PATH),
			   vg_dentry_text(frame, dentry), (const void *)dentry);
}

static __always_inline const struct file *file_of_fd(u32 fd)
{
	const struct task_struct *task = (const void *)bpf_get_current_task();
	const struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	const struct file *file = NULL;

	if (fd < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), BPF_CORE_READ(table, fd) + fd);
	return file;
}

static __always_inline int read_bytes(struct vg_frame *frame, u32 slot, u64 address, u64 size,
				      bool user)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_BYTES);
	struct wire_bytes *bytes = (void *)(value + 1);
	u64 copied = size;

	if ((s64)size < 0 || !value_has_room(frame, sizeof(*bytes) + VG_VALUE_MAX))
		return value_fail(frame, value);
	if (copied > VG_VALUE_MAX) {
		copied = VG_VALUE_MAX;
		value->flags = WIRE_VALUE_TRUNCATED;
	}
	if (read_any(bytes + 1, VG_MASK(copied, VG_COPY_MASK), address, user))
		return value_fail(frame, value);
	bytes->original_size = size;
	bytes->rest_size = 0;
	return value_close(frame, value, sizeof(*bytes) + copied);
}

#endif /* VIGIL_READ_H */
