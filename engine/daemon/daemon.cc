#include "engine/daemon/daemon.h"

#include <unistd.h>

#include <climits>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/text.h"
#include "engine/btf/btf_types.h"
#include "engine/compile/policy/parse.h"
#include "engine/daemon/compile.h"
#include "engine/daemon/descriptors.h"
#include "engine/daemon/event_shaper.h"
#include "engine/daemon/listen_at.h"
#include "engine/daemon/log.h"
#include "engine/daemon/metrics.h"
#include "engine/daemon/version.h"
#include "engine/elf/elf_file.h"
#include "engine/loader/bpf_kernel.h"
#include "engine/stream/process/procfs.h"

namespace vigil::daemon {
namespace {

constexpr const char* instance_lock = "/run/vigil/vigild.lock";
constexpr auto first_life_patience = std::chrono::seconds(15);
constexpr auto export_patience = std::chrono::seconds(45);

// As Kubernetes tells it to Tetragon's pods, else what the host calls itself.
std::string host_name() {
  for (const char* variable : {"HUBBLE_NODE_NAME", "NODE_NAME"}) {
    if (const char* name = std::getenv(variable); name != nullptr && *name != '\0') return name;
  }
  char name[HOST_NAME_MAX + 1] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? name : "";
}

void log_report(const SyncReport& report) {
  for (const auto& failure : report.failures)
    spdlog::error("{} is not loaded:\n{}",
                  failure.path.empty() ? "a policy" : printable(failure.path), failure.error);
  for (const auto& warning : report.warnings)
    spdlog::warn("{} is loaded, but:\n{}", printable(warning.path), warning.text);
  spdlog::info("policy files: {} loaded, {} unchanged, {} removed, {} failed", report.loaded,
               report.unchanged, report.removed, report.failures.size());
}

void log_export(const std::string& path, const std::optional<Error>& error) {
  if (error)
    spdlog::error("{}: {}", printable(path), error->message());
  else
    spdlog::info("{}: writing works again", printable(path));
}

}  // namespace

Daemon::Daemon(const Config& config, ToldToStop told_to_stop)
    : config_(config),
      told_to_stop_(std::move(told_to_stop)),
      node_name_(config.node_name.empty() ? host_name() : config.node_name),
      hub_(HubLimits{.queue_events = config.event_queue_size}) {}

Result<std::unique_ptr<Daemon>> Daemon::start(const Config& config, ToldToStop told_to_stop) {
  // A life begins before there are policies, which may let nothing run.
  static constexpr Result<void> (Daemon::* steps[])() = {
      &Daemon::claim_host,       &Daemon::take_metrics_port, &Daemon::open_export,
      &Daemon::start_kernel,     &Daemon::start_events,      &Daemon::start_a_life,
      &Daemon::prepare_policies, &Daemon::load_policies,     &Daemon::serve_clients,
      &Daemon::serve_metrics,    &Daemon::see_a_whole_life,
  };
  std::unique_ptr<Daemon> daemon(new Daemon(config, std::move(told_to_stop)));
  for (const auto step : steps) {
    const auto taken = (*daemon.*step)();
    if (daemon->told_to_stop_()) return nullptr;
    if (!taken) return taken.error();
  }
  return daemon;
}

// Nothing new comes first, then what has happened is read to its end and told.
Daemon::~Daemon() {
  finish_until_ = std::chrono::steady_clock::now() + export_patience;
  finishing_ = true;
  if (canary_) reap_canary(*canary_);
  metrics_server_.reset();
  if (policies_) policies_->close();
  containers_.reset();
  if (kernel_) kernel_->detach();
  if (pipeline_) pipeline_->stop();
  hub_.close();
  listening_ = {};
  server_.reset();
  export_.reset();
  if (kernel_) kernel_->stop();
}

Result<void> Daemon::claim_host() {
  if (geteuid() != 0)
    return Error("vigild loads programs into the kernel and must run as root; try sudo");
  TRY(instance_, lock_instance(instance_lock));
  TRY(const auto address, parse_listen_address(config_.server_address));
  TRY(listening_, listen_on(address));
  if (address.reach == Reach::network)
    spdlog::warn(
        "server-address {}: whoever reaches this port controls the policies; there is no "
        "authentication",
        to_string(address.where));
  return {};
}

Result<void> Daemon::take_metrics_port() {
  if (config_.metrics_address.empty()) return {};
  TRY(const HostPort where, parse_host_port(config_.metrics_address));
  auto socket = listen_at(where);
  if (!socket) return socket.error().in("metrics-address");
  metrics_socket_ = std::move(*socket);
  return {};
}

Result<void> Daemon::open_export() {
  if (config_.export_file.empty()) return {};
  TRY(export_,
      sinks::FileSink::open({.path = config_.export_file,
                             .node_name = node_name_,
                             .queue_events = config_.event_queue_size},
                            [path = config_.export_file](const std::optional<Error>& error) {
                              log_export(path, error);
                            }));
  return {};
}

Result<void> Daemon::start_kernel() {
  loader::Options options;
  options.rings.events_bytes = config_.rb_size_bytes;
  TRY(kernel_types_, btf::open(btf::running_kernel));
  options.types = kernel_types_;
  TRY(kernel_, loader::make_bpf_kernel(options));
  const auto& features = kernel_->features();
  spdlog::info("kernel {}: BPF LSM {}, fmod_ret {}, override_return {}", features.release,
               features.bpf_lsm_active ? "active"
                                       : "not active (add bpf to lsm= on the kernel command line)",
               features.fmod_ret ? "yes" : "no", features.override_return ? "yes" : "no");
  return kernel_->start();
}

Result<void> Daemon::start_events() {
  auto output = [this](const event::EventPtr& event) { publish(event); };
  auto on_failure = [](const Error& error) {
    spdlog::error("reading events: {}", error.message());
  };
  process::Tracker::Options options{
      .node = node_name_,
      .clock = BootClock(),
      .limits = {},
      .lives = [](const event::ExecKey& key) { return process::lives("/proc", key); }};
  const auto addresses =
      config_.expose_stack_addresses ? symbols::Addresses::shown : symbols::Addresses::hidden;
  pipeline_ = std::make_unique<Pipeline>(*kernel_, registry_, std::move(options), addresses, output,
                                         on_failure);
  TRY(const auto processes, process::read_processes("/proc"));
  pipeline_->add_existing(processes);
  pipeline_->start();
  return {};
}

// At the end the rings hold more than the queue of the export file, and are not refilled.
void Daemon::publish(const event::EventPtr& event) {
  hub_.publish(event);
  if (!export_) return;
  if (finishing_) export_->wait_for_room(finish_until_);
  export_->offer(event);
}

// Before there are policies that ask for them.
Result<void> Daemon::watch_containers() {
  const std::string cgroups = cgroups_of_host();
  if (cgroups.empty()) {
    spdlog::warn("there are no cgroups of version 2: no process is known to be in a container");
    return {};
  }
  TRY(containers_, ContainerWatch::start(cgroups, config_.runtime_root, policies_->workloads()));
  const auto counters = containers_->counters();
  spdlog::info("containers: {} known, {} unknown", counters.known, counters.unknown);
  return {};
}

Result<void> Daemon::prepare_policies() {
  auto types = btf::types_of_running_kernel(std::move(kernel_types_));
  policies_ = std::make_unique<PolicyManager>(
      *kernel_, registry_,
      make_compiler(std::move(types), elf::make_elf_files(), kernel_->features()), told_to_stop_);
  logged_policies_ = std::make_unique<LoggedPolicies>(*policies_);
  return watch_containers();
}

Result<void> Daemon::load_policies() {
  TRY(const auto files, read_static_files(config_.policy_dirs, config_.policy_files));
  log_report(policies_->sync_static(files));
  return {};
}

Result<void> Daemon::serve_clients() {
  api::Entrance entrance{.sockets = std::move(listening_.sockets),
                         .limits = connection_limits(),
                         .counters = connections_,
                         .complain = [](const std::string& why) { spdlog::warn("{}", why); }};
  TRY(server_,
      api::Server::serve(
          std::move(entrance), policy::max_file_bytes,
          {*logged_policies_, hub_, make_shaper_factory(pipeline_->processes(), node_name_),
           [this] { return health(); }, [this] { return status(); }, version}));
  return {};
}

Result<void> Daemon::serve_metrics() {
  if (!metrics_socket_) return {};
  TRY(metrics_server_,
      MetricsServer::serve(std::move(metrics_socket_), [this] { return metrics(); }));
  return {};
}

Result<void> Daemon::start_a_life() {
  TRY(canary_, start_canary());
  return {};
}

Result<void> Daemon::see_a_whole_life() {
  auto seen = pipeline_->life_watch().wait_for(*canary_, first_life_patience, told_to_stop_);
  reap_canary(*std::exchange(canary_, std::nullopt));
  saw_a_life_ = seen.has_value();
  return seen;
}

api::Health Daemon::health() {
  return health_.judge({.saw_a_life = saw_a_life_,
                        .complaint = pipeline_->complaint(),
                        .empty_slot = kernel_->counters().empty_slot},
                       boot_time_ns());
}

MetricsInput Daemon::counted() const {
  MetricsInput input{.kernel = kernel_->counters(),
                     .hub = hub_.counters(),
                     .decode = &pipeline_->decode_counters(),
                     .unknown_processes = pipeline_->process_counters().unknown_processes,
                     .processes = pipeline_->processes().counters(),
                     .file = {},
                     .containers = containers_ ? containers_->counters() : ContainerCounters{},
                     .connections = {.open = connections_.open, .refused = connections_.refused},
                     .policies = policies_->list()};
  if (export_) input.file = export_->counters();
  return input;
}

std::string Daemon::metrics() const { return metrics_text(counted()); }

v1::GetStatusResponse Daemon::status() {
  auto message = status_message(counted(), health(), config_.export_file);
  message.set_version(version);
  return message;
}

void Daemon::reload() {
  auto files = read_static_files(config_.policy_dirs, config_.policy_files);
  if (files)
    log_report(policies_->sync_static(*files));
  else
    spdlog::error("policies stay as they are: {}", files.error().message());
  if (!export_) return;
  if (auto reopened = export_->reopen(); !reopened)
    log_export(config_.export_file, reopened.error());
}

}  // namespace vigil::daemon
