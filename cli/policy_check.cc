// vigil policy check: every mistake of policy files, without root and without a daemon.
#include <fmt/format.h>

#include "cli/compile.h"
#include "cli/terminal.h"
#include "cli/verb.h"

namespace vigil::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  KernelOptions kernel;
};

std::string summary(const std::vector<check::CheckedPolicy>& policies) {
  std::size_t hooks = 0;
  for (const auto& policy : policies) hooks += policy.hooks().size();
  return fmt::format("{} {}, {} {}", policies.size(), policies.size() == 1 ? "policy" : "policies",
                     hooks, hooks == 1 ? "hook" : "hooks");
}

Result<ExitStatus> check_file(const std::string& file, const KernelView& kernel) {
  Diagnostics diagnostics;
  TRY(const auto policies, compile_file(file, kernel, diagnostics));
  print_diagnostics(diagnostics);
  if (diagnostics.has_errors()) return ExitStatus::failed;
  fmt::print("{}: good ({})\n", printable_text(file), summary(policies));
  return ExitStatus::ok;
}

ExitStatus run(const Options& options, const Invocation&) {
  const auto kernel = open_kernel(options.kernel);
  if (!kernel) return finish(kernel.error());
  ExitStatus worst = ExitStatus::ok;
  for (const auto& file : options.files) {
    const auto status = check_file(file, *kernel);
    if (!status) print_error(status.error());
    if (!status || *status != ExitStatus::ok) worst = ExitStatus::failed;
  }
  return worst;
}

}  // namespace

void add_policy_check(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto& verb = *app.add_subcommand("check", "find mistakes; needs no root and no daemon");
  verb.add_option("FILE", options->files, "TracingPolicy files; - is the standard input")
      ->required();
  add_kernel_options(verb, options->kernel);
  verb.footer(R"(
examples:
  vigil policy check policies/*.yaml
  vigil policy check --btf /boot/btf-of-another-kernel protect.yaml)");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
