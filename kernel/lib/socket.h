/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sockets and socket addresses into the record. */
#ifndef VIGIL_SOCKET_H
#define VIGIL_SOCKET_H

#include "kernel/include/compat.h"
#include "kernel/lib/read.h"

#include <bpf/bpf_endian.h>

static __always_inline void sock_addresses(struct wire_sock *out, const struct sock *sk)
{
	if (out->family == AF_INET6) {
		compat_sock_addresses6(sk, out->source, out->destination);
	} else if (out->family == AF_INET) {
		bpf_core_read(out->source, 4, &sk->__sk_common.skc_rcv_saddr);
		bpf_core_read(out->destination, 4, &sk->__sk_common.skc_daddr);
	} else {
		return;
	}
	out->source_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	out->destination_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
}

static __always_inline int read_sock(struct vg_frame *frame, u32 slot, const struct sock *sk)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_SOCK);
	struct wire_sock *out = (void *)(value + 1);

	if (!sk || !value_has_room(frame, sizeof(*out)))
		return value_fail(frame, value);
	__builtin_memset(out, 0, sizeof(*out));
	if (bpf_core_read(&out->family, sizeof(out->family), &sk->__sk_common.skc_family))
		return value_fail(frame, value);
	out->cookie = (u64)sk;
	out->type = BPF_CORE_READ(sk, sk_type);
	out->protocol = BPF_CORE_READ(sk, sk_protocol);
	out->state = BPF_CORE_READ(sk, __sk_common.skc_state);
	out->mark = BPF_CORE_READ(sk, sk_mark);
	out->priority = BPF_CORE_READ(sk, sk_priority);
	sock_addresses(out, sk);
	return value_close(frame, value, sizeof(*out));
}

/* Only as much as the family has: the address may end where its memory does. AF_UNSPEC may be no
 * more than the family, and is for connect() a disconnect whatever follows; the bind() of an
 * AF_INET socket, and sendto() of a UDP one, take it for AF_INET. */
static __always_inline long sockaddr_rest(struct wire_sockaddr *out, u64 address, bool user)
{
	bool given = out->family != AF_UNSPEC;
	u16 port = 0;
	long error;

	out->read_as = given ? out->family : AF_INET;
	if (out->read_as == AF_INET)
		error = read_any(out->address, 4, address + 4, user);
	else if (out->read_as == AF_INET6)
		error = read_any(out->address, 16, address + 8, user);
	else
		return 0;
	if (!error)
		error = read_any(&port, sizeof(port), address + 2, user);
	out->port = bpf_ntohs(port);
	if (given)
		return error;
	if (!port && !*(u32 *)out->address)
		out->read_as = AF_UNSPEC;
	return 0;
}

static __always_inline int read_sockaddr(struct vg_frame *frame, u32 slot, u64 address, bool user)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_SOCKADDR);
	struct wire_sockaddr *out = (void *)(value + 1);

	if (!value_has_room(frame, sizeof(*out)))
		return value_fail(frame, value);
	__builtin_memset(out, 0, sizeof(*out));
	if (read_any(&out->family, sizeof(out->family), address, user) ||
	    sockaddr_rest(out, address, user))
		return value_fail(frame, value);
	return value_close(frame, value, sizeof(*out));
}

/* --- addresses of AF_UNIX ---------------------------------------------------------- */

static long scan_byte(u64 i, struct vg_loop *loop)
{
	struct vg_byte_scan *scan = &loop->frame->scan;
	u8 byte = *(u8 *)heap_at(loop->frame, scan->from + i);

	if (i >= scan->size)
		return 1;
	if (byte)
		scan->last_used = i + 1;
	else if (scan->first_zero == scan->size)
		scan->first_zero = i;
	return 0;
}

/* The size of a path that ends where it says; of an abstract name, which may hold zero bytes, up to
 * the last other one: it begins with a zero byte, shown as an '@'. */
static __always_inline u32 unix_path_size(struct vg_frame *frame, u32 from, u32 size)
{
	struct vg_loop loop = {frame};
	u8 *first = heap_at(frame, from);

	frame->scan.from = from;
	frame->scan.size = frame->scan.first_zero = size;
	frame->scan.last_used = 0;
	bpf_loop(VG_UNIX_PATH_MAX, scan_byte, &loop, 0);
	if (!size || *first)
		return frame->scan.first_zero;
	*first = '@';
	return frame->scan.last_used ?: 1;
}

/* `size`: of the whole address; 0: not known, so that its path ends at a zero byte. */
static __always_inline int read_sockaddr_un(struct vg_frame *frame, u32 slot, u64 address, u64 size,
					    bool user)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_SOCKADDR_UN);
	struct wire_sockaddr_un *out = (void *)(value + 1);
	u32 from = frame->used + sizeof(*value) + sizeof(*out);
	u32 path = 0;
	long read;

	if (!value_has_room(frame, sizeof(*out) + VG_UNIX_PATH_MAX))
		return value_fail(frame, value);
	__builtin_memset(out, 0, sizeof(*out));
	if (read_any(&out->family, sizeof(out->family), address, user))
		return value_fail(frame, value);
	if (out->family == AF_UNIX && size > 2) {
		path = size - 2 < VG_UNIX_PATH_MAX ? size - 2 : VG_UNIX_PATH_MAX;
		if (read_any(out + 1, VG_MASK(path, 127), address + 2, user))
			return value_fail(frame, value);
		path = unix_path_size(frame, from, path);
	} else if (out->family == AF_UNIX && !size) {
		u8 first = 0;

		read_any(&first, 1, address + 2, user);
		*(u8 *)(out + 1) = '@';
		read = read_any_string((void *)(out + 1) + !first, VG_UNIX_PATH_MAX - 1,
				       address + 2 + !first, user);
		path = (read > 0 ? read - 1 : 0) + !first;
	}
	return value_close(frame, value, sizeof(*out) + path);
}

#endif /* VIGIL_SOCKET_H */
