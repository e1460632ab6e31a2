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

using plan::HookPlan;
using plan::Rule;

template <auto asks>
bool any_rule(const HookPlan& plan) {
  return std::ranges::any_of(plan.rules, asks);
}

bool any_value_whole(const HookPlan& plan) {
  return std::ranges::any_of(plan.slots, &plan::Slot::whole);
}

bool any_process_value(const HookPlan& plan) {
  return std::ranges::find(plan.dimensions, plan::Field::process_value, &plan::Dimension::field) !=
         plan.dimensions.end();
}

// What the runtime calls only for some rules and values.
constexpr struct {
  const char* function;
  bool (*is_asked_for)(const HookPlan& plan);
} optional_functions[] = {
    {"vg_write", any_rule<[](const Rule& rule) { return rule.writes.has_value(); }>},
    {"vg_rate_limited", any_rule<[](const Rule& rule) { return rule.rate_ms != 0; }>},
    {"vg_track", any_rule<[](const Rule& rule) { return rule.track_slots || rule.untrack_slots; }>},
    {"vg_act_as_enforcer", any_rule<&Rule::enforcer>},
    {"vg_remember", any_rule<&Rule::awaits_return>},
    {"vg_accept_changes", any_rule<[](const Rule& rule) {
       return rule.accepts_namespaces || rule.accepts_capabilities;
     }>},
    {"vg_send_rest", any_value_whole},
    {"vg_process_value", any_process_value},
};

// The kernel looks at all that a program holds before it takes it.
std::vector<Replacement> replacements_of(const HookPlan& plan) {
  std::vector<Replacement> replacements;
  for (const auto& [function, is_asked_for] : optional_functions)
    if (!is_asked_for(plan)) replacements.push_back({function, "vg_nothing"});
  return replacements;
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
