// vigil status: whether the daemon runs, and what it counts.
#include <fmt/format.h>

#include "cli/client.h"
#include "cli/terminal.h"
#include "cli/verb.h"

namespace vigil::cli {
namespace {

struct Options {};

Result<ExitStatus> status(const std::string& address) {
  TRY(const auto version, call(address, &Stub::GetVersion, tetragon::GetVersionRequest{}));
  TRY(const auto health, call(address, &Stub::GetHealth, tetragon::GetHealthStatusRequest{}));
  TRY(const auto list,
      call(address, &Stub::ListTracingPolicies, tetragon::ListTracingPoliciesRequest{}));
  fmt::print("{:<10}{}\n{:<10}{}\n{:<10}{}\n", "daemon", printable_text(version.version()),
             "address", printable_text(address), "policies", list.policies_size());
  bool running = health.health_status_size() > 0;
  for (const auto& part : health.health_status()) {
    fmt::print("{:<10}{}\n", "health", printable_text(part.details()));
    running = running && part.status() == tetragon::HEALTH_STATUS_RUNNING;
  }
  return running ? ExitStatus::ok : ExitStatus::failed;
}

ExitStatus run(const Options&, const Invocation& invocation) {
  const auto result = status(invocation.server_address);
  return result ? *result : finish(result.error());
}

}  // namespace

void add_status(CLI::App& app, Invocation& invocation) {
  auto& verb = *app.add_subcommand("status", "whether the daemon runs");
  on_run(verb, invocation, std::make_shared<Options>(), run);
}

}  // namespace vigil::cli
