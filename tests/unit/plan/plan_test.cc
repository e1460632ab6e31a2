#include "engine/compile/plan/plan.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/support/one_plan.h"
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
  return testing::one_plan(key, {{&policy, 1, 0}}, {});
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
  const auto made = testing::one_plan(file_open, loaded, {});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->slots.size(), 1U);
  EXPECT_EQ(made->dimensions.size(), 1U);
  EXPECT_EQ(made->rules.size(), 10U);
  EXPECT_EQ(made->rows.size(), 11U);  // one per path, and one for all else
}

TEST(Plan, takes_a_value_of_user_space_once_wherever_policies_number_it) {
  check::Hook first =
      testing::uprobe_hook("main", {argument(ArgType::string, 3), argument(ArgType::int32, 0)});
  check::Argument buffer = argument(ArgType::char_buf, 0);
  buffer.size_index = 3;
  check::Hook second = testing::uprobe_hook("", {buffer, argument(ArgType::int32, 0)});
  first.selectors.resize(1);
  second.selectors.resize(1);
  const auto policy = PolicyBuilder::build("p", {first, second});
  const auto made =
      testing::one_plan(HookKey{Mechanism::uprobe, "/opt/tide", 0x1100}, {{&policy, 1, 0}}, {});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->operands.size(), 2U);
  EXPECT_EQ(made->operands[0], check::function_argument(3));
  EXPECT_EQ(made->operands[1], check::function_argument(0));
  ASSERT_EQ(made->slots.size(), 3U);
  EXPECT_EQ(made->slots[0].raw, 0);
  EXPECT_TRUE(made->slots[0].user_memory);
  EXPECT_EQ(made->slots[1].raw, 1);
  EXPECT_FALSE(made->slots[1].user_memory);
  EXPECT_EQ(made->slots[2].raw, 1);
  EXPECT_EQ(made->slots[2].size_raw, 0);
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

TEST(Plan, reads_each_field_of_a_record_once) {
  const auto field = [](std::uint32_t offset_bytes) {
    check::Argument field = argument(ArgType::uint64, 20);
    field.place = check::RecordPlace{.offset_bytes = offset_bytes, .size_bytes = 8};
    return field;
  };
  check::Argument buffer = field(24);
  buffer.type = ArgType::char_buf;
  buffer.size_place = check::RecordPlace{.offset_bytes = 32, .size_bytes = 8};
  const auto made = plan_of(testing::tracepoint_hook("syscalls", "sys_enter_write",
                                                     {field(24), field(16), field(24), buffer}),
                            {Mechanism::tracepoint, "syscalls/sys_enter_write"});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->fields.size(), 3U);
  EXPECT_EQ(made->fields[0].offset_bytes, 24U);
  EXPECT_EQ(made->placements[0].slots, (std::vector<std::uint8_t>{0, 1, 0, 2}));
  EXPECT_EQ(made->slots[2].raw, 0);
  EXPECT_EQ(made->slots[2].size_raw, 2);
}

TEST(Plan, a_list_reports_which_function_was_called) {
  check::Hook hook =
      testing::list_hook({"__x64_sys_dup", "__x64_sys_dup2"}, {argument(ArgType::int32, 0)});
  const auto made = plan_of(hook, {Mechanism::kprobe, hook.function});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->functions, hook.functions);
  EXPECT_EQ(made->placements[0].slots, (std::vector<std::uint8_t>{0}));
  EXPECT_EQ(made->placements[0].function_slot, 1);
  EXPECT_EQ(made->slots[1].raw, 12);
  EXPECT_EQ(made->rules[0].report_slots, 3U);
}

TEST(Plan, an_enforcer_posts_nothing_and_refuses_where_it_can) {
  const auto made = plan_of(testing::enforcer_hook("path_mkdir"), {Mechanism::lsm, "path_mkdir"});
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->rules[0].enforcer);
  EXPECT_TRUE(made->rules[0].overrides);
  EXPECT_FALSE(made->rules[0].post);
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

TEST(Plan, a_rule_accepts_the_changes_that_it_looks_at) {
  using schema::ProcessValue;
  check::Hook hook = testing::lsm_hook("file_open", {});
  hook.selectors.resize(3);
  hook.selectors[0].process = {testing::process(ProcessValue::mnt_namespace, false)};
  hook.selectors[1].process = {testing::process(ProcessValue::namespace_changes, false)};
  hook.selectors[2].process = {testing::process(ProcessValue::permitted_changes, true)};
  const auto made = plan_of(hook);
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->rules[0].accepts_namespaces || made->rules[0].accepts_capabilities);
  EXPECT_TRUE(made->rules[1].accepts_namespaces);
  EXPECT_FALSE(made->rules[1].accepts_capabilities);
  EXPECT_FALSE(made->rules[2].accepts_namespaces);
  EXPECT_TRUE(made->rules[2].accepts_capabilities);
}

TEST(Plan, what_lasts_until_exec_stands_before_what_does_not) {
  check::Hook hook = testing::lsm_hook("file_open", {argument(ArgType::int32, 0)});
  hook.selectors.resize(1);
  hook.selectors[0].arguments = {testing::numbers(0, {{1, 1}})};
  hook.selectors[0].process = {testing::process(schema::ProcessValue::uid, false)};
  hook.selectors[0].binaries = {testing::binary(TextCondition::Kind::equal, {"d"})};
  const auto made = plan_of(hook);
  ASSERT_TRUE(made);
  ASSERT_EQ(made->dimensions.size(), 3U);
  EXPECT_EQ(made->dimensions[0].field, plan::Field::binary);
  EXPECT_EQ(made->dimensions[1].field, plan::Field::process_value);
  EXPECT_EQ(made->dimensions[2].field, plan::Field::value);
}

TEST(Plan, a_rule_that_posts_nothing_reports_nothing_and_waits_for_nothing) {
  check::Hook hook = testing::kprobe_hook("vfs_read", {argument(ArgType::file, 0)});
  hook.return_argument = testing::returned(ArgType::int64);
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
  EXPECT_EQ(made->slots[0].raw, 13U);
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

TEST(Plan, what_the_call_fills_is_read_at_its_return) {
  check::Argument buffer = argument(ArgType::char_buf, 1);
  buffer.at_return = true;
  check::Hook hook = returning({{}});
  hook.arguments.push_back(buffer);
  const auto entry = plan_of(hook, {Mechanism::kprobe, "vfs_read"});
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->slots.size(), 1U);
  EXPECT_EQ(entry->placements[0].slots, (std::vector<std::uint8_t>{0, no_slot}));
  const auto back = plan_of(hook, {Mechanism::fexit, "vfs_read"});
  ASSERT_TRUE(back);
  ASSERT_EQ(back->slots.size(), 2U);
  EXPECT_EQ(back->slots[1].type, ArgType::char_buf);
  EXPECT_EQ(back->slots[1].raw, 1U);
  EXPECT_EQ(back->slots[1].filled, ArgType::int64);
  EXPECT_EQ(back->placements[0].slots, (std::vector<std::uint8_t>{0, 1}));
  EXPECT_EQ(back->rules[0].report_slots, 3U);
}

TEST(Plan, stacks_are_read_for_rules_that_show_them_and_are_no_part_of_the_rate_key) {
  check::Selector shown;
  shown.actions = {testing::action(ActionKind::post)};
  shown.actions[0].stacks = {.kernel = true, .user = true};
  check::Selector silent = shown;
  silent.actions.push_back(testing::action(ActionKind::no_post));
  const auto made = plan_of(file_hook({{}, shown, silent}));
  ASSERT_TRUE(made);
  ASSERT_EQ(made->slots.size(), 3U);
  EXPECT_EQ(made->slots[1].stack, Stack::kernel);
  EXPECT_EQ(made->slots[2].stack, Stack::user);
  EXPECT_EQ(made->placements[0].kernel_stack_slot, 1U);
  EXPECT_EQ(made->placements[0].user_stack_slot, 2U);
  EXPECT_EQ(made->rules[0].used_slots(), 1U);
  EXPECT_EQ(made->rules[1].report_slots, 1U);
  EXPECT_EQ(made->rules[1].used_slots(), 7U);
  EXPECT_TRUE(made->rules[1].is_urgent);
  EXPECT_EQ(made->rules[2].used_slots(), 0U);
}

TEST(Plan, rules_of_a_return_half_ascend_by_policy) {
  const auto first = check::PolicyBuilder::build("first", {returning({{}, {}})});
  const auto second = check::PolicyBuilder::build("second", {returning({{}})});
  const auto made =
      testing::one_plan({Mechanism::fexit, "vfs_read"}, {{&first, 9, 0}, {&second, 2, 1}}, {});
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

TEST(Plan, refuses_more_values_than_an_event_holds) {
  check::Hook hook = testing::lsm_hook("file_open", {});
  constexpr ArgType types[] = {ArgType::int8, ArgType::int16, ArgType::int32, ArgType::int64};
  for (std::uint32_t i = 0; i < 33; ++i) hook.arguments.push_back(argument(types[i / 12], i % 12));
  EXPECT_EQ(error_of(plan_of(hook)),
            "lsm/file_open: policy 'p': line 10: more different values than the 32 that an event "
            "holds");
}

TEST(Plan, refuses_values_that_do_not_fit_an_event) {
  check::Hook hook = testing::lsm_hook("file_open", {});
  for (std::uint32_t i = 0; i < 7; ++i) hook.arguments.push_back(argument(ArgType::path, i));
  EXPECT_TRUE(plan_of(hook));
  hook.arguments.push_back(argument(ArgType::path, 7));
  EXPECT_EQ(error_of(plan_of(hook)),
            "lsm/file_open: policy 'p': line 10: its values can take more than the 32768 bytes "
            "that an event holds, which is 7 strings, buffers or paths");
}

TEST(Plan, refuses_an_argument_that_cannot_be_read) {
  EXPECT_EQ(
      error_of(plan_of(testing::lsm_hook("file_open", {argument(ArgType::int32, 12)}))),
      "lsm/file_open: policy 'p': line 32: only the first 12 arguments of a function can be read");
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
  const auto made = testing::one_plan({Mechanism::lsm, "file_open"}, loaded, {});
  ASSERT_TRUE(made);
  std::vector<std::uint32_t> ids, orders;
  for (const Rule& rule : made->rules) {
    ids.push_back(rule.policy_id);
    orders.push_back(rule.order);
  }
  EXPECT_EQ(ids, (std::vector<std::uint32_t>{100, 102, 104, 101, 103, 105}));
  EXPECT_EQ(orders, (std::vector<std::uint32_t>{0, 2, 4, 1, 3, 5}));
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
  EXPECT_FALSE(testing::one_plan(file_open, {{&policy, 1, 0}}, {}));
  ASSERT_EQ(follow_sets_of(policy).size(), 1U);
  const FollowSet set = follow_sets_of(policy)[0];
  EXPECT_EQ(set.pids, (std::vector<std::uint32_t>{1, 3}));
  EXPECT_TRUE(testing::one_plan(file_open, {{&policy, 1, 0}}, {{set, 255}}));
  EXPECT_FALSE(testing::one_plan(file_open, {{&policy, 1, 0}}, {{set, 256}}));
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
  const auto made = testing::one_plan(file_open, loaded, {});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->rows.size(), 1001U);
}

}  // namespace
}  // namespace vigil::plan
