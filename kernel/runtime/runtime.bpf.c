/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What hook programs call: kernel/include/runtime_abi.h. Global functions, so that the
 * verifier checks each once and for any argument; a frame may be absent in its eyes.
 */
#include "kernel/lib/buffer.h"
#include "kernel/lib/maps.h"
#include "kernel/lib/object.h"
#include "kernel/lib/packet.h"
#include "kernel/lib/read.h"
#include "kernel/lib/socket.h"
#include "kernel/lib/task.h"
#include "kernel/runtime/decide.h"
#include "kernel/runtime/gate.h"
#include "kernel/runtime/match.h"
#include "kernel/runtime/part.h"
#include "kernel/runtime/raw.h"
#include "kernel/runtime/resolve.h"
#include "kernel/runtime/returned.h"
#include "kernel/runtime/stack.h"
#include "kernel/runtime/tables.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* In the place of what a program has no use for. */
VG_FUNCTION int vg_nothing(void)
{
	int nothing = 0;

	asm volatile("" : "+r"(nothing)); /* as far as callers know */
	return nothing;
}

/* --- gates ---------------------------------------------------------------------- */

VG_FUNCTION int vg_gate_process(void)
{
	struct vg_proc *proc = proc_of_current();

	return !proc || *proc_memo(proc) != CONF->memo;
}

VG_FUNCTION int vg_gate_notified(void)
{
	struct vg_undecided_loop loop = {0};

	bpf_loop(CONF->rules, notified_step, &loop, 0);
	return loop.denies != 0;
}

/* What the state says of the program must be all there is to say. */
VG_FUNCTION int vg_uninterested(void)
{
	struct vg_proc *proc = proc_of_current();

	if (proc && proc->flags && proc->exe_size && proc->exe_size <= VG_EXE_INLINE)
		*proc_memo(proc) = CONF->memo;
	return 0;
}

/* --- a hit's begin and end ------------------------------------------------------ */

VG_FUNCTION u32 vg_enter(void)
{
	return frame_take();
}

VG_FUNCTION int vg_leave(struct vg_frame *frame)
{
	if (frame)
		frame_give_back(frame);
	return 0;
}

VG_FUNCTION int vg_begin(struct vg_frame *frame)
{
	if (!frame)
		return 0;
	__builtin_memset(frame->slot_at, 0, sizeof(frame->slot_at));
	frame->used = 0;
	frame->row_count = 0;
	frame->has_exact = 0;
	if (!frame->kept) {
		frame->identified = 0;
		frame->decision.decided = 0;
		frame->decision.overridden = 0;
		frame->decision.verdict = 0;
		calls_begin(frame);
	} else if (CONF->sock_slots) {
		frame->identified &= ~VG_IDENTIFIED_PROCESS;
	}
	frame->kept = 0;
	frame->alive = CONF->all_rules;
	return 0;
}

/* --- raw arguments -------------------------------------------------------------- */

VG_FUNCTION int vg_syscall_arguments(struct vg_frame *frame)
{
	u64 regs;

	if (!frame)
		return -1;
	regs = frame->raw[0];
	if (!compat_syscall_arguments(frame->raw, (const void *)regs))
		return 0;
	__builtin_memset(frame->raw, 0, 6 * sizeof(u64));
	return -1;
}

VG_FUNCTION int vg_syscall_arguments32(struct vg_frame *frame)
{
	u64 regs;

	if (!frame)
		return -1;
	regs = frame->raw[0];
	if (!compat_syscall_arguments32(frame->raw, (const void *)regs))
		return 0;
	__builtin_memset(frame->raw, 0, 6 * sizeof(u64));
	return -1;
}

VG_FUNCTION int vg_stack_arguments(struct vg_frame *frame, u64 sp)
{
	if (!frame)
		return -1;
	return bpf_probe_read_kernel(&frame->raw[6], (VG_MAX_RAW - 6) * sizeof(u64),
				     (const void *)(sp + compat_stack_arguments_offset()));
}

/* --- readers -------------------------------------------------------------------- */

VG_FUNCTION int vg_resolve(struct vg_frame *frame, u32 slot)
{
	return frame ? resolve(frame, slot) : -1;
}

static __always_inline int read_sized(struct vg_frame *frame, u32 slot,
				      const volatile struct vg_slot *s, u64 address, u64 size)
{
	u64 limit = filled(frame, s);

	if (!(s->flags & VG_SLOT_SIZED) || size > limit)
		size = limit;
	return read_bytes(frame, slot, address, size, s->flags & VG_SLOT_USER);
}

#define READER(name, expression)                                         \
	VG_FUNCTION int vg_read_##name(struct vg_frame *frame, u32 slot) \
	{                                                                \
		const volatile struct vg_slot *s = slot_of(slot);        \
		bool user = s->flags & VG_SLOT_USER;                     \
		u64 raw;                                                 \
                                                                         \
		(void)user;                                              \
		if (!frame)                                              \
			return -1;                                       \
		if (raw_of(frame, s->raw, &raw))                         \
			return value_missing(frame, slot, s->kind);      \
		return expression;                                       \
	}

#define SIZED_READER(name, expression)                                       \
	VG_FUNCTION int vg_read_##name(struct vg_frame *frame, u32 slot)     \
	{                                                                    \
		const volatile struct vg_slot *s = slot_of(slot);            \
		bool user = s->flags & VG_SLOT_USER;                         \
		bool sized = s->flags & VG_SLOT_SIZED;                       \
		u64 raw, size;                                               \
                                                                             \
		(void)user, (void)sized;                                     \
		if (!frame)                                                  \
			return -1;                                           \
		if (raw_of(frame, s->raw, &raw) || size_of(frame, s, &size)) \
			return value_missing(frame, slot, s->kind);          \
		return expression;                                           \
	}

READER(integer, read_integer(frame, slot, raw, s->width, s->flags &VG_SLOT_SIGNED))
READER(string, read_string(frame, slot, raw, user))
READER(file, read_file(frame, slot, (const void *)raw))
READER(path, vg_value_path(frame, slot, (u64)BPF_CORE_READ((const struct path *)raw, mnt),
			   (u64)BPF_CORE_READ((const struct path *)raw, dentry)))
READER(dentry, read_dentry(frame, slot, raw))
READER(fd, read_file(frame, slot, file_of_fd(raw)))
READER(binprm, read_file(frame, slot, BPF_CORE_READ((const struct linux_binprm *)raw, file)))
READER(sock, read_sock(frame, slot, (const void *)raw))
READER(socket, read_sock(frame, slot, BPF_CORE_READ((const struct socket *)raw, sk)))
READER(sockaddr, read_sockaddr(frame, slot, raw, user))
SIZED_READER(bytes, read_sized(frame, slot, s, raw, size))
SIZED_READER(iovec, read_iovec(frame, slot, raw, size, filled(frame, s), user))
READER(iov_iter, read_iov_iter(frame, slot, (const void *)raw))
READER(array, read_bytes(frame, slot, raw, s->fixed_size, user))
READER(syscall64, read_syscall64(frame, slot, raw))
READER(skb, read_skb(frame, slot, (const void *)raw))
SIZED_READER(sockaddr_un, read_sockaddr_un(frame, slot, raw, sized ? size ?: 1 : 0, user))
READER(cred, read_cred(frame, slot, (const void *)raw))
READER(filename,
       read_string(frame, slot, (u64)BPF_CORE_READ((const struct filename *)raw, name), false))
READER(net_device, read_name(frame, slot, raw + bpf_core_field_offset(struct net_device, name),
			     VG_DEVICE_NAME_MAX))
READER(kiocb, read_file(frame, slot, BPF_CORE_READ((const struct kiocb *)raw, ki_filp)))
READER(user_ns, read_user_ns(frame, slot, (const void *)raw))
SIZED_READER(capabilities, read_capabilities(frame, slot, raw, sized, size))
READER(bpf_attr, read_bpf_attr(frame, slot, raw, user))
READER(bpf_prog, read_bpf_prog(frame, slot, (const void *)raw))
READER(bpf_map, read_bpf_map(frame, slot, (const void *)raw))
READER(perf_event, read_perf_event(frame, slot, (const void *)raw))
READER(module, read_module(frame, slot, (const void *)raw))
READER(load_info, read_load_info(frame, slot, (const void *)raw))

/* --- matchers -------------------------------------------------------------------- */

#define MATCHER(name)                                                            \
	VG_FUNCTION u64 vg_match_##name(struct vg_frame *frame, u32 dimension)   \
	{                                                                        \
		return frame ? match_##name(frame, dimension_of(dimension)) : 0; \
	}

MATCHER(trie)
MATCHER(substring)
MATCHER(ranges)
MATCHER(address)
MATCHER(bits)
MATCHER(workload)

/* --- expressions ------------------------------------------------------------------ */

VG_FUNCTION int vg_has_number(struct vg_frame *frame, u32 slot)
{
	u64 number;

	return frame && !number_of_slot(frame, slot, VG_FIELD_VALUE, &number);
}

VG_FUNCTION u64 vg_number(struct vg_frame *frame, u32 slot)
{
	u64 number = 0;

	if (frame)
		number_of_slot(frame, slot, VG_FIELD_VALUE, &number);
	return number;
}

VG_FUNCTION int vg_ask_trie(struct vg_frame *frame, u32 dimension)
{
	return frame ? ask_trie(frame, dimension_of(dimension)) : -1;
}

VG_FUNCTION int vg_ask_substring(struct vg_frame *frame, u32 dimension)
{
	return frame ? ask_substring(frame, dimension_of(dimension)) : -1;
}

VG_FUNCTION u64 vg_reject(struct vg_frame *frame, u32 rule)
{
	return frame ? reject(frame, rule) : 0;
}

/* --- the end ---------------------------------------------------------------------- */

VG_FUNCTION int vg_decide(struct vg_frame *frame)
{
	return frame ? decide(frame) : 0;
}

VG_FUNCTION int vg_verdict(struct vg_frame *frame)
{
	return frame ? frame->decision.verdict : 0;
}

VG_FUNCTION int vg_part_missing(void)
{
	count(VG_COUNT_EMPTY_SLOT);
	return 0;
}

VG_FUNCTION int vg_undecided(void)
{
	struct vg_undecided_loop loop = {0};

	bpf_loop(CONF->rules, undecided_step, &loop, 0);
	return loop.denies != 0;
}

VG_FUNCTION int vg_recall(struct vg_frame *frame)
{
	return frame ? recall(frame) : 0;
}

VG_FUNCTION int vg_return(struct vg_frame *frame)
{
	if (frame)
		returned(frame);
	return 0;
}

/*
 * Makes libbpf put every function above behind a program. The loader puts a hook's
 * generated instructions in its place.
 */
#ifndef VG_PLACEHOLDER_SECTION
#define VG_PLACEHOLDER_SECTION "vigil"
#endif

SEC(VG_PLACEHOLDER_SECTION)
int main_placeholder(void *ctx)
{
	u32 key = vg_enter() ^ vg_resume(ctx);
	struct vg_frame *frame = bpf_map_lookup_elem(&frames, &key);
	u32 slot = key & 1;
	int passed = 1; /* so that clang leaves static functions their result */

	if (!frame)
		return 0;
	vg_gate_process();
	vg_gate_notified();
	vg_uninterested();
	passed &= vg_gate_file(ctx);
	passed &= vg_gate_path(ctx);
	passed &= vg_gate_dentry(ctx);
	passed &= vg_gate_binprm(ctx);
	vg_probe_file((u64)ctx);
	vg_probe_path((u64)ctx);
	vg_probe_dentry((u64)ctx);
	vg_probe_binprm((u64)ctx);
	vg_begin(frame);
	vg_syscall_arguments(frame);
	vg_syscall_arguments32(frame);
	vg_stack_arguments(frame, 0);
	vg_resolve(frame, slot);
	vg_read_integer(frame, slot);
	vg_read_string(frame, slot);
	vg_read_file(frame, slot);
	vg_read_path(frame, slot);
	vg_read_dentry(frame, slot);
	vg_read_fd(frame, slot);
	vg_read_binprm(frame, slot);
	vg_read_sock(frame, slot);
	vg_read_socket(frame, slot);
	vg_read_sockaddr(frame, slot);
	vg_read_bytes(frame, slot);
	vg_read_iovec(frame, slot);
	vg_read_iov_iter(frame, slot);
	vg_read_array(frame, slot);
	vg_read_syscall64(frame, slot);
	vg_read_skb(frame, slot);
	vg_read_sockaddr_un(frame, slot);
	vg_read_cred(frame, slot);
	vg_read_filename(frame, slot);
	vg_read_net_device(frame, slot);
	vg_read_kiocb(frame, slot);
	vg_read_user_ns(frame, slot);
	vg_read_capabilities(frame, slot);
	vg_read_bpf_attr(frame, slot);
	vg_read_bpf_prog(frame, slot);
	vg_read_bpf_map(frame, slot);
	vg_read_perf_event(frame, slot);
	vg_read_module(frame, slot);
	vg_read_load_info(frame, slot);
	asm volatile("" : "+r"(slot)); /* any slot, not just those */
	passed &= vg_read_kernel_stack(frame, slot, ctx);
	passed &= vg_read_user_stack(frame, slot, ctx);
	vg_match_trie(frame, slot);
	vg_match_substring(frame, slot);
	vg_match_ranges(frame, slot);
	vg_match_address(frame, slot);
	vg_match_bits(frame, slot);
	vg_match_workload(frame, slot);
	vg_has_number(frame, slot);
	vg_number(frame, slot);
	vg_ask_trie(frame, slot);
	vg_ask_substring(frame, slot);
	vg_reject(frame, slot);
	vg_decide(frame);
	vg_nothing();
	passed &= vg_verdict(frame);
	vg_keep(frame, ctx);
	passed &= vg_claim(ctx);
	vg_part_missing();
	vg_undecided();
	vg_recall(frame);
	vg_return(frame);
	return vg_leave(frame) + passed;
}
