// vigil policy check: every mistake of policy files, without root and without a daemon.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

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

// What one kernel says of one file.
struct Verdict {
  std::string kernel;
  Diagnostics diagnostics;
  std::string summary;  // of what is good
};

Verdict judge(const std::vector<policy::Policy>& policies, const KernelView& kernel,
              const Diagnostics& syntax) {
  Verdict verdict{.kernel = kernel.btf_file, .diagnostics = syntax, .summary = {}};
  verdict.summary = summary(check_all(policies, kernel, verdict.diagnostics));
  return verdict;
}

bool is_same_place(const Diagnostic& a, const Diagnostic& b) {
  return std::tie(a.span.line, a.span.column) == std::tie(b.span.line, b.span.column);
}

// Each remark once; one that not every kernel gives rise to names those that do.
Diagnostics merged(const std::vector<Verdict>& verdicts) {
  if (verdicts.size() == 1) return verdicts.front().diagnostics;
  struct Remark {
    Diagnostic diagnostic;
    std::vector<std::string> kernels;
  };
  std::vector<Remark> remarks;
  for (const auto& verdict : verdicts)
    for (const auto& found : verdict.diagnostics.all()) {
      const auto same = std::ranges::find_if(remarks, [&](const Remark& remark) {
        return remark.diagnostic.code == found.code && is_same_place(remark.diagnostic, found) &&
               remark.diagnostic.message == found.message;
      });
      Remark& remark = same == remarks.end() ? remarks.emplace_back(found) : *same;
      remark.kernels.push_back(verdict.kernel);
    }
  Diagnostics all;
  for (auto& [diagnostic, kernels] : remarks) {
    if (kernels.size() < verdicts.size())
      diagnostic.message += fmt::format(" (on {})", fmt::join(kernels, ", "));
    all.add(std::move(diagnostic));
  }
  return all;
}

std::string line_of(const std::string& file, const Verdict& verdict, bool of_several) {
  const auto where = of_several ? fmt::format("{} on {}", file, verdict.kernel) : file;
  if (!verdict.diagnostics.has_errors())
    return fmt::format("{}: good ({})", where, verdict.summary);
  return fmt::format("{}: not good", where);
}

Result<ExitStatus> check_file(const std::string& file, const std::vector<KernelView>& kernels) {
  Diagnostics syntax;
  TRY(const auto policies, parse_file(file, syntax));
  std::vector<Verdict> verdicts;
  for (const auto& kernel : kernels) verdicts.push_back(judge(policies, kernel, syntax));
  const auto all = merged(verdicts);
  print_diagnostics(all);
  for (const auto& verdict : verdicts)
    if (kernels.size() > 1 || !verdict.diagnostics.has_errors())
      fmt::print("{}\n", printable_text(line_of(file, verdict, kernels.size() > 1)));
  return all.has_errors() ? ExitStatus::failed : ExitStatus::ok;
}

ExitStatus run(const Options& options, const Invocation&) {
  const auto kernels = open_kernels(options.kernel);
  if (!kernels) return finish(kernels.error());
  ExitStatus worst = ExitStatus::ok;
  for (const auto& file : options.files) {
    const auto status = check_file(file, *kernels);
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
  add_kernel_options(verb, options->kernel, HowMany::several);
  verb.footer(R"(
examples:
  vigil policy check policies/*.yaml
  vigil policy check --btf kernels/6.1.btf --btf kernels/6.12.btf protect.yaml)");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
