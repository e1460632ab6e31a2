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

static __always_inline struct vg_proc *proc_of_current(void)
{
	return bpf_task_storage_get(&procs, bpf_get_current_task_btf()->group_leader, NULL, 0);
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
 * `READ` is DIRECT where the verifier knows the type of what is read, else BPF_CORE_READ.
 */
#define DIRECT(object, ...) DIRECT_(object, __VA_ARGS__)
#define DIRECT_(object, field) ((object)->field)

#define DENTRY_GATE(READ, dentry)                                              \
	((dentry) == READ(dentry, d_parent) ||                                 \
	 name_may_match(READ(dentry, d_name.name), READ(dentry, d_name.len)))

#define PATH_GATE(READ, mnt, dentry) ((dentry) == READ(mnt, mnt_root) || DENTRY_GATE(READ, dentry))

/* Static: the verifier follows each call with what it knows of the argument. */
#define GATE static __attribute__((noinline)) int

GATE vg_gate_file(const struct file *file)
{
	const struct dentry *dentry;

	if (!file)
		return 1;
	dentry = file->f_path.dentry;
	return PATH_GATE(DIRECT, file->f_path.mnt, dentry);
}

GATE vg_gate_path(const struct path *path)
{
	const struct dentry *dentry;

	if (!path)
		return 1;
	dentry = path->dentry;
	return PATH_GATE(DIRECT, path->mnt, dentry);
}

GATE vg_gate_dentry(const struct dentry *dentry)
{
	return !dentry || DENTRY_GATE(DIRECT, dentry);
}

GATE vg_gate_binprm(const struct linux_binprm *binprm)
{
	return binprm ? vg_gate_file(binprm->file) : 1;
}

/* The same of what came in registers. */
static __always_inline int probe_path(const struct path *path)
{
	const struct vfsmount *mnt = BPF_CORE_READ(path, mnt);
	const struct dentry *dentry = BPF_CORE_READ(path, dentry);

	return PATH_GATE(BPF_CORE_READ, mnt, dentry);
}

VG_FUNCTION int vg_probe_dentry(u64 address)
{
	const struct dentry *dentry = (const void *)address;

	return DENTRY_GATE(BPF_CORE_READ, dentry);
}

VG_FUNCTION int vg_probe_path(u64 address)
{
	return probe_path((const void *)address);
}

VG_FUNCTION int vg_probe_file(u64 address)
{
	return probe_path((const void *)address + bpf_core_field_offset(struct file, f_path));
}

VG_FUNCTION int vg_probe_binprm(u64 address)
{
	const struct linux_binprm *binprm = (const void *)address;
	const struct file *file = BPF_CORE_READ(binprm, file);

	return probe_path((const void *)file + bpf_core_field_offset(struct file, f_path));
}

#endif /* VIGIL_GATE_H */
