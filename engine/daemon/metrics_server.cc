#include "engine/daemon/metrics_server.h"

#include <microhttpd.h>

#include <cstdint>
#include <string_view>

namespace vigil::daemon {
namespace {

constexpr unsigned connection_limit = 16;
// Who holds so many, slowly, keeps no one else out.
constexpr unsigned connection_limit_per_client = 8;
constexpr unsigned patience_s = 10;

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

}  // namespace

Result<std::unique_ptr<MetricsServer>> MetricsServer::serve(UniqueFd socket, MakePage make_page) {
  std::unique_ptr<MetricsServer> server(new MetricsServer(std::move(make_page)));
  server->daemon_ = MHD_start_daemon(
      MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, nullptr, nullptr, on_request, server.get(),
      MHD_OPTION_LISTEN_SOCKET, socket.release(), MHD_OPTION_CONNECTION_LIMIT, connection_limit,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, connection_limit_per_client,
      MHD_OPTION_CONNECTION_TIMEOUT, patience_s, MHD_OPTION_END);
  if (server->daemon_ == nullptr) return Error("the server of metrics does not start");
  return server;
}

MetricsServer::~MetricsServer() {
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
}

std::uint16_t MetricsServer::port() const {
  return MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_BIND_PORT)->port;
}

}  // namespace vigil::daemon
