#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "engine/compile/codegen/hook_program.h"
#include "engine/compile/codegen/main_program.h"
#include "engine/compile/codegen/preload.h"
#include "engine/compile/codegen/tables.h"

namespace vigil::codegen {
namespace {

// A plan keeps its limits, so its program always fits.
Code must(Result<Code> code) {
  if (code) return std::move(*code);
  std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, code.error().message().c_str());
  std::abort();
}

// What may be in a program only where a rule asks for it.
std::vector<Replacement> replacements_of(const plan::HookPlan& plan) {
  const auto writes = [](const plan::Rule& rule) { return rule.writes.has_value(); };
  if (std::ranges::none_of(plan.rules, writes)) return {};
  return {{"vg_write", "vg_write_user"}};
}

}  // namespace

HookProgram generate(const plan::HookPlan& plan) {
  HookProgram program;
  static_cast<Code&>(program) = must(make_main_program(plan));
  program.key = plan.key;
  program.replacements = replacements_of(plan);
  program.functions = plan.functions;
  program.preload = must(make_preload_program(plan));
  program.tables = make_tables(plan);
  return program;
}

HookPrograms generate(const std::vector<plan::HookPlan>& parts) {
  HookPrograms programs;
  for (const plan::HookPlan& part : parts) programs.push_back(generate(part));
  return programs;
}

}  // namespace vigil::codegen
