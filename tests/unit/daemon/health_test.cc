#include "engine/daemon/health.h"

#include <gtest/gtest.h>

namespace vigil::daemon {
namespace {

using api::HealthState;

TEST(Health, runs_once_a_life_was_seen) {
  HealthMonitor monitor;
  EXPECT_EQ(monitor.judge({}, 1).state, HealthState::starting);
  const auto health = monitor.judge({.saw_a_life = true}, 2);
  EXPECT_EQ(health.state, HealthState::running);
  EXPECT_EQ(health.details, "running");
}

TEST(Health, a_complaint_is_a_failure) {
  HealthMonitor monitor;
  const auto health = monitor.judge({.saw_a_life = true, .complaint = "events cannot be read"}, 1);
  EXPECT_EQ(health.state, HealthState::failing);
  EXPECT_EQ(health.details, "events cannot be read");
}

TEST(Health, hits_without_a_program_are_held_against_it_for_a_while) {
  HealthMonitor monitor;
  EXPECT_EQ(monitor.judge({.saw_a_life = true, .empty_slot = 3}, 10).state, HealthState::failing);
  EXPECT_EQ(monitor.judge({.saw_a_life = true, .empty_slot = 3}, 20).state, HealthState::failing);
  EXPECT_EQ(
      monitor.judge({.saw_a_life = true, .empty_slot = 3}, 10 + HealthMonitor::memory_ns).state,
      HealthState::running);
  EXPECT_EQ(
      monitor.judge({.saw_a_life = true, .empty_slot = 4}, 20 + HealthMonitor::memory_ns).state,
      HealthState::failing);
}

}  // namespace
}  // namespace vigil::daemon
