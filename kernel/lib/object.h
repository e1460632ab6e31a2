/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Kernel objects that are reported field by field. */
#ifndef VIGIL_OBJECT_H
#define VIGIL_OBJECT_H

#include "kernel/include/compat.h"
#include "kernel/lib/read.h"

/* The string at `address` behind the `head` bytes of a value that is complete but for it. */
static __always_inline int value_close_name(struct vg_frame *frame, struct wire_value *value,
					    u32 head, u32 room, u64 address, bool user)
{
	long size = read_any_string((void *)(value + 1) + head, room, address, user);

	return value_close(frame, value, head + (size > 0 ? size - 1 : 0));
}

/* --- credentials ------------------------------------------------------------------ */

static __always_inline long user_ns_fields(struct wire_user_ns *out,
					   const struct user_namespace *ns)
{
	long error = bpf_core_read(&out->level, sizeof(out->level), &ns->level);

	out->uid = BPF_CORE_READ(ns, owner.val);
	out->gid = BPF_CORE_READ(ns, group.val);
	out->inum = BPF_CORE_READ(ns, ns.inum);
	return error;
}

static __always_inline int read_user_ns(struct vg_frame *frame, u32 slot,
					const struct user_namespace *ns)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_USER_NS);
	struct wire_user_ns *out = (void *)(value + 1);

	if (!value_has_room(frame, sizeof(*out)) || user_ns_fields(out, ns))
		return value_fail(frame, value);
	return value_close(frame, value, sizeof(*out));
}

static __always_inline int read_cred(struct vg_frame *frame, u32 slot, const struct cred *cred)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_CRED);
	struct wire_cred *out = (void *)(value + 1);

	if (!value_has_room(frame, sizeof(*out)) ||
	    bpf_core_read(&out->uid, sizeof(out->uid), &cred->uid.val))
		return value_fail(frame, value);
	out->gid = BPF_CORE_READ(cred, gid.val);
	out->euid = BPF_CORE_READ(cred, euid.val);
	out->egid = BPF_CORE_READ(cred, egid.val);
	out->suid = BPF_CORE_READ(cred, suid.val);
	out->sgid = BPF_CORE_READ(cred, sgid.val);
	out->fsuid = BPF_CORE_READ(cred, fsuid.val);
	out->fsgid = BPF_CORE_READ(cred, fsgid.val);
	out->securebits = BPF_CORE_READ(cred, securebits);
	out->pad = 0;
	bpf_core_read(&out->permitted, sizeof(u64), &cred->cap_permitted);
	bpf_core_read(&out->effective, sizeof(u64), &cred->cap_effective);
	bpf_core_read(&out->inheritable, sizeof(u64), &cred->cap_inheritable);
	user_ns_fields(&out->user_ns, BPF_CORE_READ(cred, user_ns));
	return value_close(frame, value, sizeof(*out));
}

static __always_inline int read_capabilities(struct vg_frame *frame, u32 slot, u64 address,
					     bool has_without, u64 without)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_INTEGER);
	u64 bits, off = 0;

	if (!value_has_room(frame, sizeof(u64)) ||
	    bpf_probe_read_kernel(&bits, sizeof(bits), (const void *)address) ||
	    (has_without && bpf_probe_read_kernel(&off, sizeof(off), (const void *)without)))
		return value_fail(frame, value);
	*(u64 *)(value + 1) = bits & ~off;
	return value_close(frame, value, sizeof(u64));
}

/* --- BPF and perf ----------------------------------------------------------------- */

/* The attributes of a program that is being loaded: their places are part of the interface. */
static __always_inline int read_bpf_attr(struct vg_frame *frame, u32 slot, u64 attr, bool user)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_BPF_PROG);
	struct wire_bpf_prog *out = (void *)(value + 1);

	if (!value_has_room(frame, sizeof(*out)) ||
	    read_any(&out->type, 4, attr + offsetof(union bpf_attr, prog_type), user) ||
	    read_any(&out->instructions, 4, attr + offsetof(union bpf_attr, insn_cnt), user) ||
	    read_any(out->name, sizeof(out->name), attr + offsetof(union bpf_attr, prog_name),
		     user))
		return value_fail(frame, value);
	return value_close(frame, value, sizeof(*out));
}

static __always_inline int read_bpf_prog(struct vg_frame *frame, u32 slot,
					 const struct bpf_prog *prog)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_BPF_PROG);
	struct wire_bpf_prog *out = (void *)(value + 1);
	const struct bpf_prog_aux *aux;

	if (!value_has_room(frame, sizeof(*out)) ||
	    bpf_core_read(&out->type, sizeof(out->type), &prog->type))
		return value_fail(frame, value);
	aux = BPF_CORE_READ(prog, aux);
	out->instructions = BPF_CORE_READ(prog, len);
	bpf_core_read(out->name, sizeof(out->name), &aux->name);
	return value_close(frame, value, sizeof(*out));
}

static __always_inline int read_bpf_map(struct vg_frame *frame, u32 slot, const struct bpf_map *map)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_BPF_MAP);
	struct wire_bpf_map *out = (void *)(value + 1);

	if (!value_has_room(frame, sizeof(*out)) ||
	    bpf_core_read(&out->type, sizeof(out->type), &map->map_type))
		return value_fail(frame, value);
	out->key_size = BPF_CORE_READ(map, key_size);
	out->value_size = BPF_CORE_READ(map, value_size);
	out->max_entries = BPF_CORE_READ(map, max_entries);
	bpf_core_read(out->name, sizeof(out->name), &map->name);
	return value_close(frame, value, sizeof(*out));
}

/* Types from here on are given out at run time: kprobes and uprobes are among them. */
#define VG_PERF_TYPE_MAX 6

/* What is probed is named by an address in the program's memory; other events have a number there.
 */
static __always_inline int read_perf_event(struct vg_frame *frame, u32 slot,
					   const struct perf_event *event)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_PERF_EVENT);
	struct wire_perf_event *out = (void *)(value + 1);
	u64 function = 0;

	if (!value_has_room(frame, sizeof(*out) + VG_SYMBOL_MAX) ||
	    bpf_core_read(&out->type, sizeof(out->type), &event->attr.type))
		return value_fail(frame, value);
	out->pad = 0;
	out->config = BPF_CORE_READ(event, attr.config);
	out->probe_offset = 0;
	if (out->type >= VG_PERF_TYPE_MAX) {
		function = BPF_CORE_READ(event, attr.kprobe_func);
		out->probe_offset = BPF_CORE_READ(event, attr.probe_offset);
	}
	return value_close_name(frame, value, sizeof(*out), VG_SYMBOL_MAX, function, true);
}

/* --- modules ---------------------------------------------------------------------- */

static __always_inline int read_module(struct vg_frame *frame, u32 slot,
				       const struct module *module)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_MODULE);
	struct wire_module *out = (void *)(value + 1);

	if (!value_has_room(frame, sizeof(*out) + VG_MODULE_NAME_MAX) ||
	    bpf_core_read(&out->taints, sizeof(out->taints), &module->taints))
		return value_fail(frame, value);
	out->flags = 0;
	out->pad = 0;
	return value_close_name(frame, value, sizeof(*out), VG_MODULE_NAME_MAX,
				(u64)module + bpf_core_field_offset(struct module, name), false);
}

static __always_inline int read_load_info(struct vg_frame *frame, u32 slot,
					  const struct load_info *info)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_MODULE);
	struct wire_module *out = (void *)(value + 1);
	u64 name;

	if (!value_has_room(frame, sizeof(*out) + VG_MODULE_NAME_MAX) ||
	    bpf_core_read(&name, sizeof(name), &info->name))
		return value_fail(frame, value);
	out->taints = BPF_CORE_READ(info, mod, taints);
	out->flags = WIRE_MODULE_LOADING;
	if (compat_signature_ok(info))
		out->flags |= WIRE_MODULE_SIGNED;
	out->pad = 0;
	return value_close_name(frame, value, sizeof(*out), VG_MODULE_NAME_MAX, name, false);
}

#endif /* VIGIL_OBJECT_H */
