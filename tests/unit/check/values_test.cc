#include "engine/compile/check/values.h"

#include <gtest/gtest.h>

namespace vigil::check {
namespace {

using schema::ArgType;

std::optional<std::uint64_t> in_type(std::string_view text, ArgType type) {
  auto number = parse_number(text);
  return number ? fit(*number, schema::info(type)) : std::nullopt;
}

TEST(Values, NumbersInEveryRadix) {
  EXPECT_EQ(in_type("10", ArgType::int32), 10u);
  EXPECT_EQ(in_type("0x1F", ArgType::int32), 31u);
  EXPECT_EQ(in_type("0755", ArgType::int32), 493u);
  EXPECT_EQ(in_type("0o755", ArgType::int32), 493u);
  EXPECT_EQ(in_type("0b101", ArgType::int32), 5u);
  EXPECT_EQ(in_type("0", ArgType::int32), 0u);
  EXPECT_EQ(in_type("-1", ArgType::int32), ~0ull);
  EXPECT_EQ(in_type("+7", ArgType::int32), 7u);
  for (const char* bad : {"", "-", "0x", "09", "1a", " 1", "1 ", "0x-1", "--1"}) {
    EXPECT_FALSE(parse_number(bad)) << bad;
  }
}

TEST(Values, NumbersBeyond64BitsAreNumbersThatFitNowhere) {
  for (const char* large : {"18446744073709551616", "-99999999999999999999", "0x10000000000000000",
                            "0b1"
                            "0000000000000000000000000000000000000000000000000000000000000000",
                            "02000000000000000000000"}) {
    const auto number = parse_number(large);
    ASSERT_TRUE(number) << large;
    EXPECT_FALSE(fit(*number, schema::info(ArgType::uint64))) << large;
    EXPECT_FALSE(fit(*number, schema::info(ArgType::int64))) << large;
    EXPECT_FALSE(fit_mask(*number, schema::info(ArgType::uint64))) << large;
  }
  EXPECT_FALSE(parse_number("99999999999999999999a"));
}

TEST(Values, NumbersFitTheirType) {
  EXPECT_TRUE(in_type("127", ArgType::int8));
  EXPECT_FALSE(in_type("128", ArgType::int8));
  EXPECT_TRUE(in_type("-128", ArgType::int8));
  EXPECT_FALSE(in_type("-129", ArgType::int8));
  EXPECT_FALSE(in_type("-1", ArgType::uint8));
  EXPECT_FALSE(in_type("256", ArgType::uint8));
  EXPECT_EQ(in_type("18446744073709551615", ArgType::uint64), ~0ull);
  EXPECT_EQ(in_type("-9223372036854775808", ArgType::int64), 1ull << 63);
  EXPECT_FALSE(in_type("9223372036854775808", ArgType::int64));
}

TEST(Values, MasksMayHaveTheTopBit) {
  const auto& type = schema::info(ArgType::int32);
  EXPECT_EQ(fit_mask(*parse_number("0x80000000"), type), 0x80000000u);
  EXPECT_FALSE(fit_mask(*parse_number("0x100000000"), type));
}

TEST(Values, Addresses) {
  auto prefix = parse_address("10.1.2.3/8");
  ASSERT_TRUE(prefix);
  EXPECT_EQ(prefix->length, 8);
  EXPECT_EQ(prefix->bytes[0], 10);
  EXPECT_EQ(prefix->bytes[1], 0) << "host bits are cleared";
  EXPECT_EQ(parse_address("127.0.0.1")->length, 32);
  auto six = parse_address("2001:db8::ffff/33");
  ASSERT_TRUE(six);
  EXPECT_TRUE(six->is_ipv6);
  EXPECT_EQ(six->bytes[15], 0);
  EXPECT_EQ(parse_address("::1")->length, 128);
  EXPECT_EQ(parse_address("0.0.0.0/0")->length, 0);
  for (const char* bad :
       {"", "10.0.0", "10.0.0.0/33", "::/129", "10.0.0.1/", "1.2.3.4/-1", "host", "1.2.3.4/8/8"}) {
    EXPECT_FALSE(parse_address(bad)) << bad;
  }
}

TEST(Values, Intervals) {
  EXPECT_EQ(parse_interval_ms("5"), 5'000u);
  EXPECT_EQ(parse_interval_ms("30s"), 30'000u);
  EXPECT_EQ(parse_interval_ms("1m"), 60'000u);
  EXPECT_EQ(parse_interval_ms("2h"), 7'200'000u);
  for (const char* bad : {"", "m", "-1", "1d", "1.5s", "2000h"}) {
    EXPECT_FALSE(parse_interval_ms(bad)) << bad;
  }
}

}  // namespace
}  // namespace vigil::check
