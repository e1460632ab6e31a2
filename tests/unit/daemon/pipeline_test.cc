#include "engine/daemon/pipeline.h"

#include <gtest/gtest.h>

#include <cstring>
#include <mutex>

#include "kernel/include/wire.h"
#include "tests/support/fake_kernel.h"

namespace vigil::daemon {
namespace {

using namespace std::chrono_literals;

std::vector<std::uint8_t> exit_record(std::uint32_t tgid, std::uint64_t sequence) {
  wire_exit record{};
  record.head = {.size = sizeof(record), .kind = WIRE_EXIT, .cpu = 0, .sequence = sequence, .ktime_ns = 2'000};
  record.self = {.ktime_ns = 1'000, .tgid = tgid, .pad = 0};
  record.tid = tgid;
  std::vector<std::uint8_t> bytes(sizeof(record));
  std::memcpy(bytes.data(), &record, sizeof(record));
  return bytes;
}

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest() { EXPECT_TRUE(kernel_.start()); }

  std::vector<event::EventPtr> events() {
    std::lock_guard lock(mutex_);
    return events_;
  }
  std::vector<std::string> failures() {
    std::lock_guard lock(mutex_);
    return failures_;
  }

  vigil::testing::FakeKernel kernel_;
  decode::HookMap registry_;
  std::mutex mutex_;
  std::vector<event::EventPtr> events_;
  std::vector<std::string> failures_;
  Pipeline pipeline_{kernel_,
                     registry_,
                     {.node = "node", .clock = BootClock(0), .limits = {}},
                     [this](const event::EventPtr& event) {
                       std::lock_guard lock(mutex_);
                       events_.push_back(event);
                     },
                     [this](const Error& error) {
                       std::lock_guard lock(mutex_);
                       failures_.push_back(error.message());
                     }};
};

TEST_F(PipelineTest, records_become_events) {
  pipeline_.start();
  EXPECT_FALSE(pipeline_.wait_for_record(20ms));
  kernel_.feed(loader::Ring::process, exit_record(42, 0));
  EXPECT_TRUE(pipeline_.wait_for_record(5s));
  pipeline_.stop();
  const auto seen = events();
  ASSERT_FALSE(seen.empty());
  EXPECT_TRUE(std::holds_alternative<event::ProcessExit>(seen.back()->body));
}

TEST_F(PipelineTest, existing_processes_are_seeded_and_told) {
  process::ExistingProcess init{.key = {1, 10}, .parent_key = {0, 1}, .binary = "/sbin/init"};
  process::ExistingProcess child{.key = {2, 20}, .parent_key = {1, 10}, .binary = "/bin/sh"};
  pipeline_.add_existing({init, child});
  ASSERT_EQ(kernel_.seeds().size(), 2u);
  EXPECT_EQ(kernel_.seeds()[1].parent_tgid, 1u);
  EXPECT_EQ(kernel_.seeds()[1].parent_start_ktime_ns, 10u);
  const auto seen = events();
  ASSERT_GE(seen.size(), 2u);
  EXPECT_EQ(std::get<event::ProcessExec>(seen.back()->body).process->binary, "/bin/sh");
}

TEST_F(PipelineTest, unreadable_rings_are_told_once) {
  kernel_.stop();
  pipeline_.start();
  std::this_thread::sleep_for(350ms);
  pipeline_.stop();
  EXPECT_EQ(failures().size(), 1u);
}

}  // namespace
}  // namespace vigil::daemon
