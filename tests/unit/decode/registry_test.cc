#include "engine/stream/decode/registry.h"

#include <gtest/gtest.h>

namespace vigil::decode {
namespace {

event::HookInfoPtr info(std::string policy) {
  event::HookInfo info;
  info.policy = std::move(policy);
  return std::make_shared<const event::HookInfo>(std::move(info));
}

TEST(HookMap, FindsTheGenerationAsked) {
  HookMap map;
  map.publish({1, 0, 1}, info("old"));
  map.publish({1, 0, 2}, info("new"));
  EXPECT_EQ(map.find({1, 0, 1})->policy, "old");
  EXPECT_EQ(map.find({1, 0, 2})->policy, "new");
  EXPECT_EQ(map.find({1, 0, 3}), nullptr);
  EXPECT_EQ(map.find({1, 1, 1}), nullptr);
  EXPECT_EQ(map.find({2, 0, 1}), nullptr);
}

constexpr std::uint64_t swapped_ns = 1'000;

// As the daemon does it: two plans that show different things, in turn.
void rebuild(HookMap& map, std::uint16_t generation) {
  map.publish({1, 0, generation}, info(generation % 2 == 0 ? "even" : "odd"));
  map.settle({1, 0, generation}, swapped_ns);
}

TEST(HookMap, ARecordThatWaitsIsKnownAfterAThousandRebuilds) {
  HookMap map;
  for (std::uint16_t i = 1; i <= 1'001; ++i) rebuild(map, i);
  ASSERT_NE(map.find({1, 0, 1}), nullptr);
  EXPECT_EQ(map.find({1, 0, 1})->policy, "odd");
  EXPECT_EQ(map.find({1, 0, 1}), map.find({1, 0, 1'001})) << "what is equal is kept once";
  map.drained(swapped_ns + HookMap::grace_ns - 1);
  EXPECT_NE(map.find({1, 0, 1}), nullptr);
  map.drained(swapped_ns + HookMap::grace_ns);
  EXPECT_EQ(map.find({1, 0, 1}), nullptr);
  EXPECT_EQ(map.find({1, 0, 1'001})->policy, "odd");
  EXPECT_EQ(map.size(), 1u);
}

TEST(HookMap, RebuildsThatShowTheSameTakeNoRoom) {
  HookMap map;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    const auto generation = static_cast<std::uint16_t>(i);
    map.publish({1, 0, generation}, info("p"));
    map.settle({1, 0, generation}, swapped_ns);
  }
  EXPECT_LE(map.size(), 2u);
  EXPECT_NE(map.find({1, 0, 7}), nullptr);
}

TEST(HookMap, MemoryIsBoundedWhereNothingIsEverRead) {
  HookMap map;
  for (std::uint16_t i = 1; i < 2 * HookMap::kept_runs; ++i) rebuild(map, i);
  EXPECT_EQ(map.size(), HookMap::kept_runs);
  EXPECT_NE(map.find({1, 0, 2 * HookMap::kept_runs - 1}), nullptr);
}

TEST(HookMap, WhatRunsIsNeverForgottenHoweverManySwapsFail) {
  HookMap map;
  rebuild(map, 1);
  for (std::uint16_t i = 2; i < 2 * HookMap::kept_runs; ++i) {
    map.publish({1, 0, i}, info(std::to_string(i)));
    map.settle({1, 0, 1}, swapped_ns);
  }
  map.drained(swapped_ns + HookMap::grace_ns);
  EXPECT_NE(map.find({1, 0, 1}), nullptr);
  EXPECT_EQ(map.size(), 1u);
}

TEST(HookMap, AGenerationUsedAgainIsTheNewOne) {
  HookMap map;
  map.publish({1, 0, 1}, info("old"));
  map.publish({1, 0, 1}, info("new"));
  EXPECT_EQ(map.find({1, 0, 1})->policy, "new");
}

TEST(HookMap, ARetiredPolicyIsKnownUntilItsLastRecordsAreRead) {
  HookMap map;
  map.publish({1, 0, 1}, info("p"));
  map.publish({1, 7, 1}, info("p"));
  map.publish({2, 0, 1}, info("q"));
  map.retire(1, 1000);
  map.drained(1000 + HookMap::grace_ns - 1);
  EXPECT_EQ(map.size(), 3u);
  map.drained(1000 + HookMap::grace_ns);
  EXPECT_EQ(map.size(), 1u);
  EXPECT_NE(map.find({2, 0, 1}), nullptr);
}

}  // namespace
}  // namespace vigil::decode
