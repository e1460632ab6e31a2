#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

using enum schema::LabelOperator;

Checked with(const std::string& spec, const std::string& selector = "{}") {
  return checked(spec + "  lsmhooks:\n  - hook: socket_connect\n    selectors: [" + selector +
                 "]\n");
}

TEST(Workloads, OfAllKindsAreEverything) {
  Checked out = with("  podSelector: {}\n  containerSelector: {}\n  hostSelector: {}\n");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_FALSE(out.selector().workload);
}

TEST(Workloads, OfTheHostAreProcessesOutsideOfContainers) {
  Checked out = with("  hostSelector: {}\n");
  EXPECT_EQ(out.mistakes(), "");
  ASSERT_TRUE(out.selector().workload);
  EXPECT_TRUE(out.selector().workload->host);
  EXPECT_FALSE(out.selector().workload->containers);
  EXPECT_EQ(with("  hostSelector: {}\n  podSelector: {matchLabels: {a: b}}\n").mistakes(),
            "3:18 VG0219\n")
      << "a warning";
}

TEST(Workloads, OfContainersAskForLabels) {
  Checked out = with(
      "  containerSelector: {matchLabels: {name: web}, matchExpressions: [{key: repo, operator: "
      "NotIn, values: [b, a, b]}, {key: repo, operator: Exists}]}\n");
  EXPECT_EQ(out.mistakes(), "");
  ASSERT_TRUE(out.selector().workload);
  EXPECT_FALSE(out.selector().workload->host);
  EXPECT_EQ(out.selector().workload->containers,
            (LabelRequirements{
                {"name", in, {"web"}}, {"repo", not_in, {"a", "b"}}, {"repo", exists, {}}}));
  Checked any = with("  containerSelector: {}\n  hostSelector: {}\n");
  EXPECT_EQ(any.mistakes(), "");
  EXPECT_TRUE(any.selector().workload->host);
  EXPECT_EQ(any.selector().workload->containers, LabelRequirements{});
}

TEST(Workloads, OfPodsAreNobodyYet) {
  for (const char* spec :
       {"  podSelector: {matchLabels: {app: web}}\n", "  podSelector: {}\n",
        "  podSelector: {}\n  containerSelector: {matchLabels: {name: web}}\n"}) {
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
  EXPECT_TRUE(selectors[0].workload->host);
  EXPECT_FALSE(selectors[1].workload->host) << "never";
  EXPECT_FALSE(selectors[1].workload->containers);
  EXPECT_FALSE(selectors[2].workload);
}

TEST(Workloads, OfAPolicyAndItsSelectorBothHold) {
  Checked out = with("  containerSelector: {matchLabels: {repo: nginx}}\n",
                     "{}, {matchWorkloads: {hostSelector: {}}}, {matchWorkloads: "
                     "{containerSelector: {matchLabels: {name: web}}}}");
  EXPECT_EQ(out.mistakes(), "8:21 VG0219\n8:59 VG0230\n")
      << "the second is for nobody, and the first takes all that the third asks for";
  const auto& selectors = out.hook().selectors;
  ASSERT_EQ(selectors.size(), 3u);
  EXPECT_EQ(selectors[0].workload->containers, (LabelRequirements{{"repo", in, {"nginx"}}}));
  EXPECT_FALSE(selectors[1].workload->containers);
  EXPECT_FALSE(selectors[1].workload->host);
  EXPECT_EQ(selectors[2].workload->containers,
            (LabelRequirements{{"name", in, {"web"}}, {"repo", in, {"nginx"}}}));
}

TEST(Workloads, ThatAreNone) {
  EXPECT_EQ(with("  hostSelector: {matchLabels: {a: b}}\n").mistakes(), "5:17 VG0209\n");
  EXPECT_EQ(with("  containerSelector: {matchLabels: {image: b}}\n").mistakes(), "5:37 VG0103\n");
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
