#include "engine/base/cursor.h"

#include <gtest/gtest.h>

#include <vector>

namespace vigil {
namespace {

TEST(ByteCursor, TakesInOrder) {
  std::vector<std::uint8_t> bytes{1, 0, 0, 0, 'a', 'b', 2};
  ByteCursor cursor(bytes);
  EXPECT_EQ(cursor.take<std::uint32_t>(), 1u);
  EXPECT_EQ(cursor.take_text(2), "ab");
  EXPECT_EQ(cursor.remaining(), 1u);
  EXPECT_EQ(cursor.take<std::uint8_t>(), 2);
  EXPECT_FALSE(cursor.failed());
}

TEST(ByteCursor, SaysNoPastTheEndAndForEverAfter) {
  std::vector<std::uint8_t> bytes{1, 2, 3};
  ByteCursor cursor(bytes);
  EXPECT_FALSE(cursor.take<std::uint32_t>());
  EXPECT_TRUE(cursor.failed());
  EXPECT_FALSE(cursor.take<std::uint8_t>());
  EXPECT_FALSE(cursor.take_bytes(static_cast<std::size_t>(-1)));
}

TEST(ByteCursor, Aligns) {
  std::vector<std::uint8_t> bytes(10);
  ByteCursor cursor(bytes);
  EXPECT_TRUE(cursor.align(8));
  EXPECT_EQ(cursor.offset(), 0u);
  ASSERT_TRUE(cursor.take_bytes(3));
  EXPECT_TRUE(cursor.align(8));
  EXPECT_EQ(cursor.offset(), 8u);
  ASSERT_TRUE(cursor.take_bytes(1));
  EXPECT_FALSE(cursor.align(8));
}

}  // namespace
}  // namespace vigil
