#include "engine/daemon/listen_at.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

namespace vigil::daemon {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Result<Addresses> resolve(const HostPort& where) {
  const auto host = where.host.empty() ? "::" : where.host;
  const auto port = std::to_string(where.port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int problem = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); problem != 0)
    return Error(gai_strerror(problem));
  return Addresses(found, freeaddrinfo);
}

Result<UniqueFd> listen_at(const addrinfo& where) {
  UniqueFd socket(
      ::socket(where.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, where.ai_protocol));
  if (!socket) return Error::from_errno("socket");
  const int on = 1, off = 0;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (where.ai_family == AF_INET6)  // one socket for both families
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (::bind(socket.get(), where.ai_addr, where.ai_addrlen) != 0) return Error::from_errno("bind");
  if (::listen(socket.get(), SOMAXCONN) != 0) return Error::from_errno("listen");
  return socket;
}

std::string doing(const HostPort& where) {
  return fmt::format("listening on {}", to_string(where));
}

bool is_same(const addrinfo& a, const addrinfo& b) {
  return a.ai_addrlen == b.ai_addrlen && std::memcmp(a.ai_addr, b.ai_addr, a.ai_addrlen) == 0;
}

// A hosts file that has a name for both families gives some addresses twice.
std::vector<const addrinfo*> all_of(const Addresses& addresses) {
  std::vector<const addrinfo*> all;
  for (const auto* at = addresses.get(); at != nullptr; at = at->ai_next)
    if (std::ranges::none_of(all, [&](const auto* other) { return is_same(*at, *other); }))
      all.push_back(at);
  return all;
}

bool is_not_here(const Error& error) {
  return error.errno_value() == EADDRNOTAVAIL || error.errno_value() == EAFNOSUPPORT;
}

}  // namespace

Result<UniqueFd> listen_at(const HostPort& where) {
  const auto addresses = resolve(where);
  if (!addresses) return addresses.error().in(doing(where));
  auto socket = listen_at(**addresses);
  if (!socket) return socket.error().in(doing(where));
  return socket;
}

Result<std::vector<UniqueFd>> listen_at_all(const HostPort& where) {
  const auto addresses = resolve(where);
  if (!addresses) return addresses.error().in(doing(where));
  std::vector<UniqueFd> sockets;
  Error missing("no address");
  for (const auto* address : all_of(*addresses)) {
    auto socket = listen_at(*address);
    if (socket)
      sockets.push_back(std::move(*socket));
    else if (is_not_here(socket.error()))
      missing = socket.error();
    else
      return socket.error().in(doing(where));
  }
  if (sockets.empty()) return missing.in(doing(where));
  return sockets;
}

}  // namespace vigil::daemon
