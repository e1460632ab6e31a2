#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

using schema::ProcessValue;

Checked with(const std::string& spec, const std::string& selector = "{}") {
  return checked(spec + "  lsmhooks:\n  - hook: socket_connect\n    selectors: [" + selector +
                 "]\n");
}

std::size_t ranges(const ProcessCondition& condition) {
  return std::get<std::vector<IntegerRange>>(condition.test).size();
}

TEST(Workloads, OfAllKindsAreEverything) {
  Checked out = with("  podSelector: {}\n  containerSelector: {}\n  hostSelector: {}\n");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_TRUE(out.selector().process.empty());
}

TEST(Workloads, OfTheHostAreProcessesOutsideOfContainers) {
  Checked out = with("  hostSelector: {}\n");
  EXPECT_EQ(out.mistakes(), "");
  ASSERT_EQ(out.selector().process.size(), 1u);
  EXPECT_EQ(out.selector().process[0].value, ProcessValue::in_container);
  EXPECT_EQ(ranges(out.selector().process[0]), 1u);
  EXPECT_EQ(with("  hostSelector: {}\n  podSelector: {matchLabels: {a: b}}\n").mistakes(),
            "3:18 VG0219\n")
      << "a warning";
}

TEST(Workloads, OfPodsAreNobodyYet) {
  for (const char* spec : {"  podSelector: {matchLabels: {app: web}}\n", "  podSelector: {}\n",
                           "  containerSelector: {matchExpressions: [{key: name, operator: In, "
                           "values: [web]}]}\n"}) {
    Checked out = with(spec);
    EXPECT_EQ(out.mistakes(), "3:18 VG0219\n") << spec << "a warning";
    ASSERT_TRUE(out.policy);
    EXPECT_TRUE(out.policy->hooks().empty());
    ASSERT_EQ(out.policy->skipped_hooks().size(), 1u);
    EXPECT_EQ(out.policy->skipped_hooks()[0].cause, SkippedHook::Cause::for_nobody);
  }
}

TEST(Workloads, OfASelectorNarrowItAlone) {
  Checked out =
      with("", "{matchWorkloads: {hostSelector: {}}}, {matchWorkloads: {podSelector: {}}}, {}");
  EXPECT_EQ(out.mistakes(), "7:55 VG0219\n");
  const auto& selectors = out.hook().selectors;
  ASSERT_EQ(selectors.size(), 3u);
  EXPECT_EQ(ranges(selectors[0].process.at(0)), 1u);
  EXPECT_EQ(ranges(selectors[1].process.at(0)), 0u) << "never";
  EXPECT_TRUE(selectors[2].process.empty());
}

TEST(Workloads, ThatAreNone) {
  EXPECT_EQ(with("  hostSelector: {matchLabels: {a: b}}\n").mistakes(), "5:17 VG0209\n");
  EXPECT_EQ(with("  containerSelector: {matchLabels: {image: b}}\n").mistakes(),
            "5:37 VG0103\n3:18 VG0219\n");
  EXPECT_EQ(
      with("  podSelector: {matchExpressions: [{key: a, operator: Is, values: [b]}]}\n").mistakes(),
      "5:55 VG0207\n3:18 VG0219\n");
  EXPECT_EQ(with("  podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}\n")
                .mistakes(),
            "5:55 VG0209\n3:18 VG0219\n");
  EXPECT_EQ(with("  nodeSelector: {matchLabels: {a: b}}\n").mistakes(), "5:17 VG0219\n");
}

}  // namespace
}  // namespace vigil::check
