// Scenarios: which policies, on which hook, and what is called.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/rules.h"

namespace vigil::bench {

struct Scenario {
  std::string call;
  schema::Mechanism mechanism = schema::Mechanism::lsm;
  Rule rule = Rule::binary;
  std::size_t policies = 1;
  std::size_t values = 1;  // in each policy's selector
};

// "open/lsm/prefix/1000", "open/lsm/equal/1x100000" with values.
std::string name_of(const Scenario& scenario);

// The floor of the same hook: "prefix_lsm_file_open"; `what` is a rule or "empty".
std::string floor_of(const Scenario& scenario, std::string_view what);

// Those whose name holds `pattern` or matches it, as fnmatch() with FNM_EXTMATCH:
// "open/lsm/@(near|equal)/1".
std::vector<Scenario> scenarios(const std::string& pattern);
bool is_asked_for(const std::string& name, const std::string& pattern);

}  // namespace vigil::bench
