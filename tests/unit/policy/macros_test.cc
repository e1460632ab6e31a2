#include <gtest/gtest.h>

#include <chrono>

#include "engine/compile/policy/parse.h"

namespace vigil::policy {
namespace {

struct Parsed {
  std::vector<Policy> policies;
  std::string mistakes;  // "line:column code", one per line
};

// The spec begins on line 5.
Parsed with_spec(const std::string& spec) {
  Parsed out;
  Diagnostics diagnostics;
  auto source = std::make_shared<const SourceFile>(SourceFile{
      "p.yaml",
      "apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata: {name: p}\nspec:\n" + spec});
  out.policies = parse(source, diagnostics);
  for (const Diagnostic& found : diagnostics.all()) {
    out.mistakes += std::to_string(found.span.line) + ':' + std::to_string(found.span.column) +
                    ' ' + found.code + '\n';
    EXPECT_FALSE(found.severity == Severity::warning && found.help.empty()) << found.message;
  }
  return out;
}

constexpr const char* macros =
    "  selectorsMacros:\n"
    "    shells: {matchBinaries: [{operator: In, values: [/bin/sh]}]}\n"
    "    first: {matchPIDs: [{operator: In, values: [1]}]}\n";

Parsed selector(const std::string& text, const std::string& more = "") {
  return with_spec(macros + more + "  kprobes:\n  - call: f\n    selectors:\n    - " + text + "\n");
}

TEST(Macros, AddTheirKeysToTheSelector) {
  const Parsed out =
      selector("{macros: [shells, first], label: mine, matchActions: [{action: NoPost}]}");
  EXPECT_EQ(out.mistakes, "");
  const Selector& made = out.policies.at(0).hooks.at(0).selectors.at(0);
  ASSERT_EQ(made.binaries.size(), 1u);
  EXPECT_EQ(made.binaries[0].values[0].value, "/bin/sh");
  EXPECT_EQ(made.binaries[0].op.span.line, 6u) << "mistakes point at the macro";
  EXPECT_EQ(made.pids.size(), 1u);
  EXPECT_EQ(made.actions.size(), 1u);
  EXPECT_EQ(made.label->value, "mine");
}

TEST(Macros, AKeyHasOneSource) {
  EXPECT_EQ(
      selector("{macros: [shells, first], matchPIDs: [{operator: In, values: [2]}]}").mistakes,
      "11:25 VG0106\n");
  EXPECT_EQ(selector("{macros: [shells, first, shells]}").mistakes, "11:32 VG0106\n");
}

TEST(Macros, ThatAreNone) {
  EXPECT_EQ(selector("{macros: [shells, first, sheels]}").mistakes, "11:32 VG0103\n");
  EXPECT_EQ(selector("{macros: shells}").mistakes, "11:16 VG0104\n6:5 VG0219\n7:5 VG0219\n");
  EXPECT_EQ(selector("{macros: [shells, first]}", "    both: {macros: [shells]}\n").mistakes,
            "8:20 VG0103\n");
  EXPECT_EQ(selector("{macros: [shells, first]}", "    list: [shells]\n").mistakes,
            "8:11 VG0104\n");
  EXPECT_EQ(with_spec("  selectorsMacros: [a]\n  kprobes: [{call: f}]\n").mistakes,
            "5:20 VG0104\n");
}

TEST(Macros, OfWrongKeysAndWithoutUseAreTold) {
  EXPECT_EQ(selector("{macros: [shells, first, odd]}", "    odd: {matchBinary: []}\n").mistakes,
            "8:11 VG0103\n");
  EXPECT_EQ(selector("{macros: [shells]}").mistakes, "7:5 VG0219\n");
}

TEST(Macros, WrittenOutStayWithinTheLimits) {
  std::string values;
  for (int i = 0; i < 30'000; ++i) values += "a,";
  std::string spec = "  selectorsMacros: {big: {matchBinaries: [{operator: In, values: [" + values +
                     "a]}]}}\n  kprobes:\n  - call: f\n    selectors:\n";
  for (int i = 0; i < 40; ++i) spec += "    - {macros: [big]}\n";
  EXPECT_TRUE(with_spec(spec).mistakes.ends_with("VG0102\n"));
}

TEST(Macros, UnknownOnesInPlentyAreReadInTime) {
  std::string spec = "  selectorsMacros:\n", uses;
  for (int i = 0; i < 100'000; ++i) {
    const std::string number = std::to_string(i);
    spec += "    known" + number + ": {}\n";
    uses += "u" + number + ",";
  }
  const auto start = std::chrono::steady_clock::now();
  const Parsed out =
      with_spec(spec + "  kprobes: [{call: f, selectors: [{macros: [" + uses + "u]}]}]\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_TRUE(out.mistakes.starts_with("100006:45 VG0103\n")) << out.mistakes.substr(0, 100);
}

}  // namespace
}  // namespace vigil::policy
