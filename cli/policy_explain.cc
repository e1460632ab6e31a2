// vigil policy explain: what becomes of policies, value by value of the compile chain.
#include <fmt/format.h>

#include <set>

#include "cli/choice.h"
#include "cli/compile.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "engine/base/text.h"
#include "engine/compile/check/print.h"
#include "engine/compile/codegen/hook_program.h"
#include "engine/compile/plan/plan.h"
#include "engine/compile/policy/print.h"
#include "engine/schema/actions.h"

namespace vigil::cli {
namespace {

// The values of the compile chain, one after the other.
enum class Emit { tree, checked, plan, assembly };
const Choices<Emit> forms = {
    {"ast", Emit::tree}, {"checked", Emit::checked}, {"plan", Emit::plan}, {"asm", Emit::assembly}};

struct Options {
  std::vector<std::string> files;
  Emit emit = Emit::plan;
  KernelOptions kernel;
};

// Numbers as the daemon would give them, were these its only policies.
std::vector<plan::LoadedPolicy> numbered(const std::vector<check::CheckedPolicy>& policies) {
  std::vector<plan::LoadedPolicy> loaded;
  for (const auto& policy : policies) {
    const auto number = static_cast<std::uint32_t>(loaded.size());
    loaded.push_back({.policy = &policy, .id = number + 1, .slot = number});
  }
  return loaded;
}

std::set<plan::HookKey> hooks_of(const std::vector<check::CheckedPolicy>& policies) {
  std::set<plan::HookKey> keys;
  for (const auto& policy : policies)
    for (const auto& key : plan::hooks_of(policy)) keys.insert(key);
  return keys;
}

std::string modes(const std::vector<check::CheckedPolicy>& policies) {
  std::string text;
  for (const auto& policy : policies)
    text += fmt::format("{} ({}): mode {}{}\n", policy.name(), printable(policy.source()->name),
                        schema::name(policy.mode()),
                        policy.enforces() ? "" : ", has nothing to enforce");
  return text;
}

Result<std::string> plans(const std::vector<check::CheckedPolicy>& policies,
                          std::string (*print)(const plan::HookPlan&)) {
  const auto loaded = numbered(policies);
  plan::OwnNumbers numbers;
  for (const auto& policy : policies) numbers.add(policy);
  std::string text;
  for (const auto& key : hooks_of(policies)) {
    TRY(const auto parts, plan::plan(key, loaded, numbers.all()));
    for (const auto& part : parts) text += (text.empty() ? "" : "\n") + print(part);
  }
  return text;
}

std::string assembly(const plan::HookPlan& plan) {
  return codegen::disassemble(codegen::generate(plan));
}

Result<std::string> text_of(const std::vector<check::CheckedPolicy>& policies, Emit emit) {
  std::string text;
  switch (emit) {
    case Emit::tree: break;  // needs no check
    case Emit::checked:
      for (const auto& policy : policies) text += check::print(policy);
      break;
    case Emit::plan: {
      TRY(const auto fused, plans(policies, plan::explain));
      text = modes(policies);
      for (const auto& policy : policies) text += plan::explain_skipped(policy);
      text += '\n' + fused;
      break;
    }
    case Emit::assembly: return plans(policies, assembly);
  }
  return text;
}

struct Parsed {
  std::vector<policy::Policy> policies;
  Diagnostics diagnostics;
};

Result<std::vector<Parsed>> parse_files(const std::vector<std::string>& files) {
  std::vector<Parsed> all;
  for (const auto& file : files) {
    Parsed& parsed = all.emplace_back();
    TRY(parsed.policies, parse_file(file, parsed.diagnostics));
  }
  return all;
}

ExitStatus print_trees(const std::vector<Parsed>& files) {
  ExitStatus status = ExitStatus::ok;
  for (const auto& [policies, diagnostics] : files) {
    print_diagnostics(diagnostics);
    if (diagnostics.has_errors()) status = ExitStatus::failed;
    for (const auto& policy : policies) fmt::print("{}", printable_text(policy::print(policy)));
  }
  return status;
}

Result<ExitStatus> explain_files(const Options& options) {
  TRY(auto files, parse_files(options.files));
  if (options.emit == Emit::tree) return print_trees(files);
  TRY(const auto kernels, open_kernels(options.kernel));
  std::vector<check::CheckedPolicy> checked;
  bool good = true;
  for (auto& [policies, diagnostics] : files) {
    for (auto& policy : check_all(policies, kernels.front(), diagnostics))
      checked.push_back(std::move(policy));
    print_diagnostics(diagnostics);
    good = good && !diagnostics.has_errors();
  }
  if (!good) return ExitStatus::failed;
  TRY(const auto text, text_of(checked, options.emit));
  fmt::print("{}", printable_text(text));
  return ExitStatus::ok;
}

ExitStatus run(const Options& options, const Invocation&) {
  const auto status = explain_files(options);
  return status ? *status : finish(status.error());
}

}  // namespace

void add_policy_explain(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto& verb =
      *app.add_subcommand("explain", "show what a policy becomes; needs no root, no daemon");
  verb.add_option(
          "FILE", options->files,
          "TracingPolicy files; - is the standard input; of several, what they become together")
      ->required();
  add_choice(
      verb, "--emit", options->emit, forms,
      "ast: as read; checked: as it holds on this kernel; plan: what is read and matched, hook "
      "by hook; asm: the instructions beside policy lines")
      ->type_name("FORM");
  add_kernel_options(verb, options->kernel, HowMany::one);
  verb.footer(R"(
examples:
  vigil policy explain protect.yaml
  vigil policy explain policies/*.yaml        one plan per hook, of all of them
  vigil policy explain --emit asm protect.yaml | less)");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
