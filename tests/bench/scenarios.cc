#include "tests/bench/scenarios.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <cstdlib>
#include <set>

#include "engine/schema/actions.h"

namespace vigil::bench {
namespace {

using schema::Mechanism;

constexpr Mechanism mechanisms[] = {Mechanism::lsm, Mechanism::kprobe, Mechanism::fentry,
                                    Mechanism::raw_tracepoint};

Rule value_rule(std::string_view call, Mechanism mechanism) {
  if (mechanism == Mechanism::raw_tracepoint) return Rule::number;
  if (call == "connect") return Rule::address;
  if (call == "sendto") return Rule::port;
  return Rule::equal;
}

bool has_values(std::string_view call, Mechanism mechanism) {
  return mechanism == Mechanism::raw_tracepoint || (call != "fork" && call != "getpid");
}

// The functions are those of LSM hooks: one fentry tells what all of them cost.
bool is_measured(const Place& place, Mechanism mechanism) {
  return has(place, mechanism) && (mechanism != Mechanism::fentry || place.call == "open");
}

// Every call, by process and by value, for one policy and for a thousand.
void add_every_call(std::vector<Scenario>& all) {
  for (const Place& place : all_places()) {
    for (const Mechanism mechanism : mechanisms) {
      if (!is_measured(place, mechanism)) continue;
      for (const std::size_t count : {std::size_t{1}, std::size_t{1000}}) {
        const std::string call(place.call);
        all.push_back({call, mechanism, Rule::binary, count});
        if (has_values(call, mechanism))
          all.push_back({call, mechanism, value_rule(call, mechanism), count});
      }
    }
  }
}

// How cost grows with policies.
void add_counts(std::vector<Scenario>& all) {
  for (const Rule rule :
       {Rule::binary, Rule::equal, Rule::near, Rule::prefix, Rule::postfix, Rule::mixed}) {
    for (const std::size_t count : {1, 10, 100, 1000, 10'000})
      all.push_back({"open", Mechanism::lsm, rule, count});
  }
  for (const Rule rule : {Rule::prefix, Rule::postfix, Rule::mixed}) {
    for (const std::size_t count : {1, 1000})
      all.push_back({"open", Mechanism::kprobe, rule, count});
  }
}

// How cost grows with the values of one selector.
void add_values(std::vector<Scenario>& all) {
  for (const std::size_t values : {10, 100, 1000, 10'000, 100'000})
    all.push_back({"open", Mechanism::lsm, Rule::equal, 1, values});
  for (const std::size_t values : {10, 100, 1000, 10'000, 100'000})
    all.push_back({"connect", Mechanism::lsm, Rule::address, 1, values});
}

// What tests/bench/growth compares with one policy.
void add_growth(std::vector<Scenario>& all) {
  all.push_back({"open", Mechanism::lsm, Rule::near, 100});
  all.push_back({"connect", Mechanism::lsm, Rule::address, 100});
  all.push_back({"unlink", Mechanism::kprobe, Rule::equal, 100});
}

void add_matches(std::vector<Scenario>& all) {
  for (const std::size_t count : {1, 1000}) {
    all.push_back({"open", Mechanism::lsm, Rule::post, count});
    all.push_back({"open", Mechanism::lsm, Rule::deny, count});
    all.push_back({"open", Mechanism::kprobe, Rule::post, count});
  }
}

}  // namespace

std::string name_of(const Scenario& scenario) {
  std::string name = fmt::format("{}/{}/{}/{}", scenario.call, schema::name(scenario.mechanism),
                                 name_of(scenario.rule), scenario.policies);
  return scenario.values == 1 ? name : fmt::format("{}x{}", name, scenario.values);
}

std::string floor_of(const Scenario& scenario, std::string_view what) {
  const auto key = key_of(place_of(scenario.call), scenario.mechanism);
  return fmt::format("{}_{}_{}", what, schema::name(key.mechanism), key.function);
}

bool is_asked_for(const std::string& name, const std::string& pattern) {
  return name.find(pattern) != std::string::npos ||
         fnmatch(pattern.c_str(), name.c_str(), FNM_EXTMATCH) == 0;
}

std::vector<Scenario> scenarios(const std::string& pattern) {
  std::vector<Scenario> all, asked_for;
  add_every_call(all);
  add_counts(all);
  add_values(all);
  add_matches(all);
  add_growth(all);
  std::set<std::string> seen;
  for (Scenario& scenario : all) {
    const std::string name = name_of(scenario);
    if (is_asked_for(name, pattern) && seen.insert(name).second)
      asked_for.push_back(std::move(scenario));
  }
  return asked_for;
}

}  // namespace vigil::bench
