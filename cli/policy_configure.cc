// vigil policy enable, disable, set-mode: changes to a loaded policy.
#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/client.h"
#include "cli/policy_key.h"
#include "cli/verb.h"
#include "engine/base/text.h"

namespace vigil::cli {
namespace {

using Request = tetragon::ConfigureTracingPolicyRequest;

const Choices<tetragon::TracingPolicyMode> modes = {{"enforce", tetragon::TP_MODE_ENFORCE},
                                                    {"monitor", tetragon::TP_MODE_MONITOR}};

struct Options {
  Request request;
  std::string done;  // "enabled"
};

Result<void> configure(const Options& options, const std::string& address) {
  Request request = options.request;
  TRY(const auto domain, domain_of(request.name(), request.domain(), address));
  request.set_domain(domain);
  TRY([[maybe_unused]] const auto answer, call(address, &Stub::ConfigureTracingPolicy, request));
  fmt::print("{}: {}\n", printable(request.name()), options.done);
  return {};
}

ExitStatus run(const Options& options, const Invocation& invocation) {
  return finish(configure(options, invocation.server_address));
}

// What every one of these verbs takes.
CLI::App& add_verb(CLI::App& app, Invocation& invocation, const std::string& name,
                   const std::string& description, const std::shared_ptr<Options>& options) {
  auto& verb = *app.add_subcommand(name, description);
  verb.add_option_function<std::string>(
          "NAME", [options](const std::string& value) { options->request.set_name(value); },
          "the policy, as `vigil policy list` names it")
      ->required();
  verb.add_option_function<std::string>(
          "--domain", [options](const std::string& value) { options->request.set_domain(value); },
          "domain it is in, where the name is in several")
      ->type_name("NAME");
  on_run(verb, invocation, options, run);
  return verb;
}

void add_switch(CLI::App& app, Invocation& invocation, const std::string& name,
                const std::string& description, Options options) {
  add_verb(app, invocation, name, description, std::make_shared<Options>(std::move(options)));
}

Options switched(std::string done, bool enable) {
  Options options{.request = {}, .done = std::move(done)};
  options.request.set_enable(enable);
  return options;
}

}  // namespace

void add_policy_configure(CLI::App& app, Invocation& invocation) {
  add_switch(app, invocation, "enable", "load a disabled policy again", switched("enabled", true));
  add_switch(app, invocation, "disable", "unload a policy but keep it in the list",
             switched("disabled", false));
  auto options = std::make_shared<Options>();
  auto& verb = add_verb(app, invocation, "set-mode", "enforce, or only report", options);
  verb.add_option_function<std::string>(
          "MODE",
          [options](const std::string& mode) {
            options->request.set_mode(choose(modes, "MODE", mode));
            options->done = "mode is " + mode;
          },
          "enforce or monitor")
      ->required()
      ->type_name("");
}

}  // namespace vigil::cli
