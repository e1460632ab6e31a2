// Serves one page of text at http://ADDRESS/metrics.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/fd.h"
#include "engine/base/result.h"

struct MHD_Daemon;

namespace vigil::daemon {

class MetricsServer {
 public:
  // Called on the server's thread for every request.
  using MakePage = std::function<std::string()>;

  // `socket` listens already: a library's own loses the reason when it cannot.
  static Result<std::unique_ptr<MetricsServer>> serve(UniqueFd socket, MakePage make_page);
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
