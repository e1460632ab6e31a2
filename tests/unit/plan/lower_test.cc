#include "engine/compile/plan/lower.h"

#include <gtest/gtest.h>

#include "tests/support/policy_builder.h"

namespace vigil::plan {
namespace {

using schema::ActionKind;
using schema::Mechanism;
using testing::action;

Rule lowered(std::vector<check::Action> actions, Mechanism mechanism) {
  check::Selector selector;
  selector.actions = std::move(actions);
  return lower(selector, mechanism);
}

TEST(Lower, a_notification_says_what_the_enforcer_shall_do) {
  check::Action notify = action(ActionKind::notify_enforcer);
  notify.error = -13;
  notify.signal = 9;
  const Rule rule = lowered({notify}, Mechanism::tracepoint);
  ASSERT_TRUE(rule.notifies);
  EXPECT_EQ(*rule.notifies, (Rule::Notification{-13, 9}));
  EXPECT_EQ(rule.signal, 0) << "not here";
  EXPECT_FALSE(rule.overrides);
  EXPECT_TRUE(rule.enforces());
  EXPECT_EQ(rule.reported, ActionKind::notify_enforcer);
  EXPECT_TRUE(
      lowered({action(ActionKind::cleanup_enforcer)}, Mechanism::kprobe).drops_notification);
}

TEST(Lower, no_action_means_post) {
  const Rule rule = lowered({}, Mechanism::kprobe);
  EXPECT_TRUE(rule.post);
  EXPECT_EQ(rule.reported, ActionKind::post);
  EXPECT_FALSE(rule.overrides);
  EXPECT_EQ(rule.signal, 0);
}

TEST(Lower, sigkill_refuses_and_kills_where_it_can) {
  for (const Mechanism mechanism : {Mechanism::lsm, Mechanism::fmod_ret}) {
    const Rule rule = lowered({action(ActionKind::sigkill)}, mechanism);
    EXPECT_TRUE(rule.overrides);
    EXPECT_EQ(rule.error, -1);
    EXPECT_EQ(rule.signal, 9);
    EXPECT_EQ(rule.reported, ActionKind::sigkill);
    EXPECT_TRUE(rule.post);
  }
  const Rule rule = lowered({action(ActionKind::sigkill)}, Mechanism::kprobe);
  EXPECT_FALSE(rule.overrides);
  EXPECT_EQ(rule.signal, 9);
}

TEST(Lower, an_override_gives_its_own_error_also_beside_a_kill) {
  EXPECT_EQ(lowered({action(ActionKind::override)}, Mechanism::lsm).error, -13);
  const Rule both =
      lowered({action(ActionKind::override), action(ActionKind::sigkill)}, Mechanism::lsm);
  EXPECT_EQ(both.error, -13);
  EXPECT_EQ(both.signal, 9);
  EXPECT_EQ(both.reported, ActionKind::sigkill);
}

TEST(Lower, an_override_with_0_refuses_nothing_and_lets_others_refuse) {
  check::Action zero = action(ActionKind::override);
  zero.error = 0;
  const Rule alone = lowered({zero}, Mechanism::lsm);
  EXPECT_FALSE(alone.overrides);
  EXPECT_FALSE(alone.enforces());
  EXPECT_EQ(alone.reported, ActionKind::override);
  EXPECT_EQ(lowered({action(ActionKind::override), zero}, Mechanism::lsm).error, -13);
  const Rule killing = lowered({zero, action(ActionKind::sigkill)}, Mechanism::lsm);
  EXPECT_TRUE(killing.overrides);
  EXPECT_EQ(killing.error, -1);
}

TEST(Lower, a_signal_never_softens_a_kill) {
  EXPECT_EQ(lowered({action(ActionKind::signal)}, Mechanism::lsm).signal, 15);
  EXPECT_FALSE(lowered({action(ActionKind::signal)}, Mechanism::lsm).overrides);
  EXPECT_EQ(
      lowered({action(ActionKind::sigkill), action(ActionKind::signal)}, Mechanism::kprobe).signal,
      9);
  EXPECT_EQ(
      lowered({action(ActionKind::signal), action(ActionKind::sigkill)}, Mechanism::kprobe).signal,
      9);
}

TEST(Lower, no_post_silences_whatever_its_place) {
  const Rule rule =
      lowered({action(ActionKind::no_post), action(ActionKind::sigkill)}, Mechanism::lsm);
  EXPECT_FALSE(rule.post);
  EXPECT_EQ(rule.signal, 9);
  EXPECT_EQ(lowered({action(ActionKind::no_post)}, Mechanism::lsm).reported, ActionKind::no_post);
}

TEST(Lower, a_post_may_be_limited) {
  check::Action post = action(ActionKind::post);
  post.rate_limit = check::RateLimit{.interval_ms = 5000, .scope = schema::RateScope::global};
  const Rule rule = lowered({post}, Mechanism::kprobe);
  EXPECT_EQ(rule.rate_ms, 5000U);
  EXPECT_EQ(rule.rate_scope, schema::RateScope::global);
}

}  // namespace
}  // namespace vigil::plan
