// Random policies on one hook and random events near their values.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/plan.h"
#include "tests/support/reference.h"

namespace vigil::testing {

// What there is for policies to name. Where events are made up, too, a list may be empty: then
// words are.
struct World {
  std::vector<std::uint32_t> pids = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  std::vector<std::string> binaries;
  std::vector<std::string> files;              // that descriptors can name
  std::vector<std::uint64_t> process_numbers;  // what conditions on processes may name
  bool is_real = false;  // numbers can be read, texts can be long, nobody is to die
};

class RandomPolicies {
 public:
  struct Size {
    std::size_t policies = 1;
    std::optional<std::size_t> selectors;  // of all policies together; none: as it comes
  };
  RandomPolicies(std::uint32_t seed, std::size_t policies)
      : RandomPolicies(seed, Size{policies, {}}, World{}) {}
  RandomPolicies(std::uint32_t seed, const Size& size, World world);

  const plan::HookKey& key() const { return key_; }
  const std::vector<plan::LoadedPolicy>& loaded() const { return loaded_; }
  const plan::FollowSets& follow_sets() const { return follow_sets_; }
  const plan::WorkloadSets& workload_sets() const { return workload_sets_; }
  plan::Numbers set_numbers() const { return {follow_sets_, workload_sets_}; }
  // Where all events happen, in a real world.
  const std::set<std::uint32_t>& workloads() const { return workloads_; }
  // Of the function; a char_buf's size is the parameter behind it.
  const std::vector<schema::ArgType>& parameters() const { return parameters_; }

  Event event();
  // One truth per rule of the plan, in its order.
  std::vector<bool> expected(const plan::HookPlan& plan, const Event& event) const;

 private:
  template <typename T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }
  std::uint64_t below(std::uint64_t limit);
  bool one_in(std::uint64_t count) { return below(count) == 0; }
  std::string word();
  std::string path();
  std::string part_of(const std::string& text);
  std::vector<std::string> words();
  std::vector<std::string> parts_of(const std::vector<std::string>& texts);
  std::uint64_t signed_number();
  std::uint64_t unsigned_number();
  std::uint64_t port();
  std::vector<check::IntegerRange> ranges(std::uint64_t (RandomPolicies::*number)(),
                                          bool is_signed);
  IpAddress address(bool is_ipv6);
  std::vector<check::AddressPrefix> prefixes();
  check::TextCondition program_test(const std::vector<std::string>& near);
  check::TextCondition text_test(const std::vector<std::string>& near);

  void choose_parameters();
  std::vector<check::Argument> arguments();
  std::optional<check::ArgCondition> condition(const std::vector<check::Argument>& arguments);
  check::ArgCondition field_of_text(std::uint32_t argument, schema::ArgType type);
  check::ArgCondition gained(std::uint32_t argument, const std::vector<check::Argument>& arguments);
  check::ArgCondition socket_condition(std::uint32_t argument, schema::ArgType type);
  check::PidCondition pid_condition();
  check::ProcessCondition process_condition();
  check::WorkloadCondition workload_condition();
  std::set<std::uint32_t> some_workloads();
  std::uint64_t process_number();
  std::vector<check::Action> actions(schema::PolicyMode mode);
  check::Selector selector(const std::vector<check::Argument>& arguments, schema::PolicyMode mode);
  check::Hook hook(std::size_t selectors, schema::PolicyMode mode);
  check::CheckedPolicy policy(std::size_t number, std::optional<std::size_t> selectors);

  SockValue sock(schema::ArgType type);
  std::string text(schema::ArgType type);
  Value value(schema::ArgType type);

  std::mt19937_64 random_;
  World world_;
  plan::HookKey key_{schema::Mechanism::lsm, "file_open"};
  std::vector<schema::ArgType> parameters_;
  std::uint64_t first_process_value_ = 0;
  std::vector<check::TextCondition> followed_;  // programs of others
  std::vector<check::CheckedPolicy> policies_;
  std::vector<plan::LoadedPolicy> loaded_;
  plan::FollowSets follow_sets_;
  plan::WorkloadSets workload_sets_;
  std::set<std::uint32_t> workloads_;
};

}  // namespace vigil::testing
