/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Packets into the record: addresses and ports as far as the headers are in the first buffer. */
#ifndef VIGIL_PACKET_H
#define VIGIL_PACKET_H

#include "kernel/include/compat.h"
#include "kernel/lib/value.h"

#include <bpf/bpf_endian.h>

#define VG_ETH_IPV4 0x0800
#define VG_ETH_IPV6 0x86DD

/* Each header of an IPv6 packet is 8 bytes at least. */
#define VG_IPV6_HEADERS 256

enum {
	VG_IP_HOP_OPTIONS = 0,
	VG_IP_TCP = 6,
	VG_IP_UDP = 17,
	VG_IP_DCCP = 33,
	VG_IP_ROUTING = 43,
	VG_IP_FRAGMENT = 44,
	VG_IP_AUTHENTICATION = 51,
	VG_IP_DESTINATION_OPTIONS = 60,
	VG_IP_SCTP = 132,
	VG_IP_MOBILITY = 135,
	VG_IP_UDPLITE = 136,
	VG_IP_HIP = 139,
	VG_IP_SHIM6 = 140,
};

static __always_inline bool packet_has_ports(u32 protocol)
{
	return protocol == VG_IP_TCP || protocol == VG_IP_UDP || protocol == VG_IP_DCCP ||
	       protocol == VG_IP_SCTP || protocol == VG_IP_UDPLITE;
}

static __always_inline bool packet_goes_on(u32 header)
{
	return header == VG_IP_HOP_OPTIONS || header == VG_IP_ROUTING || header == VG_IP_FRAGMENT ||
	       header == VG_IP_AUTHENTICATION || header == VG_IP_DESTINATION_OPTIONS ||
	       header == VG_IP_MOBILITY || header == VG_IP_HIP || header == VG_IP_SHIM6;
}

static __always_inline long packet_read(const struct vg_packet_walk *walk, void *to, u32 offset,
					u32 size)
{
	if (walk->at + offset + size > walk->end)
		return -1;
	return bpf_probe_read_kernel(to, size, (const void *)walk->at + offset);
}

static long packet_step(u64 i, struct vg_loop *loop)
{
	struct vg_packet_walk *walk = &loop->frame->packet;
	u32 header = walk->next;
	u8 bytes[4];

	if (!packet_goes_on(header) || walk->later)
		return 1;
	if (packet_read(walk, bytes, 0, sizeof(bytes))) {
		walk->later = 1;
		return 1;
	}
	if (header == VG_IP_FRAGMENT) {
		walk->later = (bytes[2] << 8 | bytes[3]) >> 3 != 0;
		walk->at += 8;
	} else if (header == VG_IP_AUTHENTICATION) {
		walk->at += 4 * (bytes[1] + 2);
	} else {
		walk->at += 8 * (bytes[1] + 1);
	}
	walk->next = bytes[0];
	return 0;
}

static __always_inline int packet_ipv4(struct vg_frame *frame, struct wire_skb *out)
{
	struct vg_packet_walk *walk = &frame->packet;
	u8 length, protocol;
	u16 fragment;

	if (packet_read(walk, &length, 0, 1) || packet_read(walk, &fragment, 6, 2) ||
	    packet_read(walk, &protocol, 9, 1) || packet_read(walk, out->source, 12, 4) ||
	    packet_read(walk, out->destination, 16, 4))
		return -1;
	walk->next = protocol;
	walk->later = (bpf_ntohs(fragment) & 0x1fff) != 0;
	walk->at += 4 * (length & 15);
	out->family = AF_INET;
	return 0;
}

static __always_inline int packet_ipv6(struct vg_frame *frame, struct wire_skb *out)
{
	struct vg_packet_walk *walk = &frame->packet;
	struct vg_loop loop = {frame};
	u8 next;

	if (packet_read(walk, &next, 6, 1) || packet_read(walk, out->source, 8, 16) ||
	    packet_read(walk, out->destination, 24, 16))
		return -1;
	walk->next = next;
	walk->later = 0;
	walk->at += 40;
	bpf_loop(VG_IPV6_HEADERS, packet_step, &loop, 0);
	out->family = AF_INET6;
	return 0;
}

static __always_inline int packet_network(struct vg_frame *frame, struct wire_skb *out,
					  u32 protocol)
{
	u8 version = 0;

	if (protocol == VG_ETH_IPV4)
		return packet_ipv4(frame, out);
	if (protocol == VG_ETH_IPV6)
		return packet_ipv6(frame, out);
	/* not told yet: the packet itself is asked */
	if (protocol || packet_read(&frame->packet, &version, 0, 1))
		return -1;
	if (version >> 4 == 4)
		return packet_ipv4(frame, out);
	return version >> 4 == 6 ? packet_ipv6(frame, out) : -1;
}

static __always_inline void packet_ports(struct vg_frame *frame, struct wire_skb *out)
{
	struct vg_packet_walk *walk = &frame->packet;
	u16 ports[2];

	out->protocol = walk->next;
	if (walk->later || !packet_has_ports(walk->next) ||
	    packet_read(walk, ports, 0, sizeof(ports)))
		return;
	out->source_port = bpf_ntohs(ports[0]);
	out->destination_port = bpf_ntohs(ports[1]);
	out->flags = WIRE_SKB_PORTS;
}

static __always_inline int read_skb(struct vg_frame *frame, u32 slot, const struct sk_buff *skb)
{
	struct wire_value *value = value_open(frame, slot, WIRE_VALUE_SKB);
	struct wire_skb *out = (void *)(value + 1);
	const struct sec_path *path;
	u64 head;

	if (!value_has_room(frame, sizeof(*out)))
		return value_fail(frame, value);
	__builtin_memset(out, 0, sizeof(*out));
	if (bpf_core_read(&out->length, sizeof(out->length), &skb->len))
		return value_fail(frame, value);
	out->hash = BPF_CORE_READ(skb, hash);
	out->priority = BPF_CORE_READ(skb, priority);
	out->mark = BPF_CORE_READ(skb, mark);
	path = compat_sec_path(skb);
	if (path) {
		out->sec_path_length = BPF_CORE_READ(path, len);
		out->sec_path_offloads = BPF_CORE_READ(path, olen);
	}
	head = (u64)BPF_CORE_READ(skb, head);
	frame->packet.at = head + BPF_CORE_READ(skb, network_header);
	frame->packet.end = head + BPF_CORE_READ(skb, tail);
	if (!packet_network(frame, out, bpf_ntohs(BPF_CORE_READ(skb, protocol))))
		packet_ports(frame, out);
	return value_close(frame, value, sizeof(*out));
}

#endif /* VIGIL_PACKET_H */
