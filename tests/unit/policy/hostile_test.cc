#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "engine/compile/policy/parse.h"

namespace vigil::policy {
namespace {

// Refused, by one diagnostic of this code, in a moment.
void expect_refused(std::string text, std::string_view code) {
  auto source = std::make_shared<const SourceFile>(SourceFile{"h.yaml", std::move(text)});
  Diagnostics diagnostics;
  auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(parse(source, diagnostics).empty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(diagnostics.all()[0].code, code);
  EXPECT_LT(render(diagnostics, Colour::never).size(), 1000u);
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  text.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

// Nine values that are each nine values, and so on.
std::string alias_bomb(int levels) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < levels; ++level) {
    const std::string below = "*a" + std::to_string(level - 1);
    text += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" +
            repeated(below + ", ", 8) + below + "]\n";
  }
  return text;
}

// What a process of its own takes to refuse it. First in this file: that process starts with what
// this one has.
void expect_refused_at_little_cost(const std::string& text) {
  const pid_t child = fork();
  if (child == 0) {
    auto source = std::make_shared<const SourceFile>(SourceFile{"h.yaml", text});
    Diagnostics diagnostics;
    _exit(parse(source, diagnostics).empty() && diagnostics.error_count() == 1 ? 0 : 1);
  }
  int status = -1;
  rusage used{};
  ASSERT_EQ(wait4(child, &status, 0, &used), child);
  EXPECT_EQ(status, 0);
  const auto microseconds = [](const timeval& time) {
    return time.tv_sec * 1'000'000 + time.tv_usec;
  };
  EXPECT_LT(microseconds(used.ru_utime) + microseconds(used.ru_stime), 100'000);
#ifndef __SANITIZE_ADDRESS__
  EXPECT_LT(used.ru_maxrss, 64 << 10);  // KiB
#endif
}

TEST(Hostile, DepthAndAliasesAreRefusedAtLittleCost) {
  for (const std::string_view opening : {"[", "{a: ", "- ", "[\n- "})
    expect_refused_at_little_cost(repeated(opening, 10'000));
  expect_refused_at_little_cost(alias_bomb(30));
  expect_refused_at_little_cost("a: &a [*a]\n");
}

TEST(Hostile, DeepNesting) {
  expect_refused(repeated("[", 10'000), "VG0102");
  expect_refused(repeated("[", 1'000'000), "VG0102");
  expect_refused("a: " + repeated("[", 500) + repeated("]", 500), "VG0102");
  expect_refused(repeated("{a: ", 10'000), "VG0102");
  expect_refused(repeated("- ", 10'000), "VG0102");
  std::string blocks;
  for (std::size_t depth = 0; depth < 1'000; ++depth) {
    blocks.append(depth, ' ');
    blocks += "a:\n";
  }
  expect_refused(blocks, "VG0102");
}

TEST(Hostile, NestingThatIsHeldBackToTheEnd) {
  expect_refused("a: " + repeated("[1,", 1'000'000), "VG0102");
  expect_refused("a: " + repeated("{ b: ", 1'000'000), "VG0102");
  expect_refused(repeated("[\n- ", 1'000'000), "VG0102");
  expect_refused("[" + repeated(",", 5'000'000), "VG0102");
}

Diagnostic only_mistake(std::string text) {
  auto source = std::make_shared<const SourceFile>(SourceFile{"h.yaml", std::move(text)});
  Diagnostics diagnostics;
  EXPECT_TRUE(parse(source, diagnostics).empty());
  EXPECT_EQ(diagnostics.all().size(), 1u);
  return diagnostics.all().empty() ? Diagnostic{} : diagnostics.all()[0];
}

TEST(Hostile, ALimitIsPassedAtAPlace) {
  for (const std::size_t brackets : {100, 10'000}) {
    const Diagnostic deep =
        only_mistake("# all\n" + repeated("[", brackets) + repeated("]", brackets));
    EXPECT_EQ(deep.message, "nested deeper than " + std::to_string(max_depth) + " levels");
    EXPECT_EQ(deep.span.line, 2u) << brackets;
    EXPECT_EQ(deep.span.column, max_depth + 1) << brackets;
  }
  const Diagnostic again = only_mistake(repeated("- [[]]\n", 1'000) + repeated("[", 100) +
                                        repeated("]", 100) + "\n" + repeated("[", 10'000));
  EXPECT_EQ(again.span.line, 1'002u) << "where it is not left again";
  EXPECT_EQ(again.span.column, max_depth + 1);
  const Diagnostic many = only_mistake("- [\n" + repeated("\n", 7) + repeated(",", 5'000'000));
  EXPECT_EQ(many.message, "the file holds more than " + std::to_string(max_values) + " values");
  EXPECT_EQ(many.span.line, 9u);
  EXPECT_EQ(many.span.column, 2 * max_values) << "the bracket is one, too";
}

TEST(Hostile, AliasBombs) {
  expect_refused(alias_bomb(30), "VG0102");
  expect_refused("a: &a [*a]\n", "VG0102");
  expect_refused("a: [&a " + std::string(1'000'000, 'x') + repeated(", *a", 500'000) + "]",
                 "VG0102");
  expect_refused("a: *nowhere\n", "VG0101");
}

TEST(Hostile, Size) {
  expect_refused(std::string(max_file_bytes + 1, 'a'), "VG0102");
  expect_refused(repeated("- a\n", max_values), "VG0102");
}

// Nothing may look at the whole line for each of its values.
TEST(Hostile, ALongLineIsReadInTime) {
  const std::string head =
      "apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata: {name: p}\nspec:\n"
      "  lsmhooks: [{hook: file_open, selectors: [{matchBinaries: [{operator: In, values: [";
  auto source = std::make_shared<const SourceFile>(
      SourceFile{"h.yaml", head + repeated("/usr/local/bin/a,", 300'000) + "]}]}]}]\n"});
  Diagnostics diagnostics;
  auto start = std::chrono::steady_clock::now();
  auto policies = parse(source, diagnostics);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_FALSE(diagnostics.has_errors()) << render(diagnostics, Colour::never);
  EXPECT_EQ(policies.at(0).hooks.at(0).selectors.at(0).binaries.at(0).values.size(), 300'000u);
}

// Brackets in text are text.
TEST(Hostile, BracketsInTextAreNoNesting) {
  const std::string head =
      "apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata: {name: p}\nspec:\n"
      "  lsmhooks:\n  - hook: file_open\n    tags:\n";
  auto source = std::make_shared<const SourceFile>(
      SourceFile{"h.yaml", head + repeated("    - a[b{\n    - '[{'\n", 3'000)});
  Diagnostics diagnostics;
  EXPECT_EQ(parse(source, diagnostics).at(0).hooks.at(0).tags.size(), 6'000u);
  EXPECT_FALSE(diagnostics.has_errors()) << render(diagnostics, Colour::never);
}

TEST(Hostile, Bytes) {
  expect_refused(std::string("a: \0b\n", 6), "VG0101");
  expect_refused("a: \xff\n", "VG0101");
  expect_refused(
      "\xff\xfe"
      "a\n",
      "VG0101");
  expect_refused("a:\n\tb: c\n", "VG0101");
  expect_refused("a: 'b", "VG0101");
  expect_refused("a: 'b\n", "VG0101");
  expect_refused("a: 'it''s\n", "VG0101");
  expect_refused("a: \"/srv/vault/\n", "VG0101");
  expect_refused("a: \"b\\\"\n", "VG0101");
  expect_refused("a: [\"b\", \"c\n", "VG0101");
  expect_refused(", ii", "VG0101");
  expect_refused("]", "VG0101");
  expect_refused("%YAML 9.9.9\n---\na", "VG0101");
}

TEST(Hostile, AMistakePerLineIsCountedNotKept) {
  std::string text =
      "apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata: {name: p}\nspec:\n";
  for (int i = 0; i < 20'000; ++i) text += "  k" + std::to_string(i) + ": 1\n";
  auto source = std::make_shared<const SourceFile>(SourceFile{"h.yaml", std::move(text)});
  Diagnostics diagnostics;
  parse(source, diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 20'000u);
  EXPECT_EQ(diagnostics.all().size(), Diagnostics::max_kept);
  EXPECT_TRUE(
      render(diagnostics, Colour::never).ends_with("20000 errors, 0 warnings; 19800 not shown\n"));
}

}  // namespace
}  // namespace vigil::policy
