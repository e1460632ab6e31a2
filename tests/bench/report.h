// One line of JSON per figure on stdout, and what is being measured on stderr.
#pragma once

#include <string>

#include "engine/loader/kernel.h"
#include "tests/bench/scenarios.h"
#include "tests/bench/timing.h"
#include "tests/kernel/programs.h"

namespace vigil::bench {

void progress(const std::string& line);

void report_clock(double units_of_two_instructions, const std::string& release);
void report_program(const testing::LoadedProgram& program);
// A call without policies: `state` is "none", "empty_lsm_file_open", ..., or "idle" with the engine
// on.
void report_call(std::string_view call, const std::string& state, const Cost& cost);

// CPU time that it took to make a hook's program and to put it in the place of another, by stage;
// `first`: to load and attach it where none was.
struct LoadTime {
  std::uint64_t plan_ns = 0, codegen_ns = 0, join_ns = 0, types_ns = 0, verify_ns = 0, maps_ns = 0;
  std::uint64_t first_ns = 0;
};
void report_scenario(const Scenario& scenario, const Cost& cost, const loader::HookReport& hook,
                     const LoadTime& time);
void report_failure(const Scenario& scenario, const std::string& why);

}  // namespace vigil::bench
