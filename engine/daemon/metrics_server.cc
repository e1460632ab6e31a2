#include "engine/daemon/metrics_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string_view>

#include "engine/base/fd.h"

namespace vigil::daemon {
namespace {

constexpr unsigned connection_limit = 16;
constexpr unsigned patience_s = 10;

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

MHD_Result answer(MHD_Connection* connection, unsigned status, std::string_view text) {
  auto* response = MHD_create_response_from_buffer(text.size(), const_cast<char*>(text.data()),
                                                   MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                          "text/plain; version=0.0.4; charset=utf-8");
  const auto queued = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return queued;
}

// NOLINTNEXTLINE(readability-function-size): as the library calls it
MHD_Result on_request(void* context, MHD_Connection* connection, const char* url,
                      const char* method, const char*, const char*, std::size_t*, void**) {
  const std::string_view verb = method;
  if (verb != MHD_HTTP_METHOD_GET && verb != MHD_HTTP_METHOD_HEAD)
    return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET\n");
  if (std::string_view(url) != "/metrics")
    return answer(connection, MHD_HTTP_NOT_FOUND, "see /metrics\n");
  return answer(connection, MHD_HTTP_OK, static_cast<const MetricsServer*>(context)->page());
}

// Ours rather than the library's, whose version 1.0 loses the reason of a failure.
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

Result<std::unique_ptr<MetricsServer>> MetricsServer::listen(const HostPort& where,
                                                             MakePage make_page) {
  const auto doing = fmt::format("listening on {} for metrics", to_string(where));
  auto addresses = resolve(where);
  if (!addresses) return addresses.error().in(doing);
  std::unique_ptr<MetricsServer> server(new MetricsServer(std::move(make_page)));
  auto socket = listen_at(**addresses);
  if (!socket) return socket.error().in(doing);
  server->daemon_ = MHD_start_daemon(
      MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, nullptr, nullptr, on_request, server.get(),
      MHD_OPTION_LISTEN_SOCKET, socket->release(), MHD_OPTION_CONNECTION_LIMIT, connection_limit,
      MHD_OPTION_CONNECTION_TIMEOUT, patience_s, MHD_OPTION_END);
  if (server->daemon_ == nullptr) return Error(doing + ": the server does not start");
  return server;
}

MetricsServer::~MetricsServer() {
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
}

std::uint16_t MetricsServer::port() const {
  return MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_BIND_PORT)->port;
}

}  // namespace vigil::daemon
