#include <gtest/gtest.h>

#include "engine/compile/plan/plan.h"
#include "tests/support/one_plan.h"
#include "tests/support/policy_builder.h"

namespace vigil::plan {
namespace {

using check::TextCondition;
using schema::ArgType;

TEST(Explain, tells_what_is_read_matched_and_done_in_order) {
  check::Hook hook = testing::lsm_hook("file_open", {testing::argument(ArgType::file, 0)});
  check::Selector secret = {
      .arguments = {testing::text(0, TextCondition::Kind::equal, {"/etc/shadow"})}};
  secret.binaries = {testing::binary(TextCondition::Kind::postfix, {"/cat"})};
  secret.actions = {testing::action(schema::ActionKind::sigkill)};
  secret.span = testing::at_line(60);
  hook.selectors = {secret};
  const auto policy = check::PolicyBuilder::build("deny-shadow", {hook});
  const auto made = testing::one_plan({schema::Mechanism::lsm, "file_open"}, {{&policy, 1, 0}}, {});
  ASSERT_TRUE(made);
  EXPECT_EQ(explain(*made),
            "lsm/file_open: 1 rule of 1 policy, 1 value, 2 dimensions, 2 rows\n"
            "  placed here\n"
            "    deny-shadow hook 0 (made-up.yaml:10): BPF LSM is active\n"
            "  steps, until no rule is left\n"
            "    gate of value 0: its name ends like one of 1 value\n"
            "    match binary, from its end: trie of 5 nodes, 2 classes, 1 of 1 rules look "
            "(made-up.yaml:40)\n"
            "    read value 0: file argument 0, reported by 1 of 1 rules (made-up.yaml:20)\n"
            "    match file argument 0: trie of 12 nodes, 2 classes, 1 of 1 rules look "
            "(made-up.yaml:30)\n"
            "  rules, the first of a policy's hook that matches acts\n"
            "    0: deny-shadow hook 0 selector 0 (made-up.yaml:60): refuse with -1, send signal "
            "9, post\n");
}

TEST(Explain, tells_what_was_left_out) {
  const auto policy = check::PolicyBuilder::without(check::PolicyBuilder::build("p", {}), "gone");
  EXPECT_EQ(explain_skipped(policy),
            "gone: skipped\n"
            "    p (made-up.yaml:10): the kernel has no such function\n");
}

}  // namespace
}  // namespace vigil::plan
