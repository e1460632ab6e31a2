#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

using schema::ProcessValue;

KernelTraits with_namespaces() {
  KernelTraits traits = lsm_kernel;
  traits.host_namespaces = {101, 102, 103, 104, 105, 106, 0, 0, 109, 110};
  return traits;
}

Checked process(const std::string& filter) {
  return kprobe("tcp_connect", "    selectors:\n    - " + filter + "\n", with_namespaces());
}

const std::vector<ProcessCondition>& conditions(const Checked& out) {
  return out.selector().process;
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges(const ProcessCondition& condition) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> all;
  for (const IntegerRange& range : std::get<std::vector<IntegerRange>>(condition.test))
    all.emplace_back(range.first, range.last);
  return all;
}
using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

TEST(ProcessConditions, EveryNamespaceEntryCounts) {
  Checked out = process(
      "matchNamespaces: [{namespace: Mnt, operator: NotIn, values: [host_ns, 4026531841]}, "
      "{namespace: PidForChildren, operator: In, values: ['7']}]");
  EXPECT_EQ(out.mistakes(), "");
  ASSERT_EQ(conditions(out).size(), 2u);
  EXPECT_EQ(conditions(out)[0].value, ProcessValue::mnt_namespace);
  EXPECT_TRUE(conditions(out)[0].negated);
  EXPECT_EQ(ranges(conditions(out)[0]), (Ranges{{103, 103}, {4026531841, 4026531841}}));
  EXPECT_EQ(conditions(out)[1].value, ProcessValue::pid_for_children_namespace);
  EXPECT_FALSE(conditions(out)[1].negated);
}

TEST(ProcessConditions, NamespacesThatAreNone) {
  EXPECT_EQ(process("matchNamespaces: [{namespace: Mount, operator: In, values: [1]}]").mistakes(),
            "9:37 VG0205\n");
  EXPECT_EQ(process("matchNamespaces: [{namespace: Mnt, operator: In, values: [host]}]").mistakes(),
            "9:65 VG0209\n");
  EXPECT_EQ(
      process("matchNamespaces: [{namespace: Mnt, operator: In, values: [4294967296]}]").mistakes(),
      "9:65 VG0210\n");
  EXPECT_EQ(process("matchNamespaces: [{namespace: Mnt, operator: In, values: []}]").mistakes(),
            "9:52 VG0209\n");
  EXPECT_EQ(process("matchNamespaces: [{namespace: Mnt, operator: GT, values: [1]}]").mistakes(),
            "9:52 VG0207\n");
  EXPECT_EQ(process("matchNamespaces: [{namespace: Time, operator: In, values: [1]}]").mistakes(),
            "9:37 VG0209\n")
      << "a kernel without them";
}

TEST(ProcessConditions, WithoutARunningKernelTheHostIsWhatIsFixed) {
  Checked out = kprobe("tcp_connect",
                       "    selectors:\n    - matchNamespaces: [{namespace: Pid, operator: In, "
                       "values: [host_ns]}]\n");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(ranges(conditions(out).at(0)), (Ranges{{0xEFFFFFFC, 0xEFFFFFFC}}));
}

TEST(ProcessConditions, Capabilities) {
  Checked out = process(
      "matchCapabilities: [{operator: In, values: [CAP_CHOWN, SYS_ADMIN]}, "
      "{type: Permitted, operator: NotIn, values: [CAP_SYS_PTRACE]}]");
  EXPECT_EQ(out.mistakes(), "");
  ASSERT_EQ(conditions(out).size(), 2u);
  EXPECT_EQ(conditions(out)[0].value, ProcessValue::effective_capabilities);
  EXPECT_EQ(std::get<MaskCondition>(conditions(out)[0].test).mask, 1u | 1u << 21);
  EXPECT_EQ(conditions(out)[1].value, ProcessValue::permitted_capabilities);
  EXPECT_TRUE(conditions(out)[1].negated);
  EXPECT_EQ(process("matchCapabilities: [{operator: In, values: [CAP_CHWN]}]").first_help(),
            "did you mean 'CAP_CHOWN'?");
  EXPECT_EQ(process("matchCapabilities: [{operator: In, type: Bounding, values: [CAP_CHOWN]}]")
                .mistakes(),
            "9:48 VG0205\n");
  EXPECT_EQ(process("matchCapabilities: [{operator: In, values: [-1, 64]}]").mistakes(),
            "9:51 VG0210\n9:55 VG0210\n");
}

TEST(ProcessConditions, ANamespaceCapabilityIsOneOutsideOfTheHost) {
  Checked out = process(
      "matchCapabilities: [{operator: In, isNamespaceCapability: true, values: [CAP_CHOWN]}]");
  ASSERT_EQ(conditions(out).size(), 2u);
  EXPECT_EQ(conditions(out)[0].value, ProcessValue::user_namespace);
  EXPECT_TRUE(conditions(out)[0].negated);
  EXPECT_EQ(ranges(conditions(out)[0]), (Ranges{{110, 110}}));
}

std::uint64_t mask(const ProcessCondition& condition) {
  return std::get<MaskCondition>(condition.test).mask;
}

TEST(ProcessConditions, ChangesOfNamespaces) {
  Checked out = process(
      "matchNamespaceChanges: [{operator: In, values: [Uts, User]}, {operator: NotIn, values: "
      "[Mnt]}]");
  EXPECT_EQ(out.mistakes(), "");
  ASSERT_EQ(conditions(out).size(), 2u);
  EXPECT_EQ(conditions(out)[0].value, ProcessValue::namespace_changes);
  EXPECT_EQ(mask(conditions(out)[0]), 1u | 1u << 9);
  EXPECT_FALSE(conditions(out)[1].negated) << "another kind changed";
  EXPECT_EQ(mask(conditions(out)[1]), 0x3ffu ^ 1u << 2);
  EXPECT_EQ(process("matchNamespaceChanges: [{operator: In, values: [Mount]}]").mistakes(),
            "9:55 VG0209\n");
}

TEST(ProcessConditions, ChangesOfCapabilities) {
  Checked out = process(
      "matchCapabilityChanges: [{type: Permitted, operator: In, values: [CAP_SYS_ADMIN]}, "
      "{operator: NotIn, isNamespaceCapability: true, values: [CAP_CHOWN]}]");
  EXPECT_EQ(out.mistakes(), "");
  ASSERT_EQ(conditions(out).size(), 3u);
  EXPECT_EQ(conditions(out)[0].value, ProcessValue::permitted_changes);
  EXPECT_EQ(mask(conditions(out)[0]), 1u << 21);
  EXPECT_EQ(conditions(out)[1].value, ProcessValue::user_namespace);
  EXPECT_EQ(conditions(out)[2].value, ProcessValue::effective_changes);
  EXPECT_FALSE(conditions(out)[2].negated);
  EXPECT_EQ(mask(conditions(out)[2]), ~std::uint64_t{1});
}

TEST(ProcessConditions, Credentials) {
  Checked out = process(
      "matchCurrentCred: [{type: uid, operator: NotIn, values: [0, '1000:1999']}, "
      "{type: egid, operator: GT, values: [99]}]");
  EXPECT_EQ(out.mistakes(), "");
  ASSERT_EQ(conditions(out).size(), 2u);
  EXPECT_EQ(conditions(out)[0].value, ProcessValue::uid);
  EXPECT_TRUE(conditions(out)[0].negated);
  EXPECT_EQ(ranges(conditions(out)[0]), (Ranges{{0, 0}, {1000, 1999}}));
  EXPECT_EQ(conditions(out)[1].value, ProcessValue::egid);
  EXPECT_EQ(ranges(conditions(out)[1]), (Ranges{{100, 0xffffffff}}));
  EXPECT_EQ(process("matchCurrentCred: [{type: user, operator: In, values: [root]}]").mistakes(),
            "9:33 VG0205\n");
  EXPECT_EQ(process("matchCurrentCred: [{type: uid, operator: In, values: [root]}]").mistakes(),
            "9:61 VG0209\n");
}

}  // namespace
}  // namespace vigil::check
