#include "engine/base/text.h"

#include <gtest/gtest.h>

#include <map>

namespace vigil {
namespace {

TEST(Text, APathInAUri) {
  EXPECT_EQ(uri_path("/run/vigil/v-1_2.~s"), "/run/vigil/v-1_2.~s");
  EXPECT_EQ(uri_path("/a%41#b?c d\xff"), "/a%2541%23b%3fc%20d%ff");
}

TEST(Text, PlainTextStaysAsItIs) {
  EXPECT_EQ(escape("/usr/bin/größe 文"), "/usr/bin/größe 文");
  EXPECT_EQ(printable("a\\b"), "a\\b");
}

TEST(Text, ControlBytesNeverReachTheTerminal) {
  EXPECT_EQ(escape("\033[31m"), "\\x1b[31m");
  EXPECT_EQ(escape("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(escape("\x7f"), "\\x7f");
  EXPECT_EQ(escape("\xc2\x9b"), "\\xc2\\x9b") << "C1 control sequence introducer";
  EXPECT_EQ(escape("\xe2\x80\xae"), "\\xe2\\x80\\xae") << "right-to-left override";
}

TEST(Text, BytesThatAreNotUtf8AreShownInHex) {
  EXPECT_EQ(escape("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(escape("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(escape("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(escape("\xe2\x82"), "\\xe2\\x82") << "cut off";
  EXPECT_EQ(escape("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "past U+10FFFF";
}

TEST(Text, OnlyWhatIsNotUtf8Changes) {
  EXPECT_EQ(as_utf8("a\tb\nü\\\x1b"), "a\tb\nü\\\x1b");
  EXPECT_EQ(as_utf8("b\xff.yaml\n\xc3"), "b\\xff.yaml\n\\xc3");
}

TEST(Text, EscapeLosesNothing) {
  EXPECT_EQ(escape("a\\b"), "a\\\\b");
  EXPECT_EQ(escape("\x01\\x01\n\\n"), "\\x01\\\\x01\\n\\\\n") << "what looks escaped is, too";
  std::map<std::string, std::string> texts;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      const auto [other, is_new] = texts.emplace(escape(text), text);
      EXPECT_TRUE(is_new) << first << ' ' << second << " as " << other->first;
    }
  }
}

}  // namespace
}  // namespace vigil
