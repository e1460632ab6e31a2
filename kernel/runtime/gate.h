/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Gates: what can be told before a frame is taken. A gate that lets pass says nothing; one that
 * does not has proved that no rule of the hook can match.
 */
#ifndef VIGIL_GATE_H
#define VIGIL_GATE_H

#include "kernel/lib/task.h"
#include "kernel/runtime/tables.h"

#include <bpf/bpf_core_read.h>

/* --- the process ---------------------------------------------------------------- */

static __always_inline u32 *proc_memo(struct vg_proc *proc)
{
	return &proc->uninterested[VG_MASK(CONF->memo, VG_MEMOS - 1)];
}

/* --- a name ----------------------------------------------------------------------- */

/* The end of "/name", last byte first from the top of the word. */
static __always_inline long name_end(const unsigned char *name, u32 size, u64 *end)
{
	u64 word = 0;

	if (size >= VG_NAME_END)
		return bpf_probe_read_kernel(end, VG_NAME_END, name + size - VG_NAME_END);
	if (bpf_probe_read_kernel(&word, VG_MASK(size, VG_NAME_END - 1), name))
		return -1;
	*end = ((word << 8) | '/') << (8 * (VG_NAME_END - 1 - size));
	return 0;
}

/* Whether some path that a rule names ends like this one. */
static __always_inline int name_may_match(const unsigned char *name, u32 size)
{
	u32 node = CONF->name_root;
	u32 base = TABLE(trie, node, CONF->trie_mask)->base;
	const volatile struct vg_trie_node *next;
	u64 end;

	if (!size || name_end(name, size, &end))
		return 1;
	_Pragma("unroll") for (u32 i = 0; i < VG_NAME_END && i <= size; i++)
	{
		u32 index = (base + (end >> 56)) & CONF->trie_mask;

		next = TABLE(trie, index, CONF->trie_mask);
		if (next->check != node)
			break;
		node = index;
		base = next->base;
		end <<= 8;
	}
	return TABLE(trie, node, CONF->trie_mask)->row_prefix;
}

/*
 * The name of a dentry is the end of its path but at the root of a mount, whose name is where it
 * is mounted, and where a file system makes names up; such a dentry is its own parent.
 *
 * These are static: the verifier follows each call with what it knows of the argument, and its
 * fields are plain loads.
 */
#define GATE static __attribute__((noinline)) int

static __always_inline int dentry_gate(const struct dentry *dentry)
{
	return dentry == dentry->d_parent ||
	       name_may_match(dentry->d_name.name, dentry->d_name.len);
}

static __always_inline int path_gate(const struct vfsmount *mnt, const struct dentry *dentry)
{
	return dentry == mnt->mnt_root || dentry_gate(dentry);
}

GATE vg_gate_file(const struct file *file)
{
	return file ? path_gate(file->f_path.mnt, file->f_path.dentry) : 1;
}

GATE vg_gate_path(const struct path *path)
{
	return path ? path_gate(path->mnt, path->dentry) : 1;
}

GATE vg_gate_dentry(const struct dentry *dentry)
{
	return dentry ? dentry_gate(dentry) : 1;
}

GATE vg_gate_binprm(const struct linux_binprm *binprm)
{
	return binprm ? vg_gate_file(binprm->file) : 1;
}

/* The same of what came in registers. */
static __always_inline int probe_dentry(const struct dentry *dentry)
{
	struct vg_dentry_head head;

	return compat_dentry_head(dentry, &head) || head.parent == (u64)dentry ||
	       name_may_match((const void *)head.name, head.len);
}

static __always_inline int probe_path(const struct path *path)
{
	const struct vfsmount *mnt;
	const struct dentry *dentry;

	return compat_path(path, &mnt, &dentry) || dentry == BPF_CORE_READ(mnt, mnt_root) ||
	       probe_dentry(dentry);
}

static __always_inline int probe_file(const struct file *file)
{
	return probe_path((const void *)file + bpf_core_field_offset(struct file, f_path));
}

VG_FUNCTION int vg_probe_dentry(u64 address)
{
	return probe_dentry((const void *)address);
}

VG_FUNCTION int vg_probe_path(u64 address)
{
	return probe_path((const void *)address);
}

VG_FUNCTION int vg_probe_file(u64 address)
{
	return probe_file((const void *)address);
}

VG_FUNCTION int vg_probe_binprm(u64 address)
{
	const struct linux_binprm *binprm = (const void *)address;

	return probe_file(BPF_CORE_READ(binprm, file));
}

#endif /* VIGIL_GATE_H */
