#include "engine/daemon/metrics_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <microhttpd.h>
#include <netdb.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace vigil::daemon {
namespace {

constexpr unsigned connection_limit = 16;
constexpr unsigned patience_s = 10;

struct HostAndPort {
  std::string host, port;
};

Result<HostAndPort> split(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos || colon + 1 == address.size())
    return Error(fmt::format("metrics-address: '{}' is not HOST:PORT", address));
  auto host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return HostAndPort{host.empty() ? "::" : host, address.substr(colon + 1)};
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Result<Addresses> resolve(const std::string& address) {
  TRY(const HostAndPort where, split(address));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int problem = getaddrinfo(where.host.c_str(), where.port.c_str(), &hints, &found);
      problem != 0)
    return Error(fmt::format("metrics-address {}: {}", address, gai_strerror(problem)));
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

MHD_Result on_request(void* context, MHD_Connection* connection, const char* url,
                      const char* method, const char*, const char*, std::size_t*, void**) {
  const std::string_view verb = method;
  if (verb != MHD_HTTP_METHOD_GET && verb != MHD_HTTP_METHOD_HEAD)
    return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET\n");
  if (std::string_view(url) != "/metrics")
    return answer(connection, MHD_HTTP_NOT_FOUND, "see /metrics\n");
  return answer(connection, MHD_HTTP_OK, static_cast<const MetricsServer*>(context)->page());
}

unsigned flags_for(const addrinfo& address) {
  unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL;
  if (address.ai_family == AF_INET6) flags |= MHD_USE_IPv6 | MHD_USE_DUAL_STACK;
  return flags;
}

}  // namespace

Result<std::unique_ptr<MetricsServer>> MetricsServer::listen(const std::string& address,
                                                             MakePage make_page) {
  TRY(const Addresses addresses, resolve(address));
  std::unique_ptr<MetricsServer> server(new MetricsServer(std::move(make_page)));
  errno = 0;
  server->daemon_ =
      MHD_start_daemon(flags_for(*addresses), 0, nullptr, nullptr, on_request, server.get(),
                       MHD_OPTION_SOCK_ADDR, addresses->ai_addr, MHD_OPTION_CONNECTION_LIMIT,
                       connection_limit, MHD_OPTION_CONNECTION_TIMEOUT, patience_s, MHD_OPTION_END);
  if (server->daemon_ == nullptr)
    return Error::from_errno(fmt::format("listening on {} for metrics", address));
  return server;
}

MetricsServer::~MetricsServer() {
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
}

std::uint16_t MetricsServer::port() const {
  return MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_BIND_PORT)->port;
}

}  // namespace vigil::daemon
