// vigil policy enable, disable, set-mode: changes to a loaded policy.
#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/client.h"
#include "cli/terminal.h"
#include "cli/verb.h"

namespace vigil::cli {
namespace {

using Request = tetragon::ConfigureTracingPolicyRequest;

const Choices<tetragon::TracingPolicyMode> modes = {{"enforce", tetragon::TP_MODE_ENFORCE},
                                                    {"monitor", tetragon::TP_MODE_MONITOR}};

struct Options {
  Request request;
  std::string done;  // "enabled"
};

ExitStatus run(const Options& options, const Invocation& invocation) {
  const auto answer =
      call(invocation.server_address, &Stub::ConfigureTracingPolicy, options.request);
  if (!answer) return finish(answer.error());
  fmt::print("{}: {}\n", printable_text(options.request.name()), options.done);
  return ExitStatus::ok;
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
          "domain it is in (grpc)")
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
