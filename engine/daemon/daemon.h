// Daemon: the two chains joined. What exists of it works; it undoes itself in the right order.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "engine/api/server.h"
#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/btf/btf_types.h"
#include "engine/daemon/config.h"
#include "engine/daemon/container_watch.h"
#include "engine/daemon/health.h"
#include "engine/daemon/hub.h"
#include "engine/daemon/listen_address.h"
#include "engine/daemon/logged_policies.h"
#include "engine/daemon/metrics_server.h"
#include "engine/daemon/pipeline.h"
#include "engine/daemon/policy_manager.h"
#include "engine/daemon/status_message.h"
#include "engine/daemon/stop.h"
#include "engine/loader/kernel.h"
#include "engine/stream/sinks/file_sink.h"

namespace vigil::daemon {

class Daemon {
 public:
  // Comes back when every hook is attached, clients can connect and a whole life was seen. Null: it
  // was told to stop before that, and all is undone.
  static Result<std::unique_ptr<Daemon>> start(const Config& config, ToldToStop told_to_stop);
  // Takes everything out of the kernel, tells and writes what had happened until then.
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Policy files that changed, were added or are gone; the export file anew.
  void reload();

 private:
  Daemon(const Config& config, ToldToStop told_to_stop);

  Result<void> claim_host();
  Result<void> start_kernel();
  Result<void> take_metrics_port();
  Result<void> open_export();
  Result<void> start_events();
  Result<void> watch_containers();
  Result<void> prepare_policies();
  Result<void> load_policies();
  Result<void> serve_clients();
  Result<void> serve_metrics();
  Result<void> see_a_whole_life();
  Result<void> start_a_life();
  void publish(const event::EventPtr& event);
  api::Health health();
  MetricsInput counted() const;
  std::string metrics() const;
  v1::GetStatusResponse status();

  const Config config_;
  const ToldToStop told_to_stop_;
  const std::string node_name_;
  UniqueFd instance_;
  Listening listening_;       // until clients are served, its file as long as they are
  UniqueFd metrics_socket_;   // until it is served
  btf::BtfPtr kernel_types_;  // until the policies are loaded
  std::unique_ptr<loader::Kernel> kernel_;
  decode::HookMap registry_;
  Hub hub_;
  std::optional<pid_t> canary_;
  std::atomic<bool> saw_a_life_{false};
  HealthMonitor health_;
  std::atomic<bool> finishing_{false};
  std::chrono::steady_clock::time_point finish_until_;  // set before finishing_
  std::unique_ptr<sinks::FileSink> export_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<PolicyManager> policies_;
  std::unique_ptr<ContainerWatch> containers_;
  std::unique_ptr<LoggedPolicies> logged_policies_;
  api::ConnectionCounters connections_;
  std::unique_ptr<api::Server> server_;
  std::unique_ptr<MetricsServer> metrics_server_;
};

}  // namespace vigil::daemon
