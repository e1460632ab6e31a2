#include "engine/daemon/event_shaper.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/daemon/whole_events.h"
#include "tests/support/to_proto.h"
#include "tests/unit/sinks/events.h"

namespace vigil::daemon {
namespace {

event::EventPtr exec_event() { return std::make_shared<const event::Event>(sinks::sample_exec()); }

std::string text_of(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  EXPECT_TRUE(bytes.DumpToSingleSlice(&slice).ok());
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

const void* place_of(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  EXPECT_TRUE(bytes.TrySingleSlice(&slice).ok());
  return slice.begin();
}

tetragon::GetEventsResponse parsed(const grpc::ByteBuffer& bytes) {
  tetragon::GetEventsResponse message;
  EXPECT_TRUE(message.ParseFromString(text_of(bytes)));
  return message;
}

class EventShaperTest : public testing::Test {
 protected:
  api::EventShaper shaper(const tetragon::GetEventsRequest& request = {}) {
    auto made = factory_(request);
    EXPECT_TRUE(made) << (made ? "" : made.error());
    return *made;
  }

 private:
  process::Table processes_;
  api::ShaperFactory factory_ = make_shaper_factory(processes_, "n1");
};

TEST_F(EventShaperTest, WhoWantsAllGetsTheSameBytes) {
  const auto one = shaper(), other = shaper();
  const auto event = exec_event();
  const auto bytes = one(event);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(parsed(*bytes).SerializeAsString(), sinks::to_proto(*event, "n1").SerializeAsString());
  EXPECT_EQ(place_of(*bytes), place_of(*other(event)));
  EXPECT_NE(place_of(*bytes), place_of(*other(exec_event())));
}

TEST_F(EventShaperTest, WhoWantsFieldsGetsThoseAndOthersStillAll) {
  tetragon::GetEventsRequest request;
  request.add_field_filters()->mutable_fields()->add_paths("process.pid");
  const auto event = exec_event();
  const auto whole = shaper()(event), part = shaper(request)(event);
  ASSERT_TRUE(whole && part);
  auto expected = parsed(*whole);
  expected.mutable_process_exec()->Clear();
  expected.mutable_process_exec()->mutable_process()->mutable_pid()->set_value(7);
  EXPECT_EQ(parsed(*part).SerializeAsString(), expected.SerializeAsString());
  EXPECT_EQ(text_of(*shaper()(event)), text_of(*whole));
}

TEST_F(EventShaperTest, WhoDoesNotWantItGetsNothing) {
  tetragon::GetEventsRequest request;
  request.add_allow_list()->add_pid(8);
  EXPECT_FALSE(shaper(request)(exec_event()));
}

// What is not kept, since it is long, is as right as the rest.
TEST(WholeEvents, LongEventsAreMadeAnew) {
  WholeEvents events("n1");
  auto process = *sinks::sample_process(7);
  process.arguments = std::string(100'000, 'a');
  const auto event = std::make_shared<const event::Event>(event::Event{
      1, event::ProcessExec{std::make_shared<const event::Process>(process), nullptr}});
  const auto first = events.bytes_of(event), second = events.bytes_of(event);
  EXPECT_NE(place_of(first), place_of(second));
  EXPECT_EQ(text_of(first), text_of(second));
  EXPECT_EQ(parsed(first).process_exec().process().arguments().size(), 100'000u);
}

}  // namespace
}  // namespace vigil::daemon
