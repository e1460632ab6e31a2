#include "engine/daemon/status_message.h"

#include <gtest/gtest.h>

namespace vigil::daemon {
namespace {

TEST(StatusMessage, has_every_loss) {
  decode::Counters decoded;
  decoded.missing_events = 2;
  MetricsInput counted{
      .kernel = {.lost_process = 1,
                 .lost_events = 3,
                 .no_frame = 4,
                 .empty_slot = 5,
                 .no_state = 6,
                 .no_call = 7,
                 .misses = {{"lsm/file_open", 8}}},
      .hub = {.published = 9, .dropped = 11, .readers = {{"unix:", 12, 10}}},
      .decode = &decoded,
      .file = sinks::FileSink::Counters{.lines = 13, .dropped = 14, .failures = 15},
      .connections = {.open = 16, .refused = 17}};
  counted.policies.resize(3);
  counted.policies[1].state = api::PolicyState::disabled;
  counted.policies[2].state = api::PolicyState::load_error;
  const auto status = status_message(counted, {api::HealthState::failing, "why"}, "/export");
  EXPECT_EQ(status.health().state(), v1::Health::STATE_FAILING);
  EXPECT_EQ(status.health().details(), "why");
  EXPECT_EQ(
      status.policies().enabled() + status.policies().disabled() + status.policies().load_error(),
      3u);
  EXPECT_EQ(status.rings(0).lost(), 1u);
  EXPECT_EQ(status.rings(1).lost(), 3u);
  EXPECT_EQ(status.rings(1).missing(), 2u);
  EXPECT_EQ(status.not_evaluated().no_frame(), 4u);
  EXPECT_EQ(status.not_evaluated().empty_slot(), 5u);
  EXPECT_EQ(status.tables_full().process(), 6u);
  EXPECT_EQ(status.tables_full().call(), 7u);
  EXPECT_EQ(status.programs(0).name(), "lsm/file_open");
  EXPECT_EQ(status.programs(0).missed_runs(), 8u);
  EXPECT_EQ(status.events().told(), 9u);
  EXPECT_EQ(status.events().dropped(), 11u);
  EXPECT_EQ(status.readers(0).dropped(), 10u);
  EXPECT_EQ(status.readers(0).waiting(), 12u);
  EXPECT_EQ(status.export_file().path(), "/export");
  EXPECT_EQ(status.export_file().dropped(), 14u);
  EXPECT_EQ(status.export_file().failures(), 15u);
  EXPECT_EQ(status.connections().open(), 16u);
  EXPECT_EQ(status.connections().refused(), 17u);
}

TEST(StatusMessage, no_export_file_is_not_an_empty_one) {
  decode::Counters decoded;
  EXPECT_FALSE(status_message({.decode = &decoded}, {}, "").has_export_file());
}

}  // namespace
}  // namespace vigil::daemon
