// vigil version: of this program, and of the daemon when one answers.
#include <fmt/format.h>

#include "cli/client.h"
#include "cli/verb.h"
#include "engine/base/text.h"

namespace vigil::cli {
namespace {

struct Options {
  bool client_only = false;
};

ExitStatus run(const Options& options, const Invocation& invocation) {
  fmt::print("client {}\n", VIGIL_VERSION);
  if (options.client_only) return ExitStatus::ok;
  const auto answer =
      call(invocation.server_address, &Stub::GetVersion, tetragon::GetVersionRequest{});
  // Asked for a version, and there is one to tell.
  fmt::print("daemon {}\n",
             printable(answer ? answer->version() : "not reached: " + answer.error().message()));
  return ExitStatus::ok;
}

}  // namespace

void add_version(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto& verb =
      *app.add_subcommand("version", "versions of this program and of the daemon, if one answers");
  verb.add_flag("--client", options->client_only, "do not ask the daemon");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
