#include "engine/stream/sinks/text.h"

#include <gtest/gtest.h>

namespace vigil::sinks {
namespace {

TEST(MessageText, Utf8StaysAsItIs) {
  EXPECT_EQ(message_text(""), "");
  EXPECT_EQ(message_text("back\\slash é \x01"), "back\\slash é \x01");
}

TEST(MessageText, OtherBytesAreEscapedAndBackslashesDoubled) {
  EXPECT_EQ(message_text("a\\b\xff\xfe c"), "a\\\\b\\xff\\xfe c");
  EXPECT_EQ(message_text("\xc3"), "\\xc3");
  EXPECT_EQ(message_text("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // half a surrogate pair
}

}  // namespace
}  // namespace vigil::sinks
