// The parts that a hook's policies are sorted into.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "engine/compile/plan/hook_limits.h"
#include "engine/compile/plan/plan.h"
#include "tests/support/policy_builder.h"

namespace vigil::plan {
namespace {

using schema::ArgType;
using schema::Mechanism;
using testing::argument;

const HookKey file_open{Mechanism::lsm, "file_open"};

check::Hook hook_of(std::vector<check::Argument> arguments, std::size_t selectors = 1) {
  check::Hook hook = testing::lsm_hook("file_open", std::move(arguments));
  hook.selectors.resize(selectors);
  return hook;
}

// Twelve values of one type: two types go together, three do not.
check::Hook twelve(ArgType type) {
  check::Hook hook = hook_of({});
  for (std::uint32_t i = 0; i < max_raw_arguments; ++i) hook.arguments.push_back(argument(type, i));
  return hook;
}

// One policy per hook, numbered from 100 on.
struct Loaded {
  std::vector<check::CheckedPolicy> policies;
  std::vector<LoadedPolicy> loaded;

  explicit Loaded(const std::vector<check::Hook>& hooks) {
    for (const check::Hook& hook : hooks)
      policies.push_back(check::PolicyBuilder::build("p", {hook}));
    for (std::uint32_t i = 0; i < policies.size(); ++i)
      loaded.push_back({&policies[i], 100 + i, i});
  }
};

Result<std::vector<HookPlan>> parts_of(const std::vector<check::Hook>& hooks,
                                       const HookKey& key = file_open) {
  const Loaded all(hooks);
  return plan(key, all.loaded, {{}, {}});
}

std::vector<std::uint32_t> policies_in(const HookPlan& part) {
  std::vector<std::uint32_t> ids;
  for (const Placement& placement : part.placements) ids.push_back(placement.policy_id);
  return ids;
}

using Ids = std::vector<std::uint32_t>;

TEST(Parts, one_is_enough_for_what_fits) {
  const auto made = parts_of({twelve(ArgType::int8), twelve(ArgType::int16)});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 1U);
  EXPECT_EQ(made->front().part, 0);
  EXPECT_EQ(made->front().parts, 1);
}

TEST(Parts, more_values_than_a_program_holds_are_read_by_several) {
  const auto made =
      parts_of({twelve(ArgType::int8), twelve(ArgType::int16), twelve(ArgType::int32)});
  ASSERT_TRUE(made) << made.error().message();
  ASSERT_EQ(made->size(), 2U);
  EXPECT_EQ(policies_in(made->at(0)), (Ids{100, 101}));
  EXPECT_EQ(policies_in(made->at(1)), (Ids{102}));
  EXPECT_EQ(made->at(0).slots.size(), 24U);
  EXPECT_EQ(made->at(1).slots.size(), 12U);
  EXPECT_EQ(made->at(1).part, 1);
  EXPECT_EQ(made->at(1).parts, 2);
}

TEST(Parts, a_policy_goes_where_its_values_are_read_already) {
  std::vector<check::Hook> hooks;
  constexpr ArgType types[] = {ArgType::int8, ArgType::int16, ArgType::int32, ArgType::int64};
  for (std::size_t i = 0; i < 400; ++i) hooks.push_back(twelve(types[i % std::size(types)]));
  const auto made = parts_of(hooks);
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 2U);
  EXPECT_EQ(made->at(0).rules.size(), 200U);
  EXPECT_EQ(made->at(1).rules.size(), 200U);
}

TEST(Parts, two_views_of_a_functions_arguments_have_a_part_each) {
  check::Hook as_call = testing::syscall_hook("__x64_sys_openat", {argument(ArgType::int32, 0)});
  check::Hook as_function = testing::kprobe_hook("__x64_sys_openat", {argument(ArgType::int32, 0)});
  check::Hook without = testing::kprobe_hook("__x64_sys_openat", {});
  for (check::Hook* hook : {&as_call, &as_function, &without}) hook->selectors.resize(1);
  const HookKey key{Mechanism::kprobe, "__x64_sys_openat"};
  const auto made = parts_of({as_call, as_function, without, as_call}, key);
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 2U);
  EXPECT_TRUE(made->at(0).syscall);
  EXPECT_FALSE(made->at(1).syscall);
  EXPECT_EQ(policies_in(made->at(0)), (Ids{100, 102, 103}));
  EXPECT_EQ(policies_in(made->at(1)), (Ids{101}));
}

TEST(Parts, values_that_no_event_could_hold_together_are_in_several) {
  const auto with = [](std::uint32_t first, std::uint32_t count) {
    check::Hook hook = hook_of({});
    for (std::uint32_t i = 0; i < count; ++i)
      hook.arguments.push_back(argument(ArgType::path, first + i));
    return hook;
  };
  const auto made = parts_of({with(0, 4), with(4, 4), with(2, 3)});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 2U);
  EXPECT_EQ(policies_in(made->at(0)), (Ids{100, 102}));
  EXPECT_EQ(policies_in(made->at(1)), (Ids{101}));
}

TEST(Parts, more_dimensions_than_a_program_holds_are_looked_at_by_several) {
  // Of each value itself, and its bits in two conditions.
  const auto looking = [](ArgType type) {
    check::Hook hook = twelve(type);
    for (std::uint32_t i = 0; i < hook.arguments.size(); ++i) {
      hook.selectors[0].arguments.push_back(testing::numbers(i, {{1, 2}}));
      hook.selectors[0].arguments.push_back(testing::mask(i, 1));
      hook.selectors[0].arguments.push_back(testing::mask(i, 2));
    }
    return hook;
  };
  const auto made = parts_of({looking(ArgType::int8), looking(ArgType::int16)});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 2U);
  EXPECT_EQ(made->at(0).dimensions.size(), 36U);
  EXPECT_EQ(made->at(1).dimensions.size(), 36U);
}

// What a selector left out of the first part must not leave a trace there.
TEST(Parts, what_does_not_fit_is_taken_back_whole) {
  check::Hook big = twelve(ArgType::int32);
  big.selectors[0].arguments = {testing::numbers(0, {{1, 1}}), testing::mask(1, 4)};
  check::Hook small = hook_of({argument(ArgType::int8, 3)});
  small.selectors[0].arguments = {testing::numbers(0, {{7, 7}})};
  const auto made = parts_of({twelve(ArgType::int8), twelve(ArgType::int16), big, small});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 2U);
  EXPECT_EQ(policies_in(made->at(0)), (Ids{100, 101, 103}));
  EXPECT_EQ(made->at(0).slots.size(), 24U);
  ASSERT_EQ(made->at(0).dimensions.size(), 1U);
  const Dimension& dimension = made->at(0).dimensions[0];
  EXPECT_EQ(made->at(0).slots[dimension.slot].type, ArgType::int8);
  EXPECT_EQ(made->at(0).rows[dimension.row_none].count(), 2U);
}

TEST(Parts, a_hook_that_outgrows_a_part_goes_on_with_the_same_values_in_the_next) {
  check::Hook hook = hook_of({argument(ArgType::int32, 2), argument(ArgType::int8, 0)}, 40000);
  const auto made = parts_of({hook_of({argument(ArgType::int64, 5)}), hook});
  ASSERT_TRUE(made) << made.error().message();
  ASSERT_EQ(made->size(), 4U);
  EXPECT_EQ(policies_in(made->at(0)), (Ids{100}));
  std::size_t selector = 0;
  for (std::size_t part = 1; part < 4; ++part) {
    EXPECT_EQ(policies_in(made->at(part)), (Ids{101}));
    ASSERT_EQ(made->at(part).placements[0].slots, (std::vector<std::uint8_t>{0, 1}));
    EXPECT_EQ(made->at(part).slots[0].type, ArgType::int32);
    for (const Rule& rule : made->at(part).rules) {
      ASSERT_EQ(rule.selector, selector);
      ASSERT_EQ(rule.order, selector + 1);
      ++selector;
    }
  }
  EXPECT_EQ(selector, 40000U);
}

TEST(Parts, nobody_comes_between_the_parts_of_one_hook) {
  const auto made = parts_of({hook_of({}, 20000), hook_of({}), hook_of({}, 16384)});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 3U);
  EXPECT_EQ(policies_in(made->at(0)), (Ids{100}));
  EXPECT_EQ(policies_in(made->at(1)), (Ids{100, 101}));
  EXPECT_EQ(policies_in(made->at(2)), (Ids{102}));
}

TEST(Parts, each_rule_knows_whether_its_hook_refuses_anywhere) {
  check::Hook hook = hook_of({}, 16385);
  hook.selectors.back().actions = {testing::action(schema::ActionKind::sigkill)};
  const auto made = parts_of({hook, hook_of({})});
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->at(0).rules[0].hook_refuses);
  EXPECT_FALSE(made->at(0).rules[0].overrides);
  ASSERT_EQ(made->at(1).rules.size(), 2U);
  EXPECT_FALSE(made->at(1).rules[1].hook_refuses);
}

std::string error_of(const Result<std::vector<HookPlan>>& made) {
  return made ? "no error" : made.error().message();
}

TEST(Parts, refuses_more_selectors_than_an_event_can_name) {
  EXPECT_EQ(error_of(parts_of({hook_of({}, 65537)})),
            "lsm/file_open: policy 'p': line 10: 65537 selectors; a policy's hook holds 65536");
}

// Four buffers that nobody else reads; a part has room for seven.
check::Hook four_buffers(std::uint32_t number) {
  check::Hook hook = hook_of({});
  for (std::uint32_t i = 4 * number; i < 4 * number + 4; ++i) {
    hook.arguments.push_back(argument(ArgType::char_buf, i % 12));
    hook.arguments.back().size_index = i / 12;
  }
  return hook;
}

check::Hook returning(std::size_t selectors) {
  check::Hook hook = testing::kprobe_hook("vfs_read", {argument(ArgType::int32, 1)});
  hook.return_argument = testing::returned(ArgType::int64);
  hook.return_half = {.mechanism = Mechanism::fexit, .telling_parameters = 1};
  hook.selectors.resize(selectors);
  for (check::Selector& selector : hook.selectors)
    selector.return_arguments = {testing::numbers(0, {{0, 0}})};
  return hook;
}

TEST(Parts, what_a_selector_in_the_next_part_reports_is_sent_for_one_that_asks_for_the_return) {
  check::Hook hook = returning(max_rules + 1);
  for (std::size_t i = 0; i < max_rules; ++i)
    hook.selectors[i].actions = {testing::action(schema::ActionKind::no_post)};
  const auto made = parts_of({hook}, {Mechanism::kprobe, "vfs_read"});
  ASSERT_TRUE(made) << made.error().message();
  ASSERT_EQ(made->size(), 2U);
  EXPECT_TRUE(made->front().rules.back().post);
  EXPECT_TRUE(made->front().rules.back().awaits_return);
}

TEST(Parts, a_return_half_is_one) {
  const HookKey key{Mechanism::fexit, "vfs_read"};
  const auto made = parts_of({returning(max_rules / 2), returning(max_rules / 2)}, key);
  ASSERT_TRUE(made) << made.error().message();
  ASSERT_EQ(made->size(), 1U);
  EXPECT_EQ(made->front().rules.size(), max_rules);
  const auto refused = parts_of({returning(max_rules), returning(1)}, key);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("16384"), std::string::npos)
      << refused.error().message();
}

TEST(Parts, refuses_more_parts_than_the_kernel_runs_in_a_row) {
  std::vector<check::Hook> hooks;
  for (std::uint32_t i = 0; i < 33; ++i) hooks.push_back(four_buffers(i));
  EXPECT_TRUE(parts_of(hooks));
  hooks.push_back(four_buffers(33));
  EXPECT_EQ(error_of(parts_of(hooks)),
            "lsm/file_open: its policies need 34 programs one after the other; a hook has 33");
}

// 16,384 rules with two rows each that no other has are more bytes than a part may have.
TEST(Parts, tables_that_would_be_too_large_are_several) {
  check::Hook hook = hook_of({argument(ArgType::uint32, 0), argument(ArgType::uint32, 1)}, 16384);
  for (std::size_t i = 0; i < hook.selectors.size(); ++i)
    hook.selectors[i].arguments = {testing::numbers(0, {{i, i}}),
                                   testing::numbers(1, {{i, i + 1}})};
  const auto made = parts_of({hook});
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(made->size(), 2U);
  std::size_t rules = 0;
  for (const HookPlan& part : *made) rules += part.rules.size();
  EXPECT_EQ(rules, 16384U);
}

}  // namespace
}  // namespace vigil::plan
