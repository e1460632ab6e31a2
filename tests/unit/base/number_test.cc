#include "engine/base/number.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace vigil {
namespace {

TEST(Number, AllOfTheTextCounts) {
  EXPECT_EQ(whole_number<std::uint64_t>("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(whole_number<std::uint64_t>("0ff", 16), 255U);
  EXPECT_EQ(whole_number<std::int64_t>("-9"), -9);
  for (const char* text : {"", " 1", "1 ", "1x", "0x1", "+1", "-1"})
    EXPECT_EQ(whole_number<std::uint64_t>(text), std::nullopt) << text;
}

TEST(Number, TooLargeIsNone) {
  EXPECT_EQ(whole_number<std::uint16_t>("65535"), 65535);
  EXPECT_EQ(whole_number<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(whole_number<std::uint64_t>("18446744073709551616"), std::nullopt);
}

TEST(Number, TellsWhyThereIsNone) {
  EXPECT_EQ(read_number<std::uint8_t>("256").error(), NotANumber::too_large);
  EXPECT_EQ(read_number<std::int8_t>("-129").error(), NotANumber::too_large);
  for (const char* text : {"", "x", "25x", "256x"})
    EXPECT_EQ(read_number<std::uint8_t>(text).error(), NotANumber::malformed) << text;
}

}  // namespace
}  // namespace vigil
