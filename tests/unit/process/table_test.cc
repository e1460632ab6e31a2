#include "engine/stream/process/table.h"

#include <gtest/gtest.h>

namespace vigil::process {
namespace {

constexpr std::uint64_t grace = 1000;

event::ProcessPtr process(event::ExecKey key, event::ExecKey parent = {}) {
  event::Process process;
  process.key = key;
  process.parent_key = parent;
  return std::make_shared<const event::Process>(process);
}

TEST(Table, FindsByKeyAndByLivePid) {
  Table table;
  table.insert(process({5, 100}), 100);
  EXPECT_NE(table.find({5, 100}), nullptr);
  EXPECT_EQ(table.find({5, 101}), nullptr);
  EXPECT_EQ(table.find_live(5)->key, (event::ExecKey{5, 100}));
  EXPECT_EQ(table.find_live(6), nullptr);
}

TEST(Table, AnExecEndsWhatThePidWasBefore) {
  Table table;
  table.insert(process({5, 100}), 100);
  table.insert(process({5, 200}), 200);
  EXPECT_EQ(table.find_live(5)->key.ktime_ns, 200u);
  EXPECT_NE(table.find({5, 100}), nullptr);
  EXPECT_EQ(table.counters().live, 1u);
}

TEST(Table, TheEndedAreKeptForTheGrace) {
  Table table({10, grace});
  table.insert(process({5, 100}), 100);
  table.end({5, 100}, 200);
  EXPECT_EQ(table.find_live(5), nullptr);
  table.expire(200 + grace - 1);
  EXPECT_NE(table.find({5, 100}), nullptr);
  table.expire(200 + grace);
  EXPECT_EQ(table.find({5, 100}), nullptr);
}

TEST(Table, AParentIsKeptWhileAChildIs) {
  Table table({10, grace});
  table.insert(process({5, 100}), 100);
  table.insert(process({6, 110}, {5, 100}), 110);
  table.end({5, 100}, 120);
  table.expire(120 + 10 * grace);
  EXPECT_NE(table.find({5, 100}), nullptr);
  table.end({6, 110}, 130);
  table.expire(130 + grace);
  table.expire(130 + grace);
  EXPECT_EQ(table.counters().entries, 0u);
}

TEST(Table, TheEndedMakeRoomTheLiveDoNot) {
  Table table({3, grace});
  for (std::uint32_t pid = 1; pid <= 3; ++pid) table.insert(process({pid, 1}), 1);
  table.end({2, 1}, 2);
  table.end({1, 1}, 3);
  table.insert(process({4, 1}), 4);
  EXPECT_EQ(table.find({2, 1}), nullptr);
  EXPECT_NE(table.find({1, 1}), nullptr);
  table.insert(process({5, 1}), 5);
  table.insert(process({6, 1}), 6);
  EXPECT_EQ(table.counters().entries, 4u);
  EXPECT_EQ(table.counters().live, 4u);
  EXPECT_EQ(table.counters().evicted, 2u);
}

// Each exec leaves its fork behind: more entries than fit, while all that live fit well.
TEST(Table, WhatALiveChildNamesIsNotEvicted) {
  Table table({65'536, grace});
  table.insert(process({1, 1}), 1);
  table.end({1, 1}, 2);
  table.insert(process({2, 3}, {1, 1}), 3);  // names one that ended before
  table.insert(process({3, 4}, {2, 3}), 4);
  for (std::uint32_t pid = 10; pid < 40'010; ++pid) {
    table.insert(process({pid, 10}, {3, 4}), 10);
    table.insert(process({pid, 20}, {3, 4}), 20);
    if (pid == 10) table.end({3, 4}, 20);  // one that children will name
  }
  EXPECT_NE(table.find({1, 1}), nullptr);
  EXPECT_NE(table.find({3, 4}), nullptr);
  EXPECT_EQ(table.find({10, 10}), nullptr) << "the oldest of the others";
  EXPECT_EQ(table.counters().entries, 65'536u);
}

TEST(Table, LiveChildrenHoldNoMoreThanOneParentEach) {
  Table table({1, grace});
  for (std::uint32_t pid = 1; pid <= 100; ++pid) {
    table.insert(process({pid, 1}), 1);
    table.insert(process({pid + 1000, 1}, {pid, 1}), 1);
    table.insert(process({pid + 2000, 1}, {pid, 1}), 1);
    table.end({pid, 1}, 2);
    table.end({pid + 2000, 1}, 2);
  }
  table.insert(process({5000, 1}), 3);
  EXPECT_EQ(table.counters().live, 101u);
  EXPECT_EQ(table.counters().entries, 201u);
  for (std::uint32_t pid = 1; pid <= 100; ++pid) table.end({pid + 1000, 1}, 4);
  table.insert(process({5001, 1}), 4);
  EXPECT_EQ(table.counters().entries, 2u);
}

// Records of two rings, or of two processors, need not come in order.
TEST(Table, AParentThatCameAfterItsChildIsKeptAsWell) {
  Table table({2, grace});
  table.insert(process({6, 110}, {5, 100}), 110);
  table.insert(process({5, 100}), 100);
  table.end({5, 100}, 120);
  table.expire(120 + 10 * grace);
  EXPECT_NE(table.find({5, 100}), nullptr);
  table.insert(process({7, 130}), 130);
  EXPECT_NE(table.find({5, 100}), nullptr);
  table.end({6, 110}, 140 + 10 * grace);
  table.expire(140 + 11 * grace);
  table.expire(140 + 11 * grace);
  EXPECT_EQ(table.counters().entries, 1u);
}

TEST(Table, AReplacedChildLetsGoOfItsParent) {
  Table table({10, grace});
  table.insert(process({5, 100}), 100);
  table.insert(process({6, 110}, {5, 100}), 110);
  table.end({5, 100}, 120);
  table.insert(process({6, 110}, {1, 1}), 130);
  table.expire(130 + grace);
  EXPECT_EQ(table.find({5, 100}), nullptr);
}

TEST(Table, TheSameKeyIsReplaced) {
  Table table;
  table.insert(process({5, 100}, {1, 1}), 100);
  auto better = process({5, 100}, {2, 1});
  table.insert(better, 110);
  EXPECT_EQ(table.find({5, 100}), better);
  EXPECT_EQ(table.counters().entries, 1u);
}

TEST(Table, FortyThousandLiveProcesses) {
  Table table;
  for (std::uint32_t pid = 1; pid <= 40'000; ++pid) table.insert(process({pid, pid}, {1, 1}), pid);
  table.expire(UINT64_MAX);
  EXPECT_EQ(table.counters().live, 40'000u);
  for (std::uint32_t pid = 1; pid <= 40'000; ++pid) table.end({pid, pid}, 50'000);
  table.expire(UINT64_MAX - 1);
  table.expire(UINT64_MAX - 1);
  EXPECT_EQ(table.counters().entries, 0u);
}

event::ProcessPtr with_arguments(event::ExecKey key, event::SharedText arguments) {
  event::Process process;
  process.key = key;
  process.arguments = std::move(arguments);
  process.flags = "execve";
  return std::make_shared<const event::Process>(process);
}

TEST(Table, ArgumentsAreBounded) {
  Table table({100, grace, 20'000});
  table.insert(with_arguments({1, 1}, std::string(15'000, 'a')), 1);
  table.insert(
      with_arguments({2, 1}, std::string(4'095, 'b') + "\xc3\xa9" + std::string(9'000, 'b')), 1);
  EXPECT_EQ(table.find({1, 1})->arguments.size(), 15'000u);
  EXPECT_EQ(table.find({1, 1})->flags, "execve");
  EXPECT_EQ(table.find({2, 1})->arguments.size(), 4'095u) << "not inside a character";
  EXPECT_EQ(table.find({2, 1})->flags, "execve truncArgs");
  EXPECT_EQ(table.counters().shortened, 1u);
  table.end({1, 1}, 10);
  table.expire(10 + grace);
  table.insert(with_arguments({3, 1}, std::string(15'000, 'c')), 2);
  EXPECT_EQ(table.find({3, 1})->arguments.size(), 15'000u);
}

TEST(Table, SharedArgumentsCountOnce) {
  Table table({100'000, grace, 20'000});
  const event::SharedText text = std::string(15'000, 'a');
  for (std::uint32_t tgid = 1; tgid <= 40'000; ++tgid)
    table.insert(with_arguments({tgid, 1}, text), 1);
  EXPECT_EQ(table.counters().shortened, 0u);
  for (std::uint32_t tgid = 1; tgid <= 40'000; ++tgid) table.end({tgid, 1}, 2);
  table.expire(2 + grace);
  EXPECT_EQ(table.counters().entries, 0u);
  table.insert(with_arguments({5, 5}, std::string(19'000, 'b')), 5);
  EXPECT_EQ(table.counters().shortened, 0u);
}

TEST(Table, APidUsedAgainAndAgainLeavesNothing) {
  Table table({1'000, grace});
  for (std::uint64_t time = 1; time <= 100'000; ++time)
    table.insert(process({5, time}, {5, time - 1}), time);
  EXPECT_LE(table.counters().entries, 1'000u);
  EXPECT_EQ(table.counters().live, 1u);
}

}  // namespace
}  // namespace vigil::process
