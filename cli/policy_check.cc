// vigil policy check: every mistake of policy files, without root and without a daemon.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "cli/check_report.h"
#include "cli/choice.h"
#include "cli/compile.h"
#include "cli/verb.h"
#include "engine/base/text.h"
#include "engine/compile/plan/plan.h"

namespace vigil::cli {
namespace {

enum class Output { text, json, sarif };
const Choices<Output> outputs = {
    {"text", Output::text}, {"json", Output::json}, {"sarif", Output::sarif}};

struct Options {
  std::vector<std::string> files;
  KernelOptions kernel;
  Output output = Output::text;
  bool strict = false;
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
  const auto checked = check_all(policies, kernel, verdict.diagnostics);
  for (const auto& policy : checked) plan::report_misfits(policy, verdict.diagnostics);
  verdict.summary = summary(checked);
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

struct Judged {
  std::vector<Verdict> verdicts;  // one per kernel
  Diagnostics remarks;            // of all
};

Result<Judged> judge_file(const std::string& file, const std::vector<KernelView>& kernels) {
  Judged judged;
  Diagnostics syntax;
  TRY(const auto policies, parse_file(file, syntax));
  for (const auto& kernel : kernels) judged.verdicts.push_back(judge(policies, kernel, syntax));
  judged.remarks = merged(judged.verdicts);
  return judged;
}

void print_text(const std::string& file, const Judged& judged) {
  const bool several = judged.verdicts.size() > 1;
  print_diagnostics(judged.remarks);
  for (const auto& verdict : judged.verdicts)
    if (several || !verdict.diagnostics.has_errors())
      fmt::print("{}\n", printable(line_of(file, verdict, several)));
}

bool is_good(const Diagnostics& remarks, const Options& options) {
  return !remarks.has_errors() && (!options.strict || remarks.warning_count() == 0);
}

void print_report(const std::vector<Diagnostics>& files, Output output) {
  switch (output) {
    case Output::text: break;  // printed file by file
    case Output::json: fmt::print("{}", json_report(files)); break;
    case Output::sarif: fmt::print("{}", sarif_report(files)); break;
  }
}

ExitStatus run(const Options& options, const Invocation&) {
  const auto kernels = open_kernels(options.kernel);
  if (!kernels) return finish(kernels.error());
  ExitStatus worst = ExitStatus::ok;
  std::vector<Diagnostics> all;
  for (const auto& file : options.files) {
    auto judged = judge_file(file, *kernels);
    if (!judged) print_error(judged.error());
    if (!judged || !is_good(judged->remarks, options)) worst = ExitStatus::failed;
    if (!judged) continue;
    if (options.output == Output::text) print_text(shown_name(file), *judged);
    all.push_back(std::move(judged->remarks));
  }
  print_report(all, options.output);
  return worst;
}

}  // namespace

void add_policy_check(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto& verb = *app.add_subcommand("check", "find mistakes; needs no root and no daemon");
  verb.add_option("FILE", options->files, "TracingPolicy files; - is the standard input")
      ->required();
  add_kernel_options(verb, options->kernel, HowMany::several);
  add_choice(verb, "-o,--output", options->output, outputs, "text, json or sarif")
      ->type_name("FORM");
  verb.add_flag("--strict", options->strict, "a warning is a failure, too");
  verb.footer(R"(
examples:
  vigil policy check policies/*.yaml
  vigil policy check --btf kernels/6.1.btf --btf kernels/6.12.btf protect.yaml
  vigil policy check --strict --output sarif policies/*.yaml > policies.sarif)");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
