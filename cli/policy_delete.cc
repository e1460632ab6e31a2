// vigil policy delete: unloads policies.
#include <fmt/format.h>

#include <string_view>

#include "cli/client.h"
#include "cli/policy_key.h"
#include "cli/verb.h"
#include "engine/base/text.h"

namespace vigil::cli {
namespace {

struct Options {
  std::vector<std::string> names;
  std::string domain;
};

// What of a daemon's own files is deleted stays so until they are read again.
constexpr std::string_view domain_of_files = "static";

Result<void> remove(const std::string& name, const Options& options, const std::string& address) {
  tetragon::DeleteTracingPolicyRequest request;
  request.set_name(name);
  TRY(const auto domain, domain_of(name, options.domain, address));
  request.set_domain(domain);
  TRY([[maybe_unused]] const auto answer, call(address, &Stub::DeleteTracingPolicy, request));
  fmt::print("{}: deleted\n", printable(name));
  if (domain == domain_of_files)
    fmt::print(
        stderr,
        "vigil: {} is from a policy file of the daemon: unless the file goes, too, SIGHUP or a "
        "restart loads it again\n",
        printable(name));
  return {};
}

ExitStatus run(const Options& options, const Invocation& invocation) {
  ExitStatus status = ExitStatus::ok;
  for (const auto& name : options.names)
    if (finish(remove(name, options, invocation.server_address)) != ExitStatus::ok)
      status = ExitStatus::failed;
  return status;
}

}  // namespace

void add_policy_delete(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto& verb = *app.add_subcommand("delete", "unload policies");
  verb.add_option("NAME", options->names, "policies, as `vigil policy list` names them")
      ->required();
  verb.add_option("--domain", options->domain, "domain they are in, where a name is in several")
      ->type_name("NAME");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
