#include "engine/stream/sinks/text.h"

#include <gtest/gtest.h>

#include <random>
#include <regex>

namespace vigil::sinks {
namespace {

// What a reader does: text without \xNN is as it was, text with it is unescaped.
std::string read_back(const std::string& text) {
  static const std::regex hexadecimal(R"(\\x[0-9a-fA-F]{2})");
  if (!std::regex_search(text, hexadecimal)) return text;
  std::string bytes;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      bytes += text[i++];
    } else if (text.at(i + 1) == '\\') {
      bytes += '\\';
      i += 2;
    } else {
      bytes += static_cast<char>(std::stoi(text.substr(i + 2, 2), nullptr, 16));
      i += 4;
    }
  }
  return bytes;
}

TEST(MessageText, Utf8StaysAsItIs) {
  EXPECT_EQ(message_text(""), "");
  EXPECT_EQ(message_text("back\\slash é \x01"), "back\\slash é \x01");
}

TEST(MessageText, OtherBytesAreEscapedAndBackslashesDoubled) {
  EXPECT_EQ(message_text("a\\b\xff\xfe c"), "a\\\\b\\xff\\xfe c");
  EXPECT_EQ(message_text("\xc3"), "\\xc3");
  EXPECT_EQ(message_text("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // half a surrogate pair
}

TEST(MessageText, TextThatLooksEscapedIsEscaped) {
  EXPECT_EQ(message_text("\\x80"), "\\\\x80");
  EXPECT_EQ(message_text("\\xAf \\"), "\\\\xAf \\\\");
  EXPECT_EQ(message_text("\\x8"), "\\x8");
  EXPECT_EQ(message_text("\\xg0 \\n"), "\\xg0 \\n");
}

TEST(MessageText, NothingIsLost) {
  std::mt19937 random(1);
  const std::string_view parts[] = {"\\",    "\\",   "x",    "8",    "0",
                                    "\\x80", "\xc3", "\xa9", "\xff", "é"};
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes;
    for (std::size_t n = random() % 8; n > 0; --n)
      bytes += random() % 8 == 0 ? std::string(1, static_cast<char>(random()))
                                 : std::string(parts[random() % std::size(parts)]);
    EXPECT_EQ(read_back(message_text(bytes)), bytes);
  }
}

}  // namespace
}  // namespace vigil::sinks
