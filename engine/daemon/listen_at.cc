#include "engine/daemon/listen_at.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>

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

}  // namespace

Result<UniqueFd> listen_at(const HostPort& where) {
  const auto doing = fmt::format("listening on {}", to_string(where));
  const auto addresses = resolve(where);
  if (!addresses) return addresses.error().in(doing);
  auto socket = listen_at(**addresses);
  if (!socket) return socket.error().in(doing);
  return socket;
}

}  // namespace vigil::daemon
