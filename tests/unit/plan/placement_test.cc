#include "engine/compile/plan/placement.h"

#include <gtest/gtest.h>

#include "engine/compile/plan/plan.h"
#include "tests/support/policy_builder.h"

namespace vigil::plan {
namespace {

using schema::ActionKind;
using schema::Mechanism;
using testing::action;

check::Hook security_kprobe(ActionKind kind) {
  check::Hook hook = testing::kprobe_hook("security_bprm_check", {});
  hook.enforcement = Mechanism::lsm;
  hook.enforcement_function = "bprm_check_security";
  hook.enforcement_reason = "BPF LSM is active";
  hook.selectors.resize(1);
  hook.selectors[0].actions = {action(kind)};
  return hook;
}

TEST(Placement, a_kprobe_that_enforces_goes_where_a_call_can_be_refused) {
  const HookKey lsm{Mechanism::lsm, "bprm_check_security"};
  EXPECT_EQ(entry_key(security_kprobe(ActionKind::sigkill)), lsm);
  EXPECT_EQ(entry_key(security_kprobe(ActionKind::override)), lsm);
  EXPECT_EQ(entry_reason(security_kprobe(ActionKind::sigkill)), "BPF LSM is active");
}

TEST(Placement, a_kprobe_that_watches_or_signals_stays) {
  const HookKey kprobe{Mechanism::kprobe, "security_bprm_check"};
  EXPECT_EQ(entry_key(security_kprobe(ActionKind::post)), kprobe);
  EXPECT_EQ(entry_key(security_kprobe(ActionKind::signal)), kprobe);
  EXPECT_EQ(entry_key(security_kprobe(ActionKind::no_post)), kprobe);
  EXPECT_EQ(entry_reason(security_kprobe(ActionKind::signal)),
            "denies nothing: no selector says Sigkill or Override");
}

TEST(Placement, a_kprobe_that_nothing_can_refuse_stays_and_says_so) {
  check::Hook hook = testing::kprobe_hook("do_unlinkat", {});
  hook.selectors.resize(1);
  hook.selectors[0].actions = {action(ActionKind::sigkill)};
  EXPECT_EQ(entry_key(hook), (HookKey{Mechanism::kprobe, "do_unlinkat"}));
  EXPECT_EQ(entry_reason(hook),
            "kills, but the call that triggered it may complete: no hook that can refuse stands "
            "before it");
}

TEST(Placement, an_lsm_hook_goes_to_its_mechanism_even_when_it_only_watches) {
  check::Hook hook = testing::lsm_hook("file_open", {});
  hook.selectors.resize(1);
  EXPECT_EQ(entry_key(hook), (HookKey{Mechanism::lsm, "file_open"}));
  hook.enforcement = Mechanism::fmod_ret;
  hook.enforcement_function = "security_file_open";
  EXPECT_EQ(entry_key(hook), (HookKey{Mechanism::fmod_ret, "security_file_open"}));
}

TEST(Placement, code_in_user_space_is_hooked_at_its_place) {
  check::Hook hook = testing::uprobe_hook("main", {});
  hook.place->ref_ctr_offset = 0x3000;
  hook.return_argument = testing::argument(schema::ArgType::int32, 0);
  hook.selectors.resize(1);
  const HookKey entry{Mechanism::uprobe, "/opt/tide", 0x1100, 0x3000};
  const HookKey returned{Mechanism::uretprobe, "/opt/tide", 0x1100, 0x3000};
  EXPECT_EQ(entry_key(hook), entry);
  EXPECT_EQ(return_key(hook), returned);
  EXPECT_EQ(to_string(entry), "uprobe//opt/tide+0x1100");
  const auto policy = check::PolicyBuilder::build("p", {hook});
  EXPECT_EQ(traced_symbol(entry, {{&policy, 1, 0}}), traced_symbol(returned, {{&policy, 1, 0}}));
  hook.selectors[0].actions = {action(ActionKind::sigkill)};
  EXPECT_EQ(entry_key(hook), entry) << "a signal is all it takes";
  EXPECT_EQ(entry_reason(hook), "kills before the code runs");
}

TEST(Placement, two_places_are_two_hooks_and_one_place_is_one) {
  check::Hook main = testing::uprobe_hook("main", {});
  check::Hook by_offset = testing::uprobe_hook("", {});
  check::Hook other = testing::uprobe_hook("main+4", {});
  other.place->offset += 4;
  const auto policy = check::PolicyBuilder::build("p", {main, by_offset, other});
  EXPECT_EQ(hooks_of(policy).size(), 2u);
}

TEST(Placement, the_return_value_is_seen_at_the_function_the_policy_names) {
  check::Hook hook = security_kprobe(ActionKind::sigkill);
  EXPECT_FALSE(return_key(hook));
  hook.return_argument = testing::argument(schema::ArgType::int32, 0);
  EXPECT_EQ(return_key(hook), (HookKey{Mechanism::kretprobe, "security_bprm_check"}));
}

TEST(Placement, entry_and_return_share_the_traced_symbol_whatever_the_lsm_hook_is_called) {
  check::Hook hook = security_kprobe(ActionKind::sigkill);
  hook.return_argument = testing::argument(schema::ArgType::int32, 0);
  const auto lowered = check::PolicyBuilder::build("a", {hook});
  const auto direct =
      check::PolicyBuilder::build("b", {testing::lsm_hook("bprm_check_security", {})});
  const std::vector<LoadedPolicy> policies = {{&direct, 1, 0}, {&lowered, 2, 1}};
  EXPECT_EQ(traced_symbol({Mechanism::lsm, "bprm_check_security"}, policies),
            "security_bprm_check");
  EXPECT_EQ(traced_symbol({Mechanism::kretprobe, "security_bprm_check"}, policies),
            "security_bprm_check");
  EXPECT_EQ(traced_symbol({Mechanism::kprobe, "security_bprm_check"}, policies),
            "security_bprm_check");
  EXPECT_EQ(traced_symbol({Mechanism::lsm, "bprm_check_security"}, {{&direct, 1, 0}}),
            "lsm/bprm_check_security");
}

TEST(Placement, fentries_and_tracepoints_go_where_the_policy_says) {
  check::Hook fentry = testing::fentry_hook("vfs_read", {});
  EXPECT_EQ(entry_key(fentry), (HookKey{Mechanism::fentry, "vfs_read"}));
  fentry.return_argument = testing::argument(schema::ArgType::int64, 0);
  EXPECT_EQ(return_key(fentry), (HookKey{Mechanism::fexit, "vfs_read"}));
  const auto policy = check::PolicyBuilder::build("a", {fentry});
  EXPECT_EQ(traced_symbol({Mechanism::fexit, "vfs_read"}, {{&policy, 1, 0}}), "vfs_read");

  check::Hook tracepoint = testing::tracepoint_hook("sched", "sched_process_exec", {});
  tracepoint.selectors.resize(1);
  tracepoint.selectors[0].actions = {action(ActionKind::sigkill)};
  EXPECT_EQ(entry_key(tracepoint), (HookKey{Mechanism::tracepoint, "sched/sched_process_exec"}));
  tracepoint.raw = true;
  EXPECT_EQ(entry_key(tracepoint), (HookKey{Mechanism::raw_tracepoint, "sched_process_exec"}));
}

TEST(Placement, a_policy_lists_each_hook_once) {
  check::Hook watched = security_kprobe(ActionKind::post);
  watched.return_argument = testing::argument(schema::ArgType::int32, 0);
  const auto policy =
      check::PolicyBuilder::build("a", {watched, security_kprobe(ActionKind::sigkill), watched});
  const std::vector<HookKey> expected = {{Mechanism::kprobe, "security_bprm_check"},
                                         {Mechanism::kretprobe, "security_bprm_check"},
                                         {Mechanism::lsm, "bprm_check_security"}};
  EXPECT_EQ(hooks_of(policy), expected);
}

}  // namespace
}  // namespace vigil::plan
