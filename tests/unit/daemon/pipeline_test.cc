#include "engine/daemon/pipeline.h"

#include <gtest/gtest.h>

#include <cstring>
#include <mutex>

#include "kernel/include/wire.h"
#include "tests/support/fake_kernel.h"

namespace vigil::daemon {
namespace {

using namespace std::chrono_literals;

constexpr auto never = [] { return false; };

template <typename Wire>
std::vector<std::uint8_t> bytes_of(const Wire& record) {
  std::vector<std::uint8_t> bytes(sizeof(record));
  std::memcpy(bytes.data(), &record, sizeof(record));
  return bytes;
}

// wire_fork or wire_exec
template <typename Wire>
std::vector<std::uint8_t> task_record(wire_kind kind, std::uint32_t tgid, std::uint64_t sequence) {
  Wire record{};
  record.head = {.size = sizeof(record),
                 .kind = static_cast<std::uint16_t>(kind),
                 .cpu = 0,
                 .sequence = sequence,
                 .ktime_ns = 1'500};
  record.self = {.ktime_ns = 1'000, .tgid = tgid, .pad = 0};
  record.tid = tgid;
  return bytes_of(record);
}

std::vector<std::uint8_t> fork_record(std::uint32_t tgid, std::uint64_t sequence) {
  return task_record<wire_fork>(WIRE_FORK, tgid, sequence);
}
std::vector<std::uint8_t> exec_record(std::uint32_t tgid, std::uint64_t sequence) {
  return task_record<wire_exec>(WIRE_EXEC, tgid, sequence);
}

// Of a process that was never seen to start, unless told otherwise.
std::vector<std::uint8_t> hook_record(std::uint32_t tgid, std::uint64_t sequence,
                                      std::uint8_t flags) {
  wire_hook record{};
  record.head = {
      .size = sizeof(record), .kind = WIRE_HOOK, .cpu = 1, .sequence = sequence, .ktime_ns = 2'000};
  record.self = {.ktime_ns = 1'000, .tgid = tgid, .pad = 0};
  record.policy_id = 1;
  record.generation = 1;
  record.call = sequence;
  record.flags = flags;
  return bytes_of(record);
}

std::vector<std::uint8_t> exit_record(std::uint32_t tgid, std::uint64_t sequence) {
  wire_exit record{};
  record.head = {
      .size = sizeof(record), .kind = WIRE_EXIT, .cpu = 0, .sequence = sequence, .ktime_ns = 2'000};
  record.self = {.ktime_ns = 1'000, .tgid = tgid, .pad = 0};
  record.tid = tgid;
  return bytes_of(record);
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

  std::uint64_t lost(event::Loss::Ring ring) {
    std::uint64_t records = 0;
    for (const auto& event : events())
      if (const auto* loss = std::get_if<event::Loss>(&event->body); loss && loss->ring == ring)
        records += loss->records;
    return records;
  }

  vigil::testing::FakeKernel kernel_;
  decode::HookMap registry_;
  std::mutex mutex_;
  std::vector<event::EventPtr> events_;
  std::vector<std::string> failures_;
  Pipeline pipeline_{kernel_,
                     registry_,
                     {.node = "node", .clock = BootClock(0), .limits = {}},
                     symbols::Addresses::hidden,
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
  kernel_.feed(loader::Ring::process, exit_record(42, 0));
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

TEST_F(PipelineTest, unreadable_rings_are_told_once_and_complained_of) {
  kernel_.stop();
  pipeline_.start();
  std::this_thread::sleep_for(350ms);
  ASSERT_TRUE(pipeline_.complaint());
  EXPECT_NE(pipeline_.complaint()->find("not loaded"), std::string::npos);
  pipeline_.stop();
  EXPECT_EQ(failures().size(), 1u);
}

TEST_F(PipelineTest, what_works_is_not_complained_of) {
  pipeline_.start();
  EXPECT_FALSE(pipeline_.complaint());
}

TEST_F(PipelineTest, a_whole_life_was_seen) {
  pipeline_.start();
  kernel_.feed(loader::Ring::process, fork_record(7, 0));
  kernel_.feed(loader::Ring::process, exec_record(7, 1));
  kernel_.feed(loader::Ring::process, exit_record(7, 2));
  const auto seen = pipeline_.life_watch().wait_for(7, 5s, never);
  EXPECT_TRUE(seen) << seen.error().message();
}

TEST_F(PipelineTest, the_part_of_a_life_that_is_missing_is_named) {
  pipeline_.start();
  kernel_.feed(loader::Ring::process, fork_record(7, 0));
  kernel_.feed(loader::Ring::process, exec_record(8, 1));
  kernel_.feed(loader::Ring::process, exit_record(8, 2));
  const auto seen = pipeline_.life_watch().wait_for(7, 300ms, never);
  ASSERT_FALSE(seen);
  EXPECT_NE(seen.error().message().find("(pid 7) no exec, no exit was"), std::string::npos)
      << seen.error().message();
}

TEST_F(PipelineTest, who_is_told_to_stop_waits_for_no_life) {
  pipeline_.start();
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(pipeline_.life_watch().wait_for(7, 60s, [] { return true; }));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s);
}

TEST_F(PipelineTest, stopping_hands_on_what_waits_for_its_other_half) {
  auto info = std::make_shared<event::HookInfo>();
  info->policy = "p";
  registry_.publish({1, 0, 1}, info);
  pipeline_.start();
  kernel_.feed(loader::Ring::events, hook_record(7, 0, 0));                        // for its exec
  kernel_.feed(loader::Ring::events, hook_record(8, 1, WIRE_HOOK_AWAITS_RETURN));  // for its return
  kernel_.feed(loader::Ring::events,
               hook_record(9, 3, WIRE_HOOK_PROCESS_UNKNOWN));  // a gap before it
  pipeline_.stop();
  std::size_t hooks = 0;
  for (const auto& event : events())
    hooks += std::holds_alternative<event::ProcessHook>(event->body);
  EXPECT_EQ(hooks, 3u);
  EXPECT_EQ(lost(event::Loss::Ring::events), 1u);
}

// No record comes after these that would show that they are missing.
TEST_F(PipelineTest, stopping_tells_what_was_lost_at_the_end) {
  pipeline_.start();
  kernel_.feed(loader::Ring::process, exit_record(42, 0));
  kernel_.set_ring_ends({{loader::Ring::process, 0, 3}, {loader::Ring::events, 5, 4}});
  pipeline_.stop();
  EXPECT_EQ(lost(event::Loss::Ring::process), 2u);
  EXPECT_EQ(lost(event::Loss::Ring::events), 4u);
}

TEST_F(PipelineTest, a_loss_is_told_though_nothing_comes_after_it) {
  kernel_.set_ring_ends({{loader::Ring::events, 5, 4}});
  pipeline_.start();
  for (int tries = 0; tries < 100 && lost(event::Loss::Ring::events) == 0; ++tries)
    std::this_thread::sleep_for(100ms);
  EXPECT_EQ(lost(event::Loss::Ring::events), 4u);
  EXPECT_EQ(pipeline_.decode_counters().missing_events, 4u);
}

}  // namespace
}  // namespace vigil::daemon
