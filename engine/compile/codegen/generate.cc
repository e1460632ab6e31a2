#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "engine/compile/codegen/hook_program.h"
#include "engine/compile/codegen/main_program.h"
#include "engine/compile/codegen/preload.h"
#include "engine/compile/codegen/slot_kinds.h"
#include "engine/compile/codegen/tables.h"

namespace vigil::codegen {
namespace {

// A plan keeps its limits, so its program always fits.
Code must(Result<Code> code) {
  if (code) return std::move(*code);
  std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, code.error().message().c_str());
  std::abort();
}

using plan::Field;
using plan::HookPlan;
using plan::Rule;

template <auto asks>
bool any_rule(const HookPlan& plan) {
  return std::ranges::any_of(plan.rules, asks);
}

bool any_value_whole(const HookPlan& plan) {
  return std::ranges::any_of(plan.slots, &plan::Slot::whole);
}

bool any_sock(const HookPlan& plan) {
  return std::ranges::any_of(plan.slots, [](const plan::Slot& slot) {
    return kind_of(slot.type).kind == WIRE_VALUE_SOCK;
  });
}

template <Field... fields>
bool any_dimension_of(const HookPlan& plan) {
  return std::ranges::any_of(plan.dimensions, [](const plan::Dimension& dimension) {
    return ((dimension.field == fields) || ...);
  });
}

// What the runtime calls only for some rules and values.
constexpr struct {
  const char* function;
  bool (*is_asked_for)(const HookPlan& plan);
} optional_functions[] = {
    {"vg_write", any_rule<[](const Rule& rule) { return rule.writes.has_value(); }>},
    {"vg_rate_limited", any_rule<[](const Rule& rule) { return rule.rate_ms != 0; }>},
    {"vg_track", any_rule<[](const Rule& rule) { return rule.track_slots || rule.untrack_slots; }>},
    {"vg_record_owner", any_sock},
    {"vg_notify",
     any_rule<[](const Rule& rule) { return rule.notifies || rule.drops_notification; }>},
    {"vg_act_as_enforcer", any_rule<&Rule::enforcer>},
    {"vg_remember", any_rule<&Rule::awaits_return>},
    {"vg_accept_changes", any_rule<[](const Rule& rule) {
       return rule.accepts_namespaces || rule.accepts_capabilities;
     }>},
    {"vg_send_rest", any_value_whole},
    {"vg_process_value", any_dimension_of<Field::process_value>},
    {"vg_binary_text", any_dimension_of<Field::binary>},
    {"vg_follow", any_dimension_of<Field::follow, Field::binary_family, Field::parent_binary,
                                   Field::ancestor_binary>},
    {"vg_ns_tgid", any_dimension_of<Field::ns_tgid>},
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
