#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/compile/codegen/hook_program.h"
#include "engine/compile/plan/plan.h"
#include "tests/support/one_plan.h"
#include "tests/support/policy_builder.h"
#include "tests/unit/codegen/table_walk.h"

namespace vigil::codegen {
namespace {

using check::TextCondition;
using schema::ArgType;
using Kind = TextCondition::Kind;

struct Asked {
  Kind kind = Kind::equal;
  std::string value;
};

plan::HookPlan plan_of(const std::vector<std::vector<check::ArgCondition>>& rules) {
  check::Hook hook = testing::lsm_hook(
      "path_rename", {testing::argument(ArgType::path, 0), testing::argument(ArgType::dentry, 1)});
  for (const auto& conditions : rules) hook.selectors.push_back({.arguments = conditions});
  const auto policy = check::PolicyBuilder::build("p", {hook});
  return testing::one_plan({schema::Mechanism::lsm, "path_rename"}, {{&policy, 1, 0}}, {}).value();
}

plan::HookPlan plan_of(const std::vector<Asked>& rules) {
  std::vector<std::vector<check::ArgCondition>> conditions;
  for (const Asked& asked : rules)
    conditions.push_back({testing::text(0, asked.kind, {asked.value})});
  return plan_of(conditions);
}

bool holds(const Asked& asked, const std::string& path) {
  return asked.kind == Kind::equal ? path == asked.value : path.ends_with(asked.value);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

TEST(NameGate, lets_nothing_go_that_a_rule_is_about_and_most_of_the_rest) {
  std::mt19937 random(1);
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  const auto path = [&] {
    std::string text;
    for (unsigned part = 1 + below(3); part > 0; --part) {
      text += '/';
      for (unsigned size = 1 + below(10); size > 0; --size)
        text += static_cast<char>('a' + below(2));
    }
    return text;
  };
  unsigned about = 0, let_go = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<Asked> rules;
    for (unsigned rule = 1 + below(4); rule > 0; --rule) {
      const std::string value = path();
      rules.push_back(
          below(2) == 0
              ? Asked{Kind::equal, value}
              : Asked{Kind::postfix, value.substr(below(static_cast<unsigned>(value.size())))});
    }
    const plan::HookPlan plan = plan_of(rules);
    ASSERT_TRUE(plan.name_gate);
    const testing::TableWalk walk(generate(plan));
    for (int event = 0; event < 200; ++event) {
      const Asked& aimed = rules[below(static_cast<unsigned>(rules.size()))];
      const std::string text = below(2) == 0               ? path()
                               : aimed.kind == Kind::equal ? aimed.value
                                                           : path() + aimed.value;
      const bool passes = walk.name_may_match(name_of(text));
      let_go += !passes;
      if (std::ranges::none_of(rules, [&](const Asked& asked) { return holds(asked, text); }))
        continue;
      ++about;
      ASSERT_TRUE(passes) << text;
    }
  }
  EXPECT_GT(about, 20'000U);
  EXPECT_GT(let_go, 10'000U);
}

TEST(NameGate, tells_names_apart_by_their_last_eight_bytes) {
  const testing::TableWalk walk(
      generate(plan_of({{Kind::equal, "/etc/shadow"}, {Kind::postfix, ".key"}})));
  EXPECT_TRUE(walk.name_may_match("shadow"));
  EXPECT_TRUE(walk.name_may_match("server.key"));
  EXPECT_TRUE(walk.name_may_match(".key"));
  EXPECT_FALSE(walk.name_may_match("eshadow"));
  EXPECT_FALSE(walk.name_may_match("hadow"));
  EXPECT_FALSE(walk.name_may_match("key"));
}

TEST(NameGate, is_there_only_when_every_rule_asks_the_same_value_for_a_name) {
  const auto name = [](std::size_t argument) {
    return testing::text(argument, Kind::equal, {"/a/b"});
  };
  EXPECT_EQ(plan_of({{name(0)}, {name(0), name(1)}}).name_gate->slot, 0);
  EXPECT_EQ(plan_of({{name(1)}, {name(0), name(1)}}).name_gate->slot, 1);
  EXPECT_FALSE(plan_of({{name(0)}, {name(1)}}).name_gate);
  EXPECT_FALSE(plan_of({{name(0)}, {}}).name_gate);
  EXPECT_FALSE(plan_of({{testing::text(0, Kind::prefix, {"/a/"})}}).name_gate);
  check::ArgCondition other = name(0);
  other.negated = true;
  EXPECT_FALSE(plan_of({{other}}).name_gate);
}

}  // namespace
}  // namespace vigil::codegen
