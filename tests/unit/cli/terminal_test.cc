#include "cli/terminal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "cli/table.h"

namespace vigil::cli {
namespace {

TEST(QuotedWord, LeavesAWordAsItIs) {
  EXPECT_EQ(quoted_word("/usr/bin/é\\x"), "/usr/bin/é\\x");
  EXPECT_EQ(quoted_word(""), "");
}

TEST(QuotedWord, QuotesSpacesAndEscapesTheRest) {
  EXPECT_EQ(quoted_word("a b"), "\"a b\"");
  EXPECT_EQ(quoted_word("a \"b\" c\\d"), R"("a \"b\" c\\d")");
  EXPECT_EQ(quoted_word("\xff"), R"("\xff")");
  EXPECT_EQ(quoted_word("\xe2\x80\x8f"), R"("\u200f")");
  EXPECT_EQ(quoted_word("\xf3\xa0\x80\x81"), R"("\U000e0001")");
}

TEST(PrintableText, KeepsLinesAndNothingElseThatSteers) {
  EXPECT_EQ(printable_text("one\ntwo\n"), "one\ntwo\n");
  EXPECT_EQ(printable_text("a\x1b[0m\nb\r").find_first_of("\x1b\r"), std::string::npos);
}

TEST(Colour, ChoiceWinsThenNoColor) {
  EXPECT_TRUE(wants_colour(ColourChoice::always, -1));
  EXPECT_FALSE(wants_colour(ColourChoice::never, STDOUT_FILENO));
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(wants_colour(ColourChoice::automatic, STDOUT_FILENO));
  unsetenv("NO_COLOR");
}

TEST(Table, AlignsColumns) {
  const auto text = table({{"NAME"}, {"COUNT", Align::right}, {"NOTE"}},
                          {{{"a"}, {"7"}, {"x"}}, {{"longer"}, {"1234567"}, {"y z"}}},
                          Painter(Painter::Mode::plain));
  EXPECT_EQ(text,
            "NAME       COUNT   NOTE\n"
            "a              7   x\n"
            "longer   1234567   y z\n");
}

TEST(Table, ColourDoesNotCount) {
  const auto text =
      table({{"A"}, {"B"}}, {{{"x", Hue::red}, {"y"}}}, Painter(Painter::Mode::coloured));
  EXPECT_NE(text.find("\x1b[31mx\x1b[0m   y\n"), std::string::npos);
}

TEST(PrintableJson, means_the_same_and_moves_no_terminal) {
  EXPECT_EQ(printable_json("{\"a\":\"caf\u00e9 \\n\"}"), "{\"a\":\"caf\u00e9 \\n\"}");
  EXPECT_EQ(printable_json("\"\u009b31m\u202e\""), R"("\u009b31m\u202e")");
  EXPECT_EQ(printable_json("\"\U000E0001\""), R"("\udb40\udc01")");
}

}  // namespace
}  // namespace vigil::cli
