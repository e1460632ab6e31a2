// vigil policy explain: what becomes of a policy, as a plan or as instructions.
#include <fmt/format.h>

#include <set>

#include "cli/choice.h"
#include "cli/compile.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "engine/compile/codegen/hook_program.h"
#include "engine/compile/plan/plan.h"

namespace vigil::cli {
namespace {

enum class Emit { plan, assembly };
const Choices<Emit> forms = {{"plan", Emit::plan}, {"asm", Emit::assembly}};

struct Options {
  std::string file;
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

plan::FollowSets follow_sets(const std::vector<check::CheckedPolicy>& policies) {
  plan::FollowSets sets;
  for (const auto& policy : policies)
    for (const auto& set : plan::follow_sets_of(policy))
      sets.try_emplace(set, static_cast<std::uint32_t>(sets.size()));
  return sets;
}

std::set<plan::HookKey> hooks_of(const std::vector<check::CheckedPolicy>& policies) {
  std::set<plan::HookKey> keys;
  for (const auto& policy : policies)
    for (const auto& key : plan::hooks_of(policy)) keys.insert(key);
  return keys;
}

std::string text_of(const plan::HookPlan& hook, Emit emit) {
  switch (emit) {
    case Emit::plan: return plan::explain(hook);
    case Emit::assembly: return codegen::disassemble(codegen::generate(hook));
  }
  return {};
}

Result<void> explain(const std::vector<check::CheckedPolicy>& policies, Emit emit) {
  const auto loaded = numbered(policies);
  const auto sets = follow_sets(policies);
  bool first = true;
  for (const auto& policy : policies)
    fmt::print("{}", printable_text(plan::explain_skipped(policy)));
  for (const auto& key : hooks_of(policies)) {
    TRY(const auto parts, plan::plan(key, loaded, sets));
    for (const auto& part : parts) {
      fmt::print("{}{}", first ? "" : "\n", printable_text(text_of(part, emit)));
      first = false;
    }
  }
  return {};
}

Result<ExitStatus> explain_file(const Options& options) {
  TRY(const auto kernel, open_kernel(options.kernel));
  Diagnostics diagnostics;
  TRY(const auto policies, compile_file(options.file, kernel, diagnostics));
  print_diagnostics(diagnostics);
  if (diagnostics.has_errors()) return ExitStatus::failed;
  TRY_VOID(explain(policies, options.emit));
  return ExitStatus::ok;
}

ExitStatus run(const Options& options, const Invocation&) {
  const auto status = explain_file(options);
  return status ? *status : finish(status.error());
}

}  // namespace

void add_policy_explain(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto& verb =
      *app.add_subcommand("explain", "show what a policy becomes; needs no root, no daemon");
  verb.add_option("FILE", options->file, "a TracingPolicy file; - is the standard input")
      ->required();
  add_choice(
      verb, "--emit", options->emit, forms,
      "plan: what is read and matched, hook by hook; asm: the instructions beside policy lines")
      ->type_name("FORM");
  add_kernel_options(verb, options->kernel);
  verb.footer(R"(
examples:
  vigil policy explain protect.yaml
  vigil policy explain --emit asm protect.yaml | less)");
  on_run(verb, invocation, options, run);
}

}  // namespace vigil::cli
