#include "engine/symbols/memory_map.h"

#include <gtest/gtest.h>

namespace vigil::symbols {
namespace {

TEST(MemoryMap, HoldsWhatHasCodeAndAName) {
  const auto maps = parse_maps(
      "55d0c0000000-55d0c0001000 r--p 00000000 fe:01 42 /usr/bin/tide\n"
      "55d0c0001000-55d0c0003000 r-xp 00001000 fe:01 42 /usr/bin/tide\n"
      "7f0000000000-7f0000010000 rwxp 00000000 00:00 0\n"
      "7f0000020000-7f0000021000 r-xp 00000000 fe:01 43 /srv/with a blank (deleted)\n"
      "7fff00000000-7fff00002000 r-xp 00000000 00:00 0                  [vdso]\n");
  ASSERT_EQ(maps.size(), 3u);
  EXPECT_EQ(maps[0].begin, 0x55d0c0001000u);
  EXPECT_EQ(maps[0].end, 0x55d0c0003000u);
  EXPECT_EQ(maps[0].offset, 0x1000u);
  EXPECT_EQ(maps[0].path, "/usr/bin/tide");
  EXPECT_TRUE(maps[0].is_file());
  EXPECT_TRUE(maps[0].holds(0x55d0c0001000));
  EXPECT_FALSE(maps[0].holds(0x55d0c0003000));
  EXPECT_EQ(maps[1].path, "/srv/with a blank (deleted)");
  EXPECT_FALSE(maps[2].is_file());
}

TEST(MemoryMap, PassesOverWhatIsNoLine) {
  for (const std::string_view text :
       {"", "\n\n", "nothing", "55d0 r-xp 0 fe:01 42 /a", "x-y r-xp 0 fe:01 42 /a",
        "1000-2000 r-xp z fe:01 42 /a", "1000-2000 r-xp 0 fe:01 42",
        "111111111111111111-2000 r-xp 0 fe:01 42 /a"})
    EXPECT_TRUE(parse_maps(text).empty()) << text;
}

}  // namespace
}  // namespace vigil::symbols
