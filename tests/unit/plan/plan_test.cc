#include "engine/compile/plan/plan.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/support/policy_builder.h"

namespace vigil::plan {
namespace {

using check::PolicyBuilder;
using check::TextCondition;
using schema::ActionKind;
using schema::ArgType;
using schema::Mechanism;
using testing::argument;
using testing::text;

const HookKey file_open{Mechanism::lsm, "file_open"};

check::Selector when(std::vector<check::ArgCondition> conditions) {
  return {.arguments = std::move(conditions)};
}

check::Hook file_hook(std::vector<check::Selector> selectors) {
  check::Hook hook = testing::lsm_hook("file_open", {argument(ArgType::file, 0)});
  hook.selectors = std::move(selectors);
  return hook;
}

check::CheckedPolicy policy_of(check::Hook hook) {
  if (hook.selectors.empty()) hook.selectors.resize(1);
  return PolicyBuilder::build("p", {std::move(hook)});
}

Result<HookPlan> plan_of(check::Hook hook, const HookKey& key = file_open) {
  const auto policy = policy_of(std::move(hook));
  return plan(key, {{&policy, 1, 0}}, {});
}

TEST(Plan, reads_an_argument_once_whoever_asks) {
  std::vector<check::CheckedPolicy> policies;
  std::vector<LoadedPolicy> loaded;
  for (int i = 0; i < 10; ++i) {
    check::Hook hook =
        testing::lsm_hook("file_open", {argument(ArgType::nop, 1), argument(ArgType::file, 0)});
    hook.selectors = {when({text(1, TextCondition::Kind::equal, {fmt::format("/{}", i)})})};
    policies.push_back(policy_of(hook));
  }
  for (std::uint32_t i = 0; i < 10; ++i) loaded.push_back({&policies[i], i + 100, i});
  const auto made = plan(file_open, loaded, {});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->slots.size(), 1U);
  EXPECT_EQ(made->dimensions.size(), 1U);
  EXPECT_EQ(made->rules.size(), 10U);
  EXPECT_EQ(made->rows.size(), 11U);  // one per path, and one for all else
}

TEST(Plan, tells_apart_values_that_are_read_differently) {
  check::Argument small = argument(ArgType::char_buf, 1);
  small.size_index = 2;
  check::Argument large = argument(ArgType::char_buf, 1);
  large.size_index = 3;
  const auto made = plan_of(
      testing::lsm_hook("file_open", {argument(ArgType::int32, 0), argument(ArgType::uint32, 0),
                                      small, large, argument(ArgType::int32, 0)}));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->slots.size(), 4U);
  EXPECT_EQ(made->placements[0].slots, (std::vector<std::uint8_t>{0, 1, 2, 3, 0}));
}

TEST(Plan, evaluates_the_cheap_first_and_one_value_at_a_time) {
  check::Hook hook =
      testing::lsm_hook("file_open", {argument(ArgType::file, 0), argument(ArgType::sock, 1),
                                      argument(ArgType::int32, 2), argument(ArgType::string, 3)});
  using Field = check::IntegerCondition::Field;
  check::Selector selector =
      when({text(0, TextCondition::Kind::postfix, {"a"}),
            text(3, TextCondition::Kind::equal, {"b"}), text(0, TextCondition::Kind::equal, {"c"}),
            testing::field(1, Field::destination_port, {{1, 1}}), testing::numbers(2, {{1, 1}}),
            testing::field(1, Field::source_port, {{1, 1}})});
  selector.binaries = {testing::binary(TextCondition::Kind::equal, {"d"})};
  selector.pids = {testing::pids({1})};
  hook.selectors = {selector};
  const auto made = plan_of(hook);
  ASSERT_TRUE(made);
  std::vector<std::pair<plan::Field, int>> order;
  for (const Dimension& dimension : made->dimensions)
    order.emplace_back(dimension.field, dimension.slot);
  const std::vector<std::pair<plan::Field, int>> expected = {{plan::Field::tgid, 0},
                                                             {plan::Field::binary, 0},
                                                             {plan::Field::value, 2},
                                                             {plan::Field::source_port, 1},
                                                             {plan::Field::destination_port, 1},
                                                             {plan::Field::value, 3},
                                                             {plan::Field::value, 0},
                                                             {plan::Field::value, 0}};
  EXPECT_EQ(order, expected);
}

TEST(Plan, two_masks_of_one_rule_need_two_dimensions_and_negated_ones_share) {
  check::Hook hook = testing::lsm_hook("file_open", {argument(ArgType::uint32, 0)});
  hook.selectors = {
      when({testing::mask(0, 1), testing::mask(0, 2), testing::negated(testing::mask(0, 4)),
            testing::negated(testing::mask(0, 8))}),
      when({testing::mask(0, 16)})};
  const auto made = plan_of(hook);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->dimensions.size(), 3U);
}

TEST(Plan, a_rule_that_posts_nothing_reports_nothing_and_waits_for_nothing) {
  check::Hook hook = testing::kprobe_hook("vfs_read", {argument(ArgType::file, 0)});
  hook.return_argument = argument(ArgType::int64, 0);
  hook.selectors.resize(2);
  hook.selectors[0].actions = {testing::action(ActionKind::no_post)};
  const auto made = plan_of(hook, {Mechanism::kprobe, "vfs_read"});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->rules[0].report_slots, 0U);
  EXPECT_FALSE(made->rules[0].awaits_return);
  EXPECT_EQ(made->rules[1].report_slots, 1U);
  EXPECT_TRUE(made->rules[1].awaits_return);
}

check::Hook returning(std::vector<check::Selector> selectors) {
  check::Hook hook = testing::kprobe_hook("vfs_read", {argument(ArgType::file, 0)});
  hook.return_argument = testing::returned(ArgType::int64);
  hook.return_half = {.mechanism = Mechanism::fexit, .telling_parameters = 5};
  hook.selectors = std::move(selectors);
  return hook;
}

TEST(Plan, the_return_half_reads_the_value_and_has_a_rule_for_each_selector) {
  check::Selector failed;
  failed.return_arguments = {testing::numbers(0, {{0, 0}})};
  failed.return_actions = {testing::action(ActionKind::sigkill)};
  const auto made = plan_of(returning({failed, {}}), {Mechanism::fexit, "vfs_read"});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->slots.size(), 1U);
  EXPECT_EQ(made->slots[0].raw, 12U);
  EXPECT_EQ(made->telling_parameters, 5U);
  EXPECT_EQ(made->entries, std::vector{Mechanism::kprobe});
  ASSERT_EQ(made->dimensions.size(), 1U);
  ASSERT_EQ(made->rules.size(), 2U);
  EXPECT_EQ(made->rules[0].signal, 9);
  EXPECT_EQ(made->rules[0].reported, ActionKind::sigkill);
  EXPECT_FALSE(made->rules[0].overrides) << "the call has been made";
  EXPECT_EQ(made->rules[1].reported, ActionKind::post);
  EXPECT_EQ(made->rules[1].report_slots, 1U);
  ASSERT_EQ(made->placements.size(), 1U);
  EXPECT_EQ(made->placements[0].policy, "p");
  EXPECT_EQ(made->placements[0].slots, std::vector<std::uint8_t>{0});
}

TEST(Plan, rules_of_a_return_half_ascend_by_policy) {
  const auto first = check::PolicyBuilder::build("first", {returning({{}, {}})});
  const auto second = check::PolicyBuilder::build("second", {returning({{}})});
  const auto made = plan({Mechanism::fexit, "vfs_read"}, {{&first, 9, 0}, {&second, 2, 1}}, {});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->rules.size(), 3U);
  EXPECT_EQ(made->rules[0].policy_id, 2U);
  EXPECT_EQ(made->rules[1].policy_id, 9U);
  EXPECT_EQ(made->rules[2].selector, 1U);
}

TEST(Plan, what_a_later_selector_reports_is_sent_for_one_that_asks_for_the_return) {
  check::Selector quiet, loud;
  quiet.actions = {testing::action(ActionKind::no_post)};
  quiet.return_arguments = {testing::numbers(0, {{0, 0}})};
  const auto made = plan_of(returning({quiet, loud, quiet}), {Mechanism::kprobe, "vfs_read"});
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->rules[0].asks_return);
  EXPECT_TRUE(made->rules[0].post);
  EXPECT_TRUE(made->rules[0].awaits_return);
  EXPECT_EQ(made->rules[0].report_slots, 1U);
  EXPECT_FALSE(made->rules[1].asks_return);
  EXPECT_FALSE(made->rules[2].post) << "nothing comes behind it";
  EXPECT_FALSE(made->rules[2].awaits_return);
}

TEST(Plan, a_quiet_selector_waits_for_its_return_to_act) {
  check::Selector selector;
  selector.actions = {testing::action(ActionKind::no_post)};
  selector.return_actions = {testing::action(ActionKind::sigkill)};
  const auto entry = plan_of(returning({selector}), {Mechanism::kprobe, "vfs_read"});
  ASSERT_TRUE(entry);
  EXPECT_FALSE(entry->rules[0].post);
  EXPECT_TRUE(entry->rules[0].awaits_return);
  const auto half = plan_of(returning({selector}), {Mechanism::fexit, "vfs_read"});
  ASSERT_TRUE(half);
  EXPECT_FALSE(half->rules[0].post);
  EXPECT_EQ(half->rules[0].signal, 9);
}

TEST(Plan, tracked_socks_are_read_and_named_by_slot) {
  check::Hook hook = testing::kprobe_hook(
      "tcp_connect", {argument(ArgType::int32, 1), argument(ArgType::sock, 0)});
  hook.selectors.resize(1);
  check::Action track = testing::action(ActionKind::track_sock);
  track.sock = 1;
  hook.selectors[0].actions = {testing::action(ActionKind::no_post), track};
  const auto made = plan_of(hook, {Mechanism::kprobe, "tcp_connect"});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->rules[0].track_slots, 2U);
  EXPECT_EQ(made->rules[0].untrack_slots, 0U);
  EXPECT_EQ(made->rules[0].used_slots(), 2U);
}

TEST(Plan, only_pointers_of_system_calls_are_to_user_memory) {
  check::Hook hook = testing::syscall_hook(
      "__x64_sys_openat", {argument(ArgType::int32, 0), argument(ArgType::string, 1)});
  const auto made = plan_of(hook, {Mechanism::kprobe, "__x64_sys_openat"});
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->syscall);
  EXPECT_FALSE(made->slots[0].user_memory);
  EXPECT_TRUE(made->slots[1].user_memory);
}

std::string error_of(const Result<HookPlan>& made) {
  return made ? "no error" : made.error().message();
}

TEST(Plan, refuses_two_views_of_a_functions_arguments) {
  const auto as_call =
      policy_of(testing::syscall_hook("__x64_sys_openat", {argument(ArgType::int32, 0)}));
  const auto as_function =
      policy_of(testing::kprobe_hook("__x64_sys_openat", {argument(ArgType::int32, 0)}));
  const auto without_arguments = policy_of(testing::kprobe_hook("__x64_sys_openat", {}));
  const HookKey key{Mechanism::kprobe, "__x64_sys_openat"};
  EXPECT_TRUE(plan(key, {{&without_arguments, 1, 0}, {&as_call, 2, 1}}, {}));
  EXPECT_EQ(error_of(plan(key, {{&as_call, 1, 0}, {&as_function, 2, 1}}, {})),
            "kprobe/__x64_sys_openat: policy 'p': line 10 takes its arguments from a system call, "
            "line 10 from the "
            "function itself; give both the same 'syscall'");
}

TEST(Plan, refuses_more_values_than_a_program_holds) {
  check::Hook hook = testing::lsm_hook("file_open", {});
  constexpr ArgType types[] = {ArgType::int8, ArgType::int16, ArgType::int32, ArgType::int64};
  for (std::uint32_t i = 0; i < 33; ++i) hook.arguments.push_back(argument(types[i / 12], i % 12));
  EXPECT_EQ(error_of(plan_of(hook)),
            "lsm/file_open: policy 'p': line 28: one more value than the 32 different ones that "
            "all policies on a "
            "hook can read together");
}

TEST(Plan, refuses_values_that_do_not_fit_an_event) {
  check::Hook hook = testing::lsm_hook("file_open", {});
  for (std::uint32_t i = 0; i < 7; ++i) hook.arguments.push_back(argument(ArgType::path, i));
  EXPECT_TRUE(plan_of(hook));
  hook.arguments.push_back(argument(ArgType::path, 7));
  EXPECT_EQ(error_of(plan_of(hook)),
            "lsm/file_open: the values that its policies read can take 32896 bytes; an event holds "
            "32768, which is 7 "
            "strings, buffers or paths");
}

TEST(Plan, puts_policies_of_one_shape_next_to_each_other_and_keeps_who_came_first) {
  const check::Hook by_path = file_hook({when({text(0, TextCondition::Kind::prefix, {"/etc/"})})});
  check::Hook by_binary = file_hook({when({})});
  by_binary.selectors[0].binaries = {testing::binary(TextCondition::Kind::equal, {"/bin/cat"})};
  std::vector<check::CheckedPolicy> policies;
  for (int i = 0; i < 6; ++i)
    policies.push_back(PolicyBuilder::build("p", {i % 2 == 0 ? by_path : by_binary}));
  std::vector<LoadedPolicy> loaded;
  for (std::uint32_t i = 0; i < 6; ++i) loaded.push_back({&policies[i], 100 + i, i});
  const auto made = plan({Mechanism::lsm, "file_open"}, loaded, {});
  ASSERT_TRUE(made);
  std::vector<std::uint32_t> ids, orders;
  for (const Rule& rule : made->rules) {
    ids.push_back(rule.policy_id);
    orders.push_back(rule.order);
  }
  EXPECT_EQ(ids, (std::vector<std::uint32_t>{100, 102, 104, 101, 103, 105}));
  EXPECT_EQ(orders, (std::vector<std::uint32_t>{0, 2, 4, 1, 3, 5}));
}

TEST(Plan, refuses_too_many_rules_and_arguments) {
  check::Hook hook = file_hook({});
  hook.selectors.resize(16385);
  EXPECT_EQ(error_of(plan_of(hook)),
            "lsm/file_open: 16385 selectors; a hook holds 16384 of all its policies");
  hook.selectors.resize(65537);
  EXPECT_EQ(error_of(plan_of(hook)),
            "lsm/file_open: 65537 selectors; a hook holds 16384 of all its policies");
  EXPECT_EQ(
      error_of(plan_of(testing::lsm_hook("file_open", {argument(ArgType::int32, 12)}))),
      "lsm/file_open: policy 'p': line 32: only the first 12 arguments of a function can be read");
}

TEST(Plan, never_weakens_an_override_in_silence) {
  check::Hook hook = testing::kprobe_hook("vfs_read", {});
  hook.selectors.resize(1);
  hook.selectors[0].actions = {testing::action(ActionKind::override),
                               testing::action(ActionKind::post)};
  EXPECT_EQ(error_of(plan_of(hook, {Mechanism::kprobe, "vfs_read"})),
            "kprobe/vfs_read: policy 'p': line 0: the call cannot be refused here: no hook that "
            "can refuse stands "
            "before it");
}

TEST(Plan, needs_a_number_for_every_follow_set) {
  check::Hook hook = file_hook({});
  hook.selectors.resize(1);
  hook.selectors[0].pids = {testing::follow({3, 1, 3})};
  const auto policy = policy_of(hook);
  EXPECT_FALSE(plan(file_open, {{&policy, 1, 0}}, {}));
  ASSERT_EQ(follow_sets_of(policy).size(), 1U);
  const FollowSet set = follow_sets_of(policy)[0];
  EXPECT_EQ(set.pids, (std::vector<std::uint32_t>{1, 3}));
  EXPECT_TRUE(plan(file_open, {{&policy, 1, 0}}, {{set, 255}}));
  EXPECT_FALSE(plan(file_open, {{&policy, 1, 0}}, {{set, 256}}));
}

TEST(Plan, twenty_thousand_paths_of_a_thousand_policies_stay_cheap) {
  std::vector<check::CheckedPolicy> policies;
  std::vector<LoadedPolicy> loaded;
  for (int i = 0; i < 1000; ++i) {
    std::vector<std::string> paths;
    for (int j = 0; j < 20; ++j)
      paths.push_back(fmt::format("/srv/tenant-{}/data/{}/secret", i, j * 7919));
    policies.push_back(policy_of(file_hook({when({text(0, TextCondition::Kind::prefix, paths)})})));
  }
  for (std::uint32_t i = 0; i < 1000; ++i) loaded.push_back({&policies[i], i, i});
  const auto made = plan(file_open, loaded, {});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->rows.size(), 1001U);
}

}  // namespace
}  // namespace vigil::plan
