#include "engine/stream/process/tracker.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/stream/process/identity.h"

namespace vigil::process {
namespace {

using event::ExecKey;
using event::ProcessFlag;

constexpr std::int64_t boot = 1'000'000;  // wall time at boot

class TrackerTest : public testing::Test {
 protected:
  static event::ForkRecord fork(ExecKey self, ExecKey parent) {
    event::ForkRecord record;
    record.ktime_ns = self.ktime_ns;
    record.self = self;
    record.parent = parent;
    record.euid = 33;
    return record;
  }
  static event::ExecRecord exec(ExecKey self, ExecKey parent, std::string filename) {
    event::ExecRecord record;
    record.ktime_ns = self.ktime_ns;
    record.self = self;
    record.parent = parent;
    record.filename = std::move(filename);
    record.cwd = "/root";
    record.argv = "one";
    record.flags = {ProcessFlag::execve, ProcessFlag::clone};
    return record;
  }
  static event::ExitRecord exit(ExecKey self, std::uint64_t ktime_ns, std::uint32_t code) {
    return {ktime_ns, self, self.tgid, code};
  }
  static event::HookRecord hook(ExecKey self, std::uint64_t ktime_ns) {
    event::HookRecord record;
    record.ktime_ns = ktime_ns;
    record.self = self;
    record.tid = 77;
    record.euid = 5;
    record.info = std::make_shared<const event::HookInfo>();
    return record;
  }
  static ExistingProcess existing(ExecKey key, ExecKey parent, std::string binary) {
    ExistingProcess process;
    process.key = key;
    process.parent_key = parent;
    process.binary = std::move(binary);
    return process;
  }

  template <typename T>
  const T& seen(std::size_t i) const {
    return std::get<T>(events.at(i).body);
  }

  std::set<std::uint32_t> gone;  // no longer in /proc
  std::vector<event::Event> events;
  Tracker tracker{{"node-1",
                   BootClock(boot),
                   {},
                   [this](const ExecKey& key) { return !gone.contains(key.tgid); }},
                  [this](event::Event&& event) { events.push_back(std::move(event)); }};
};

TEST_F(TrackerTest, ExistingProcessesBeginWithTheKernel) {
  tracker.add_existing(
      {existing({1, 760}, kernel_key, "/sbin/init"), existing({9, 800}, {1, 760}, "/bin/sh")});
  ASSERT_EQ(events.size(), 3u);
  const auto& kernel = *seen<event::ProcessExec>(0).process;
  EXPECT_EQ(kernel.binary, "<kernel>");
  EXPECT_EQ(kernel.exec_id, "bm9kZS0xOjE6MA==");
  EXPECT_EQ(kernel.parent_exec_id, kernel.exec_id);
  EXPECT_EQ(seen<event::ProcessExec>(0).parent->exec_id, kernel.exec_id);
  EXPECT_EQ(kernel.auid, 0xffffffffu);
  const auto& shell = seen<event::ProcessExec>(2);
  EXPECT_EQ(shell.process->flags, "procFS");
  EXPECT_EQ(shell.parent->binary, "/sbin/init");
  EXPECT_EQ(shell.process->parent_exec_id, shell.parent->exec_id);
  EXPECT_EQ(events[2].time, boot + 800);
  EXPECT_EQ(shell.process->start_time, boot + 800);
}

TEST_F(TrackerTest, WhatARecordToldIsNotReadFromProc) {
  tracker.apply(exec({9, 850}, kernel_key, "/bin/new"));
  tracker.add_existing({existing({9, 800}, kernel_key, "/bin/old")});
  EXPECT_EQ(events.size(), 2u);
  EXPECT_EQ(tracker.table().find_live(9)->binary, "/bin/new");
}

TEST_F(TrackerTest, Exec) {
  tracker.add_existing({existing({9, 800}, kernel_key, "/bin/sh")});
  auto record = exec({10, 900}, {9, 800}, "./tool");
  record.argv = std::string("a b\0c", 5);
  record.euid = 33;
  record.auid = 1000;
  record.cgroup = "docker-" + std::string(64, 'a') + ".scope";
  tracker.apply(record);
  const auto& exec = seen<event::ProcessExec>(2);
  EXPECT_EQ(exec.process->binary, "/root/tool");
  EXPECT_EQ(exec.process->arguments, " \"a b\" c");
  EXPECT_EQ(exec.process->flags, "execve clone");
  EXPECT_EQ(exec.process->docker, std::string(31, 'a'));
  EXPECT_EQ(exec.process->uid, 33u);
  EXPECT_EQ(exec.process->auid, 1000u);
  EXPECT_EQ(exec.process->pid, 10u);
  EXPECT_EQ(exec.process->tid, 10u);
  EXPECT_EQ(exec.process->exec_id, exec_id("node-1", {10, 900}));
  EXPECT_EQ(exec.parent->binary, "/bin/sh");
  EXPECT_EQ(events[2].time, boot + 900);
}

TEST_F(TrackerTest, WhatIsRelativeToACutPathStaysRelative) {
  auto record = exec({10, 900}, {9, 800}, "./tool");
  record.cwd = "/middle/of/it";
  record.flags.set(ProcessFlag::error_path_resolution_cwd);
  tracker.apply(record);
  const auto& exec = seen<event::ProcessExec>(0);
  EXPECT_EQ(exec.process->binary, "tool");
  EXPECT_EQ(exec.process->cwd, "/middle/of/it");
  EXPECT_EQ(exec.process->flags, "execve clone errorPathResolutionCwd");
}

TEST_F(TrackerTest, AForkRunsWhatItsParentRuns) {
  tracker.apply(exec({9, 800}, kernel_key, "/bin/sh"));
  tracker.apply(fork({10, 850}, {9, 800}));
  EXPECT_EQ(events.size(), 1u);  // a fork is no event
  auto child = tracker.table().find({10, 850});
  EXPECT_EQ(child->binary, "/bin/sh");
  EXPECT_EQ(child->arguments, "one");
  EXPECT_EQ(child->cwd, "/root");
  EXPECT_EQ(child->flags, "execve");
  EXPECT_EQ(child->uid, 33u);
  EXPECT_EQ(child->parent_exec_id, exec_id("node-1", {9, 800}));
}

TEST_F(TrackerTest, ASecondExecFollowsTheFirst) {
  tracker.apply(exec({9, 800}, kernel_key, "/bin/sh"));
  tracker.apply(exec({9, 900}, {9, 800}, "/bin/ls"));
  EXPECT_EQ(seen<event::ProcessExec>(1).parent->binary, "/bin/sh");
  EXPECT_EQ(seen<event::ProcessExec>(1).process->flags, "execve");
}

TEST_F(TrackerTest, AnUnknownParentIsNamedByItsKey) {
  tracker.apply(exec({10, 900}, {9, 800}, "/bin/ls"));
  EXPECT_EQ(seen<event::ProcessExec>(0).parent, nullptr);
  EXPECT_EQ(seen<event::ProcessExec>(0).process->parent_exec_id, exec_id("node-1", {9, 800}));
  tracker.apply(exec({11, 910}, {0, 0}, "/bin/ls"));
  EXPECT_EQ(seen<event::ProcessExec>(1).process->parent_exec_id, exec_id("node-1", kernel_key));
}

TEST_F(TrackerTest, AParentFromProcIsFoundByItsExactStart) {
  tracker.add_existing({existing({9, 7'600'000'000}, kernel_key, "/bin/sh")});
  tracker.apply(exec({10, 9'000'000'000}, {9, 7'603'123'456}, "/bin/ls"));
  EXPECT_EQ(seen<event::ProcessExec>(2).parent->binary, "/bin/sh");
  EXPECT_EQ(seen<event::ProcessExec>(2).process->parent_exec_id,
            exec_id("node-1", {9, 7'600'000'000}));
}

TEST_F(TrackerTest, ExitWithStatus) {
  tracker.apply(exec({10, 900}, kernel_key, "/bin/ls"));
  tracker.apply(exit({10, 900}, 950, 3 << 8));
  const auto& exit = seen<event::ProcessExit>(1);
  EXPECT_EQ(exit.process->binary, "/bin/ls");
  EXPECT_EQ(exit.parent->binary, "<kernel>");
  EXPECT_EQ(exit.status, 3u);
  EXPECT_EQ(exit.signal, "");
  EXPECT_EQ(events[1].time, boot + 950);
  EXPECT_EQ(tracker.table().find_live(10), nullptr);
  EXPECT_NE(tracker.table().find({10, 900}), nullptr);
}

TEST_F(TrackerTest, ExitBySignal) {
  tracker.apply(exec({10, 900}, kernel_key, "/bin/ls"));
  tracker.apply(exit({10, 900}, 950, 0x80 | 11));
  EXPECT_EQ(seen<event::ProcessExit>(1).signal, "SIGSEGV");
  EXPECT_EQ(seen<event::ProcessExit>(1).status, 0u);
}

TEST_F(TrackerTest, AHookEventNamesTheCallingThread) {
  tracker.apply(exec({10, 900}, kernel_key, "/bin/ls"));
  tracker.apply(hook({10, 900}, 920));
  const auto& hooked = seen<event::ProcessHook>(1);
  EXPECT_EQ(hooked.process->binary, "/bin/ls");
  EXPECT_EQ(hooked.parent->binary, "<kernel>");
  EXPECT_EQ(hooked.tid, 77u);
}

TEST_F(TrackerTest, AHookEventWaitsForItsExec) {
  tracker.apply(hook({10, 900}, 920));
  EXPECT_TRUE(events.empty());
  tracker.apply(exec({10, 900}, kernel_key, "/bin/ls"));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(seen<event::ProcessHook>(1).process->binary, "/bin/ls");
}

TEST_F(TrackerTest, AHookEventDoesNotWaitForEver) {
  tracker.apply(hook({10, 900}, 920));
  tracker.tick(920 + Parked::wait_ns - 1);
  EXPECT_TRUE(events.empty());
  tracker.tick(920 + Parked::wait_ns);
  ASSERT_EQ(events.size(), 1u);
  const auto& process = *seen<event::ProcessHook>(0).process;
  EXPECT_EQ(process.flags, "unknown");
  EXPECT_EQ(process.uid, 5u);
  EXPECT_EQ(process.pid, 10u);
  EXPECT_EQ(tracker.counters().unknown_processes, 1u);
}

TEST_F(TrackerTest, OneTheKernelDoesNotKnowIsShownAtOnce) {
  auto record = hook({10, 900}, 920);
  record.process_unknown = true;
  tracker.apply(record);
  EXPECT_EQ(seen<event::ProcessHook>(0).process->flags, "unknown");
}

TEST_F(TrackerTest, OneTheKernelDoesNotKnowMayBeFromProc) {
  tracker.add_existing({existing({9, 7'600'000'000}, kernel_key, "/bin/sh")});
  auto record = hook({9, 7'601'000'000}, 8'000'000'000);
  record.process_unknown = true;
  tracker.apply(record);
  EXPECT_EQ(seen<event::ProcessHook>(2).process->binary, "/bin/sh");
}

TEST_F(TrackerTest, AHookEventAfterTheExitStillKnowsItsProcess) {
  tracker.apply(exec({10, 900}, kernel_key, "/bin/ls"));
  tracker.apply(exit({10, 900}, 950, 0));
  tracker.tick(960);
  tracker.apply(hook({10, 900}, 920));
  EXPECT_EQ(seen<event::ProcessHook>(2).process->binary, "/bin/ls");
}

// Records can be read long after they were written: a wait begins when one is read.
TEST_F(TrackerTest, AParentThatEndedIsKnownHoweverLateTheRecordsAre) {
  tracker.apply(exec({9, 800}, kernel_key, "/bin/sh"));
  const std::uint64_t now = 100'000'000'000;
  tracker.tick(now);
  tracker.apply(exit({9, 800}, 850, 0));
  tracker.tick(now + 1'000'000'000);
  tracker.apply(exec({10, 840}, {9, 800}, "/bin/ls"));
  ASSERT_NE(seen<event::ProcessExec>(2).parent, nullptr);
  EXPECT_EQ(seen<event::ProcessExec>(2).parent->binary, "/bin/sh");
}

TEST_F(TrackerTest, WhatAnExecReplacedIsKnownHoweverLateTheRecordsAre) {
  const std::uint64_t now = 100'000'000'000;
  tracker.tick(now);
  tracker.apply(fork({9, 800}, kernel_key));
  tracker.apply(exec({9, 850}, kernel_key, "/bin/sh"));
  tracker.tick(now + 1'000'000'000);
  EXPECT_NE(tracker.table().find({9, 800}), nullptr);
}

TEST_F(TrackerTest, AHookEventWaitsForItsExecHoweverLateTheRecordsAre) {
  const std::uint64_t now = 100'000'000'000;
  tracker.tick(now);
  tracker.apply(hook({10, 900}, 920));
  tracker.tick(now + Parked::wait_ns - 1);
  EXPECT_TRUE(events.empty());
  tracker.tick(now + Parked::wait_ns);
  EXPECT_EQ(events.size(), 1u);
}

TEST_F(TrackerTest, AHookEventWaitsForItsExecAsLongAsNothingIsRead) {
  tracker.apply(hook({10, 900}, 920));
  tracker.tick(920 + 5 * Parked::wait_ns, 920);
  EXPECT_TRUE(events.empty());
  tracker.apply(exec({10, 900}, kernel_key, "/bin/ls"));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(seen<event::ProcessHook>(1).process->binary, "/bin/ls");
}

TEST_F(TrackerTest, TooManyWaitingAreShownAsTheyAre) {
  for (std::size_t i = 0; i <= Parked::max_records; ++i)
    tracker.apply(hook({static_cast<std::uint32_t>(i + 1), 900}, 920));
  EXPECT_EQ(events.size(), 1u);
}

TEST_F(TrackerTest, TooLargeWaitingAreShownAsTheyAre) {
  auto large_hook = [](std::uint32_t pid) {
    auto record = hook({pid, 900}, 920);
    record.arguments.push_back({.value = std::string(Parked::max_bytes / 8, 'x')});
    return record;
  };
  for (std::uint32_t pid = 1; pid <= 20; ++pid) tracker.apply(large_hook(pid));
  EXPECT_EQ(events.size(), 12u);
  EXPECT_EQ(tracker.counters().unknown_processes, 12u);
  tracker.apply(exec({1, 900}, kernel_key, "/bin/ls"));
  ASSERT_EQ(events.size(), 14u);
  EXPECT_EQ(seen<event::ProcessHook>(13).process->binary, "/bin/ls");
  tracker.apply(large_hook(30));
  EXPECT_EQ(events.size(), 14u) << "what left made room";
  tracker.tick(920 + Parked::wait_ns);
  for (std::uint32_t pid = 41; pid <= 48; ++pid) tracker.apply(large_hook(pid));
  EXPECT_EQ(events.size(), 22u) << "so did those that waited in vain";
}

TEST_F(TrackerTest, LossIsPassedOn) {
  tracker.tick(500);
  tracker.apply(event::Loss{event::Loss::Ring::events, 12});
  EXPECT_EQ(seen<event::Loss>(0).records, 12u);
  EXPECT_EQ(events[0].time, boot + 500);
}

TEST_F(TrackerTest, WhoseExitWasLostIsFoundOut) {
  tracker.apply(exec({10, 900}, kernel_key, "/bin/ls"));
  tracker.apply(exec({11, 900}, kernel_key, "/bin/sh"));
  gone = {kernel_key.tgid, 10};
  tracker.apply(event::Loss{event::Loss::Ring::events, 1});
  tracker.tick(1000);
  EXPECT_NE(tracker.table().find_live(10), nullptr) << "nobody is looked for without a reason";
  tracker.apply(event::Loss{event::Loss::Ring::process, 1});
  tracker.tick(2000);
  EXPECT_EQ(tracker.table().find_live(10), nullptr);
  EXPECT_NE(tracker.table().find({10, 900}), nullptr) << "records may still name it";
  EXPECT_NE(tracker.table().find_live(11), nullptr);
  EXPECT_NE(tracker.table().find_live(kernel_key.tgid), nullptr);
  EXPECT_EQ(events.size(), 4u) << "when and how it ended is not known";
}

TEST_F(TrackerTest, TheGoneAreLookedForAFewAtATime) {
  const auto live = [this] { return tracker.table().counters().live; };
  for (std::uint32_t pid = 1; pid <= 1000; ++pid) {
    tracker.apply(exec({pid, 900}, kernel_key, "/bin/ls"));
    gone.insert(pid);
  }
  tracker.apply(event::Loss{event::Loss::Ring::process, 1});
  tracker.tick(1000);
  EXPECT_GE(live(), 1001 - Sweep::step_size);
  tracker.apply(exec({2000, 1000}, kernel_key, "/bin/ls"));
  gone.insert(2000);
  tracker.apply(event::Loss{event::Loss::Ring::process, 1});
  for (std::uint64_t tick = 2; tick < 8; ++tick) tracker.tick(tick * 1000);
  EXPECT_EQ(live(), 1u) << "a loss in the middle is looked into as well";
}

// A thousand processes: a thousand execs, a thousand exits, and nothing left behind.
TEST_F(TrackerTest, Conservation) {
  for (std::uint32_t pid = 100; pid < 1100; ++pid) {
    tracker.apply(fork({pid, pid * 10}, kernel_key));
    tracker.apply(exec({pid, pid * 10 + 1}, kernel_key, "/bin/true"));
    tracker.apply(exit({pid, pid * 10 + 1}, pid * 10 + 2, 0));
  }
  EXPECT_EQ(events.size(), 2000u);
  EXPECT_EQ(tracker.counters().unknown_processes, 0u);
  tracker.tick(100'000'000'000);
  tracker.tick(100'000'000'000);
  EXPECT_EQ(tracker.table().counters().entries, 1u);  // the kernel
}

}  // namespace
}  // namespace vigil::process
