#include "engine/loader/processors.h"

#include <gtest/gtest.h>

namespace vigil::loader {
namespace {

TEST(Processors, ListsMayHaveGaps) {
  using Numbers = std::vector<std::uint32_t>;
  EXPECT_EQ(parse_processors("0\n").value(), Numbers{0});
  EXPECT_EQ(parse_processors("0-3\n").value(), (Numbers{0, 1, 2, 3}));
  EXPECT_EQ(parse_processors("0-1,8,10-11").value(), (Numbers{0, 1, 8, 10, 11}));
}

TEST(Processors, WhatIsNoListIsRefused) {
  for (const char* text : {"", "\n", "a", "0-", "3-1", "0,", "0-70000", "0 1", "-1"})
    EXPECT_FALSE(parse_processors(text)) << text;
}

TEST(Processors, ThisMachineHasSome) { EXPECT_FALSE(possible_processors().value().empty()); }

}  // namespace
}  // namespace vigil::loader
