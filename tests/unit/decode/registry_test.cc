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

TEST(HookMap, ForgetsTheOldestGeneration) {
  HookMap map;
  for (std::uint16_t i = 0; i <= HookMap::kept_generations; ++i) map.publish({1, 0, i}, info("p"));
  EXPECT_EQ(map.find({1, 0, 0}), nullptr);
  EXPECT_NE(map.find({1, 0, 1}), nullptr);
}

TEST(HookMap, AGenerationUsedAgainIsTheNewOne) {
  HookMap map;
  map.publish({1, 0, 1}, info("old"));
  map.publish({1, 0, 1}, info("new"));
  EXPECT_EQ(map.find({1, 0, 1})->policy, "new");
}

TEST(HookMap, ARetiredPolicyIsKeptForAWhile) {
  HookMap map;
  map.publish({1, 0, 1}, info("p"));
  map.publish({1, 7, 1}, info("p"));
  map.publish({2, 0, 1}, info("q"));
  map.retire(1, 1000);
  map.expire(1000 + HookMap::kept_ns - 1);
  EXPECT_EQ(map.size(), 3u);
  map.expire(1000 + HookMap::kept_ns);
  EXPECT_EQ(map.size(), 1u);
  EXPECT_NE(map.find({2, 0, 1}), nullptr);
}

}  // namespace
}  // namespace vigil::decode
