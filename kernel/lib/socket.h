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

/* Only as much as the family has: the address may end where its memory does. */
static __always_inline long sockaddr_rest(struct wire_sockaddr *out, u64 address, bool user)
{
	u16 port = 0;
	long error;

	if (out->family == AF_INET)
		error = read_any(out->address, 4, address + 4, user);
	else if (out->family == AF_INET6)
		error = read_any(out->address, 16, address + 8, user);
	else
		return 0;
	if (!error)
		error = read_any(&port, sizeof(port), address + 2, user);
	out->port = bpf_ntohs(port);
	return error;
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

#endif /* VIGIL_SOCKET_H */
