#include "tests/bench/report.h"

#include <fmt/format.h>

#include <cstdio>

#include "engine/schema/actions.h"

namespace vigil::bench {
namespace {

void say(const std::string& json) {
  fmt::print("{}\n", json);
  std::fflush(stdout);
}

// Inside a JSON text.
std::string quoted(std::string_view text) {
  std::string made = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') made += '\\';
    made += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return made + '"';
}

std::string cost_fields(const Cost& cost) {
  return fmt::format(R"("units":{:.1f},"spread":{:.4f})", cost.units, cost.spread);
}

}  // namespace

void progress(const std::string& line) {
  fmt::print(stderr, "{}\n", line);
  std::fflush(stderr);
}

void report_clock(double units, const std::string& release) {
  say(fmt::format(R"({{"kind":"clock","kernel":{},"two_instructions":{:.3f}}})", quoted(release),
                  units));
}

void report_program(const testing::LoadedProgram& program) {
  say(fmt::format(
      R"({{"kind":"program","name":{},"instructions":{},"verified":{},"memory_bytes":{}}})",
      quoted("base/" + program.name), program.instructions, program.verified_instructions,
      program.memory_bytes));
}

void report_call(std::string_view call, const std::string& state, const Cost& cost) {
  say(fmt::format(R"({{"kind":"call","call":{},"state":{},{}}})", quoted(call), quoted(state),
                  cost_fields(cost)));
}

void report_scenario(const Scenario& scenario, const Cost& cost, const loader::HookReport& hook,
                     const LoadTime& time) {
  say(fmt::format(
      R"({{"kind":"scenario","name":{},"call":{},"mechanism":{},"rule":{},"policies":{},"values":{},)"
      R"("empty":{},"floor":{},{},"instructions":{},"verified":{},"memory_bytes":{},)"
      R"("cpu_ns":{{"plan":{},"codegen":{},"join":{},"types":{},"verify":{},"maps":{},"first":{}}}}})",
      quoted(name_of(scenario)), quoted(scenario.call), quoted(schema::name(scenario.mechanism)),
      quoted(name_of(scenario.rule)), scenario.policies, scenario.values,
      quoted(floor_of(scenario, "empty")), quoted(floor_of(scenario, name_of(scenario.rule))),
      cost_fields(cost), hook.instructions, hook.verified_instructions, hook.memory_bytes,
      time.plan_ns, time.codegen_ns, time.join_ns, time.types_ns, time.verify_ns, time.maps_ns,
      time.first_ns));
}

void report_failure(const Scenario& scenario, const std::string& why) {
  say(fmt::format(R"({{"kind":"failure","name":{},"why":{}}})", quoted(name_of(scenario)),
                  quoted(why)));
}

}  // namespace vigil::bench
