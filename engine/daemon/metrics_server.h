// Serves one page of text at http://ADDRESS/metrics.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/daemon/host_port.h"

struct MHD_Daemon;

namespace vigil::daemon {

class MetricsServer {
 public:
  // Called on the server's thread for every request.
  using MakePage = std::function<std::string()>;

  // At port 0 it is any that is free.
  static Result<std::unique_ptr<MetricsServer>> listen(const HostPort& where, MakePage make_page);
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  std::uint16_t port() const;
  std::string page() const { return make_page_(); }

 private:
  explicit MetricsServer(MakePage make_page) : make_page_(std::move(make_page)) {}

  MakePage make_page_;
  MHD_Daemon* daemon_ = nullptr;
};

}  // namespace vigil::daemon
