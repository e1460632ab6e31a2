#include "engine/loader/follow_sets.h"

#include <gtest/gtest.h>

namespace vigil::loader {
namespace {

TEST(FollowSets, OrsTheSetsOfOnePid) {
  FollowSets sets;
  sets.assign(1, {10, 11}, false);
  auto changes = sets.assign(65, {10}, false);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].key.pid, 10u);
  EXPECT_EQ(changes[0].sets.words[0], 2u);
  EXPECT_EQ(changes[0].sets.words[1], 2u);
}

TEST(FollowSets, ClearingOneSetLeavesTheOthersBits) {
  FollowSets sets;
  sets.assign(1, {10, 11}, false);
  sets.assign(2, {10}, false);
  auto changes = sets.assign(1, {}, false);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].key.pid, 10u);
  EXPECT_EQ(changes[0].sets.words[0], 4u);
  EXPECT_EQ(changes[1].key.pid, 11u);
  EXPECT_TRUE(is_empty(changes[1].sets));
}

TEST(FollowSets, NumberUsedAgainDropsItsOldPids) {
  FollowSets sets;
  sets.assign(0, {7}, false);
  auto changes = sets.assign(0, {8}, true);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_TRUE(is_empty(changes[0].sets));
  EXPECT_EQ(changes[1].key.pid, 8u);
  EXPECT_EQ(changes[1].key.in_namespace, 1u);
  EXPECT_EQ(changes[1].sets.words[0], 1u);
}

TEST(FollowSets, TheSameNumberInTwoNamespacesAreTwoKeys) {
  FollowSets sets;
  sets.assign(0, {7}, false);
  auto changes = sets.assign(1, {7}, true);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].sets.words[0], 2u);
}

TEST(FollowSets, PidNamedTwiceIsClearedOnce) {
  FollowSets sets;
  sets.assign(3, {7, 7}, false);
  auto changes = sets.assign(3, {}, false);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_TRUE(is_empty(changes[0].sets));
}

}  // namespace
}  // namespace vigil::loader
