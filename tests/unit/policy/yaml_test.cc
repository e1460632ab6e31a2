#include <gtest/gtest.h>

#include "engine/compile/policy/parse.h"

namespace vigil::policy {
namespace {

// The only mistake of a file: "line:column message; help".
std::string mistake(const std::string& text) {
  Diagnostics diagnostics;
  parse(std::make_shared<const SourceFile>(SourceFile{"p.yaml", text}), diagnostics);
  if (diagnostics.all().size() != 1) return std::to_string(diagnostics.all().size()) + " mistakes";
  const Diagnostic& found = diagnostics.all().front();
  EXPECT_EQ(found.code, "VG0101");
  return std::to_string(found.span.line) + ':' + std::to_string(found.span.column) + ' ' +
         found.message + "; " + found.help;
}

TEST(Yaml, TabsCannotIndent) {
  const std::string tab = " a tab cannot indent; indent with spaces";
  EXPECT_EQ(mistake("a:\n\tb: c\n"), "2:1" + tab);
  EXPECT_EQ(mistake("a:\n  b: c\n\td: e\n"), "3:1" + tab);
  EXPECT_EQ(mistake("a:\n  b: c\n  \td: e\n"), "3:3" + tab);
  EXPECT_EQ(mistake("a:\n- x\n\t- y\n"), "3:1" + tab);
  EXPECT_EQ(mistake("a:\n\t- x\n"), "2:1" + tab);
}

TEST(Yaml, BracketsAreClosed) {
  const std::string list = " this list is not closed; write ']' behind its last entry";
  const std::string mapping = " this mapping is not closed; write '}' behind its last value";
  const std::string closing =
      " nothing is open that this closes; close '[' with ']' and '{' with "
      "'}', what was opened last first";
  EXPECT_EQ(mistake("a: [b, c\nd: e\n"), "1:4" + list) << "where it begins";
  EXPECT_EQ(mistake("a: [[b], [c]\n"), "1:4" + list);
  EXPECT_EQ(mistake("a: [b, [c]\n"), "1:4" + list);
  EXPECT_EQ(mistake("a: [b, [c\n"), "1:8" + list);
  EXPECT_EQ(mistake("a: {b: c\nd: e\n"), "1:4" + mapping);
  EXPECT_EQ(mistake("a: [b, c}\n"), "1:9" + closing);
  EXPECT_EQ(mistake("a: ]\n"), "1:4" + closing);
}

TEST(Yaml, LinesOfAMappingAreIndentedAlike) {
  const std::string nowhere =
      " the indentation of this line fits none of the lists and mappings before it; indent the "
      "keys of one mapping alike, and the '- ' of one list";
  const std::string above =
      " the text before this ':' belongs to the line above; indent the keys "
      "of one mapping alike, and write ':' behind each";
  EXPECT_EQ(mistake("a:\n   b: c\n  d: e\n"), "3:3" + nowhere);
  EXPECT_EQ(mistake("a:\n  - b: c\n   d: e\n"), "3:4" + nowhere);
  EXPECT_EQ(mistake("a:\n    - b\n   - c\n"), "3:4" + nowhere);
  EXPECT_EQ(mistake("a:\n  b: c\n   d: e\n"), "3:5" + above);
  EXPECT_EQ(mistake("a\nb: c\n"), "2:2" + above);
}

TEST(Yaml, TextsWithSignsAreQuoted) {
  const std::string ended =
      " the value before this has ended; put quotes around the whole value; "
      "inside of '...' a quote is ''";
  EXPECT_EQ(mistake("a: b: c\n"),
            "1:5 a second ':' in one line; put quotes around a text with ': ' in it");
  EXPECT_EQ(mistake("a: 'it's'\n"), "1:8" + ended);
  EXPECT_EQ(mistake("a: [b] c\n"), "1:8" + ended);
  EXPECT_EQ(mistake("a: - b\n"),
            "1:4 a list cannot begin here; write each '- ' in a line of its "
            "own, and none inside of '[...]'");
  for (const char* sign : {"@", "`", "%"})
    EXPECT_EQ(mistake("a: " + std::string(sign) + "b\n"),
              "1:4 a text cannot begin with this sign; put quotes around the text");
  EXPECT_EQ(mistake("a: *.so\n"),
            "1:4 there is no anchor of this name before the alias; put "
            "quotes around a text that begins with '*'");
  EXPECT_EQ(mistake("a: [*]\n"),
            "1:6 '&' and '*' are for names of anchors; put quotes around a "
            "text that begins with them");
  EXPECT_EQ(mistake("a: >>\n"),
            "1:5 behind '|' and '>' the text begins in the next line; put "
            "quotes around a text that begins with them");
  EXPECT_EQ(mistake("a: \"\\d\"\n"),
            "1:7 a '\\' in \"...\" begins an escape, and this is none; "
            "double the '\\', or write the text in '...'");
}

TEST(Yaml, QuotesAreClosed) {
  const std::string open = " this quote is not closed; write the same quote at its end";
  const std::string before = " a quote before this is not closed; write the same quote at its end";
  EXPECT_EQ(mistake("a: b\nc: \"d\ne: f\n"), "2:4" + open);
  EXPECT_EQ(mistake("a: 'b\n"), "1:4" + open);
  EXPECT_EQ(mistake("a: &a \"b\n"), "1:7" + open);
  EXPECT_EQ(mistake("a: !!str \"b\n"), "1:10" + open);
  EXPECT_EQ(mistake("a: !<tag:yaml.org,2002:str> 'b\n"), "1:29" + open);
  EXPECT_EQ(mistake("a: &a !!str # why\n  'b\n"), "2:3" + open);
  EXPECT_EQ(mistake("\xef\xbb\xbf&a 'b\n"), "1:4" + open);
  EXPECT_EQ(mistake("a: \"b"), "1:6" + before);
  EXPECT_EQ(mistake("a: \"b\n---\nc: d\n"), "2:1" + before);
}

TEST(Yaml, WhateverElseIsWrongIsToldWithAWayOut) {
  for (const char* text : {"a: &b &c d\n", "a: ? b\n", "%YAML 2.0\n---\na\n", "a: \"\\x4\"\n",
                           "a: |x\n", "a: !<b\n", ", b\n", "a: &\n"}) {
    const std::string told = mistake(text);
    EXPECT_EQ(told.find("well-formed"), std::string::npos) << told;
    EXPECT_FALSE(told.ends_with("; ")) << told;
  }
}

}  // namespace
}  // namespace vigil::policy
