#include "engine/compile/codegen/tables.h"

#include <bit>
#include <map>

#include <gtest/gtest.h>

#include "engine/compile/plan/plan.h"
#include "tests/support/one_plan.h"
#include "tests/support/policy_builder.h"
#include "tests/support/random_policies.h"
#include "tests/unit/codegen/table_walk.h"

namespace vigil::codegen {
namespace {

using testing::elements;
using testing::Event;
using testing::Looked;
using testing::RandomPolicies;
using testing::TableWalk;

std::vector<std::uint64_t> alive_rules(const TableWalk& walk, const plan::HookPlan& plan,
                                       const Event& event) {
  std::vector<std::uint64_t> alive((plan.rules.size() + 63) / 64, ~std::uint64_t{0});
  for (std::uint32_t dimension = 0; dimension < plan.dimensions.size(); ++dimension) {
    const plan::Dimension& looks = plan.dimensions[dimension];
    const bool anywhere = std::holds_alternative<plan::SubstringClassifier>(looks.classifier);
    const Looked looked = look(plan, looks, event);
    const bool is_workload = looks.field == plan::Field::workload;
    const auto row = anywhere      ? walk.substring_row(dimension, looked)
                     : is_workload ? walk.workload_row(dimension, looked)
                                   : walk.row(dimension, looked);
    for (std::size_t i = 0; i < alive.size(); ++i) alive[i] &= row.at(i);
  }
  return alive;
}

class TableBytes : public ::testing::TestWithParam<std::size_t> {};

TEST_P(TableBytes, agree_with_the_conditions_one_by_one) {
  for (std::uint32_t seed = 100; seed < 110; ++seed) {
    RandomPolicies policies(seed, GetParam());
    const auto parts = plan::plan(policies.key(), policies.loaded(), policies.set_numbers());
    ASSERT_TRUE(parts) << parts.error().message();
    for (const plan::HookPlan& part : *parts) {
      const TableWalk walk(generate(part));
      EXPECT_TRUE(walk.summaries_agree());
      for (int round = 0; round < 100; ++round) {
        const Event event = policies.event();
        const std::vector<bool> expected = policies.expected(part, event);
        const auto alive = alive_rules(walk, part, event);
        for (std::size_t rule = 0; rule < expected.size(); ++rule) {
          ASSERT_EQ((alive[rule / 64] >> (rule % 64) & 1) != 0, expected[rule])
              << "seed " << seed << " rule " << rule << "\n"
              << explain(part);
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(policies, TableBytes, ::testing::Values(1, 2, 7, 40, 100, 300));

// The rules of a random hook as far as they look at one argument; at the entry, or asked of what
// the function returns.
check::CheckedPolicy looking_at(const check::Hook& hook, std::uint32_t position, bool at_return) {
  check::Hook made = testing::kprobe_hook("f", {hook.arguments[position]});
  made.return_argument = testing::returned(hook.arguments[position].type);
  for (const check::Selector& from : hook.selectors) {
    check::Selector selector;
    for (check::ArgCondition condition : from.arguments) {
      if (condition.argument != position || condition.without) continue;
      condition.argument = 0;
      (at_return ? selector.return_arguments : selector.arguments).push_back(std::move(condition));
    }
    made.selectors.push_back(std::move(selector));
  }
  return check::PolicyBuilder::build("p", {std::move(made)});
}

TEST(Tables, classify_what_is_returned_as_an_argument_would_be) {
  const auto tables_of = [](const check::CheckedPolicy& policy, schema::Mechanism mechanism) {
    auto plan = testing::one_plan({mechanism, "f"}, {{&policy, 1, 0}}, {});
    EXPECT_TRUE(plan);
    plan->name_gate.reset();  // is passed before the call is made
    std::map<std::string, std::vector<std::uint8_t>> tables;
    for (Table& table : make_tables(*plan)) tables[table.name] = std::move(table.bytes);
    return tables;
  };
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const RandomPolicies policies(seed, 1);
    const check::Hook& hook = policies.loaded().front().policy->hooks().front();
    for (std::uint32_t i = 0; i < hook.arguments.size(); ++i) {
      auto entry = tables_of(looking_at(hook, i, false), schema::Mechanism::kprobe);
      auto half = tables_of(looking_at(hook, i, true), schema::Mechanism::kretprobe);
      for (const char* table : {".rodata.dimensions", ".rodata.trie", ".rodata.bounds",
                                ".rodata.bounds6", ".rodata.rows"})
        ASSERT_EQ(entry[table], half[table]) << "seed " << seed << ' ' << table;
    }
  }
}

TEST(Tables, have_the_names_and_sizes_the_runtime_expects) {
  plan::HookPlan plan;
  plan.key = {schema::Mechanism::kretprobe, "vfs_read"};
  plan.function_number = 7;
  plan.generation = 3;
  const HookProgram program = generate(plan);
  const std::vector<std::pair<std::string, std::size_t>> expected = {
      {".rodata.conf", sizeof(vg_conf)},
      {".rodata.slots", VG_MAX_SLOTS * sizeof(vg_slot)},
      {".rodata.steps", sizeof(vg_step)},
      {".rodata.dimensions", VG_MAX_DIMENSIONS * sizeof(vg_dimension)},
      {".rodata.trie", sizeof(vg_trie_node)},
      {".rodata.bounds", sizeof(vg_bound)},
      {".rodata.bounds6", sizeof(vg_bound6)},
      {".rodata.rows", sizeof(wire_u64)},
      {".rodata.rules", sizeof(vg_rule)},
  };
  ASSERT_EQ(program.tables.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(program.tables[i].name, expected[i].first);
    EXPECT_EQ(program.tables[i].bytes.size(), expected[i].second) << expected[i].first;
  }
  const vg_conf conf = elements<vg_conf>(program, ".rodata.conf").at(0);
  EXPECT_EQ(conf.function_number, 7U);
  EXPECT_EQ(conf.generation, 3U);
  EXPECT_EQ(conf.rules, 0U);
  EXPECT_EQ(conf.all_rules, 0U);
}

TEST(Tables, are_powers_of_two_and_masked) {
  RandomPolicies policies(1, 50);
  const auto parts = plan::plan(policies.key(), policies.loaded(), policies.set_numbers());
  ASSERT_TRUE(parts);
  const HookProgram program = generate(parts->front());
  const vg_conf conf = elements<vg_conf>(program, ".rodata.conf").at(0);
  EXPECT_EQ(elements<vg_trie_node>(program, ".rodata.trie").size(), conf.trie_mask + 1U);
  EXPECT_EQ(elements<vg_bound>(program, ".rodata.bounds").size(), conf.bounds_mask + 1U);
  EXPECT_EQ(elements<vg_bound6>(program, ".rodata.bounds6").size(), conf.bounds6_mask + 1U);
  EXPECT_EQ(elements<wire_u64>(program, ".rodata.rows").size(), conf.rows_mask + 1U);
  EXPECT_EQ(elements<vg_rule>(program, ".rodata.rules").size(), conf.rules_mask + 1U);
  for (const wire_u32 mask :
       {conf.trie_mask, conf.bounds_mask, conf.bounds6_mask, conf.rows_mask, conf.rules_mask}) {
    EXPECT_TRUE(std::has_single_bit(mask + 1U));
  }
}

TEST(Tables, a_row_of_64_rules_is_its_own_summary_and_65_rules_need_blocks) {
  EXPECT_EQ(row_shape(64).row_words, 0U);
  EXPECT_EQ(row_shape(65).row_words, 2U);
  EXPECT_EQ(row_shape(65).block_words, 1U);
  EXPECT_EQ(row_shape(4096).block_words, 1U);
  EXPECT_EQ(row_shape(4097).block_words, 2U);
  EXPECT_EQ(row_shape(VG_MAX_RULES).row_words, 256U);
  EXPECT_EQ(row_shape(VG_MAX_RULES).block_words, 4U);
  EXPECT_EQ(summary(plan::Row::all(64), row_shape(64)), ~std::uint64_t{0});
  EXPECT_EQ(summary(plan::Row::all(65), row_shape(65)), 3U);
  plan::Row row = plan::Row::none(VG_MAX_RULES);
  row.set(VG_MAX_RULES - 1);
  EXPECT_EQ(summary(row, row_shape(VG_MAX_RULES)), std::uint64_t{1} << 63);
}

TEST(Tables, rules_and_slots_carry_what_the_plan_says) {
  using schema::ActionKind;
  check::Hook hook = testing::lsm_hook("file_open", {testing::argument(schema::ArgType::file, 0),
                                                     testing::argument(schema::ArgType::int16, 1)});
  hook.selectors.resize(1);
  hook.selectors[0].actions = {testing::action(ActionKind::sigkill)};
  const auto policy = check::PolicyBuilder::build("p", {hook});
  const auto plan =
      testing::one_plan({schema::Mechanism::lsm, "file_open"}, {{&policy, 41, 5}}, {});
  ASSERT_TRUE(plan);
  const HookProgram program = generate(*plan);
  const vg_rule rule = elements<vg_rule>(program, ".rodata.rules").at(0);
  EXPECT_EQ(rule.policy_id, 41U);
  EXPECT_EQ(rule.policy_slot, 5U);
  EXPECT_EQ(rule.action, WIRE_ACTION_SIGKILL);
  EXPECT_EQ(rule.signal, 9U);
  EXPECT_EQ(rule.error, -1);
  EXPECT_EQ(rule.flags, VG_RULE_POST | VG_RULE_OVERRIDE | VG_RULE_SIGNAL | VG_RULE_ENFORCES |
                            VG_RULE_HOOK_REFUSES);
  EXPECT_EQ(rule.report_slots, 3U);
  const auto slots = elements<vg_slot>(program, ".rodata.slots");
  EXPECT_EQ(slots[0].kind, WIRE_VALUE_PATH);
  EXPECT_EQ(slots[1].kind, WIRE_VALUE_INTEGER);
  EXPECT_EQ(slots[1].width, 2U);
  EXPECT_EQ(slots[1].flags, VG_SLOT_SIGNED);
}

}  // namespace
}  // namespace vigil::codegen
