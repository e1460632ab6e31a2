#include "engine/base/diagnostics.h"

#include <gtest/gtest.h>

namespace vigil {
namespace {

SourceFilePtr source(std::string text) {
  return std::make_shared<const SourceFile>(SourceFile{"p.yaml", std::move(text)});
}

std::string rendered(Span span, std::string message, std::string help = {}) {
  Diagnostics diagnostics;
  diagnostics.error("VG0200", std::move(span), std::move(message), std::move(help));
  return render(diagnostics.all().front(), Colour::never);
}

TEST(Diagnostics, ShowsPlaceLineMarkAndHelp) {
  Span span{source("a: b\ncall: foo\n"), 2, 7, 3};
  EXPECT_EQ(rendered(span, "no such function", "did you mean 'bar'?"),
            "p.yaml:2:7: error[VG0200]: no such function\n"
            "    2 | call: foo\n"
            "      |       ^~~\n"
            "      help: did you mean 'bar'?\n");
}

TEST(Diagnostics, MarkStandsBelowItsPlaceAfterTabsAndEscapes) {
  EXPECT_EQ(rendered({source("\t\tx: y"), 1, 3, 1}, "m"),
            "p.yaml:1:3: error[VG0200]: m\n    1 |   x: y\n      |   ^\n");
  EXPECT_EQ(rendered({source("\033ä y"), 1, 5, 1}, "m"),
            "p.yaml:1:5: error[VG0200]: m\n    1 | \\x1bä y\n      |       ^\n");
}

TEST(Diagnostics, LongLinesAreCutAroundTheMark) {
  std::string line = std::string(5000, 'a') + "HERE" + std::string(5000, 'b');
  std::string out = rendered({source(line), 1, 5001, 4}, "m");
  EXPECT_LT(out.size(), 400u);
  EXPECT_NE(out.find("aHEREb"), std::string::npos);
  EXPECT_NE(out.find("^~~~\n"), std::string::npos);
}

TEST(Diagnostics, PlacesPastTheEndDoNotHurt) {
  EXPECT_NE(rendered({source("ab"), 1, 99, 99}, "m").find("^"), std::string::npos);
  EXPECT_EQ(rendered({source("ab"), 7, 1, 1}, "m"), "p.yaml:7:1: error[VG0200]: m\n");
  EXPECT_EQ(rendered({}, "m"), "<policy>: error[VG0200]: m\n");
}

TEST(Diagnostics, AllInTheOrderOfTheFileWithCounts) {
  Diagnostics diagnostics;
  SourceFilePtr file = source("a\nb\n");
  diagnostics.warning("VG0202", {file, 2, 1, 1}, "second");
  diagnostics.error("VG0201", {file, 1, 1, 1}, "first");
  EXPECT_TRUE(diagnostics.has_errors());
  std::string out = render(diagnostics, Colour::never);
  EXPECT_LT(out.find("first"), out.find("second"));
  EXPECT_TRUE(out.ends_with("1 error, 1 warning\n"));
}

TEST(Diagnostics, HostileNamesAreNeutral) {
  EXPECT_EQ(rendered({source("x"), 0, 0, 1}, "bad \033]0;x"),
            "p.yaml: error[VG0200]: bad \\x1b]0;x\n");
}

TEST(SourceFile, LinesCountFromOne) {
  SourceFilePtr file = source("one\r\ntwo\n\nfour");
  EXPECT_EQ(file->line(0), "");
  EXPECT_EQ(file->line(1), "one");
  EXPECT_EQ(file->line(3), "");
  EXPECT_EQ(file->line(4), "four");
  EXPECT_EQ(file->line(5), "");
}

}  // namespace
}  // namespace vigil
