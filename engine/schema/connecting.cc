#include "engine/schema/connecting.h"

#include <algorithm>

namespace vigil::schema {
namespace {

constexpr std::string_view functions[] = {
    "socket_connect",

    "__inet_stream_connect",  "__ip4_datagram_connect",
    "__ip6_datagram_connect", "inet_dgram_connect",
    "inet_stream_connect",    "ip4_datagram_connect",
    "ip6_datagram_connect",   "ip6_datagram_connect_v6_only",
    "kernel_connect",         "mptcp_connect",
    "tcp_v4_connect",         "tcp_v4_pre_connect",
    "tcp_v6_connect",         "tcp_v6_pre_connect",
    "udp_pre_connect",        "udpv6_pre_connect",
};

}  // namespace

bool is_given_destination(std::string_view function) {
  return std::ranges::find(functions, function) != std::end(functions);
}

}  // namespace vigil::schema
