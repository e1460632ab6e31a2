// Random policies on one hook and random events near their values.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/plan.h"
#include "tests/support/reference.h"

namespace vigil::testing {

class RandomPolicies {
 public:
  RandomPolicies(std::uint32_t seed, std::size_t policies);

  const plan::HookKey& key() const { return key_; }
  const std::vector<plan::LoadedPolicy>& loaded() const { return loaded_; }
  const plan::FollowSets& follow_sets() const { return follow_sets_; }

  Event event();
  // One truth per rule of the plan, in its order.
  std::vector<bool> expected(const plan::HookPlan& plan, const Event& event) const;

 private:
  std::uint64_t below(std::uint64_t limit);
  bool one_in(std::uint64_t count) { return below(count) == 0; }
  std::string word();
  std::vector<std::string> words();
  std::uint64_t signed_number();
  std::uint64_t unsigned_number();
  std::uint64_t port();
  std::vector<check::IntegerRange> ranges(std::uint64_t (RandomPolicies::*number)(),
                                          bool is_signed);
  IpAddress address();
  std::vector<check::AddressPrefix> prefixes();
  check::TextCondition text_test();
  check::ArgCondition condition();
  check::Selector selector();
  check::Hook hook();

  std::mt19937_64 random_;
  plan::HookKey key_{schema::Mechanism::lsm, "file_open"};
  std::vector<check::CheckedPolicy> policies_;
  std::vector<plan::LoadedPolicy> loaded_;
  plan::FollowSets follow_sets_;
};

}  // namespace vigil::testing
