#include "engine/compile/check/lists.h"

#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

// `list` on line 6, the kprobe from line 8 on.
Checked with_list(const std::string& list, const std::string& lines = "",
                  const KernelTraits& traits = lsm_kernel) {
  return checked("  lists:\n  - " + list + "\n  kprobes:\n  - call: list:l\n" + lines, traits);
}

TEST(Lists, AHookOfAListHasAllItsFunctions) {
  const Checked out = with_list("{name: l, type: syscalls, values: [sys_openat, sys_connect]}",
                                "    args: [{index: 0, type: int}]\n");
  ASSERT_TRUE(out.policy) << out.first_message();
  ASSERT_EQ(out.policy->hooks().size(), 1U);
  EXPECT_TRUE(out.hook().syscall);
  EXPECT_EQ(out.hook().functions,
            (std::vector<std::string>{"__x64_sys_connect", "__x64_sys_openat"}));
  EXPECT_TRUE(out.hook().function.starts_with("__x64_sys_connect and 1 more ("));
}

TEST(Lists, ThoseOf32BitsAreReadInAnotherWay) {
  const Checked out = with_list(
      "{name: l, type: syscalls, values: [sys_openat, i386/sys_openat, i386/sys_ptrace]}");
  ASSERT_TRUE(out.policy) << out.first_message();
  ASSERT_EQ(out.policy->hooks().size(), 2U);
  EXPECT_EQ(out.policy->hooks()[0].function, "__x64_sys_openat");
  EXPECT_TRUE(out.policy->hooks()[0].functions.empty());
  EXPECT_EQ(out.policy->hooks()[1].abi, schema::Abi::i386);
  EXPECT_EQ(out.policy->hooks()[1].functions,
            (std::vector<std::string>{"__ia32_compat_sys_ptrace", "__ia32_sys_openat"}));
}

TEST(Lists, WhereEachIsRefusedAloneEachIsAHook) {
  const Checked out =
      with_list("{name: l, values: [security_file_open, security_path_truncate, tcp_connect]}",
                "    selectors: [{matchActions: [{action: Sigkill}]}]\n");
  ASSERT_TRUE(out.policy) << out.first_message();
  ASSERT_EQ(out.policy->hooks().size(), 3U);
  EXPECT_EQ(out.policy->hooks()[0].enforcement_function, "file_open");
  const Checked watched =
      with_list("{name: l, values: [security_file_open, security_path_truncate, tcp_connect]}");
  ASSERT_EQ(watched.policy->hooks().size(), 1U);
}

TEST(Lists, AreGenerated) {
  const Checked all = with_list("{name: l, type: generated_syscalls}");
  ASSERT_TRUE(all.policy) << all.first_message();
  EXPECT_EQ(all.hook().functions, (std::vector<std::string>{"__x64_sys_fork", "__x64_sys_openat"}));
  const Checked some = with_list("{name: l, type: generated_ftrace, pattern: '^ksys_|types$'}",
                                 "    selectors: [{matchPIDs: [{operator: In, values: [1]}]}]\n");
  ASSERT_TRUE(some.policy) << some.first_message();
  EXPECT_EQ(some.hook().functions,
            (std::vector<std::string>{"ksys_read", "ksys_write", "without_types"}));
  EXPECT_FALSE(some.hook().syscall);
}

TEST(Lists, MistakesAreToldOnce) {
  EXPECT_EQ(with_list("{name: other, values: [tcp_connect]}").first_message(),
            "the policy has no list 'l'");
  EXPECT_EQ(with_list("{name: l, values: []}").mistakes(), "6:5 VG0225\n");
  EXPECT_EQ(with_list("{name: l, type: syscals, values: [sys_openat]}").mistakes(),
            "6:21 VG0225\n");
  EXPECT_EQ(with_list("{name: l, type: syscalls, values: [tcp_connect]}").mistakes(),
            "6:40 VG0225\n");
  EXPECT_EQ(with_list("{name: l, type: generated_ftrace, pattern: '('}").mistakes(),
            "6:48 VG0225\n");
  EXPECT_EQ(with_list("{name: l, type: generated_ftrace, pattern: nothing_like_it}").mistakes(),
            "6:48 VG0225\n");
  EXPECT_EQ(with_list("{name: l, values: [tcp_connect], pattern: tcp}").mistakes(),
            "6:47 VG0219\n");
  const Checked types =
      with_list("{name: l, values: [tcp_connect, security_file_open, security_path_truncate]}",
                "    args: [{index: 0, type: sock}]\n");
  EXPECT_EQ(types.mistakes(), "9:29 VG0206\n") << "of the second, and no more";
  EXPECT_TRUE(types.first_message().starts_with("on 'security_file_open': "));
  EXPECT_EQ(with_list("{name: l, type: syscalls, values: [sys_openat, sys_gone]}").mistakes(),
            "8:11 VG0201\n");
}

TEST(Lists, WhatIsAbsentCanBeLeftOut) {
  const Checked out = with_list("{name: l, type: syscalls, values: [sys_connect, sys_gone]}",
                                "    ignore: {callNotFound: true}\n");
  ASSERT_TRUE(out.policy);
  EXPECT_EQ(out.mistakes(), "8:11 VG0222\n");
  EXPECT_EQ(out.hook().function, "__x64_sys_connect");
  ASSERT_EQ(out.policy->skipped_hooks().size(), 1U);
  EXPECT_EQ(out.policy->skipped_hooks()[0].cause, SkippedHook::Cause::some_functions);
  EXPECT_EQ(out.policy->skipped_hooks()[0].reason, "the kernel lacks sys_gone");
}

TEST(Lists, StandForNumbersOfSystemCalls) {
  const auto compared = [](const std::string& list, const std::string& op) {
    return checked("  lists:\n  - " + list +
                   "\n  tracepoints:\n  - subsystem: raw_syscalls\n    event: sys_enter\n"
                   "    args: [{index: 4, type: uint64}]\n    selectors:\n    - matchArgs:\n"
                   "      - {index: 4, operator: " +
                   op + ", values: ['list:l', '7']}\n");
  };
  const Checked out =
      compared("{name: l, type: syscalls, values: [sys_dup, __ia32_sys_dup]}", "InMap");
  ASSERT_TRUE(out.policy) << out.first_message();
  const auto& ranges = std::get<IntegerCondition>(out.selector().arguments[0].test).ranges;
  ASSERT_EQ(ranges.size(), 3U);
  EXPECT_EQ(ranges[0].first, 32U);
  EXPECT_EQ(ranges[1].first, 0x80000000U | 41U);
  EXPECT_EQ(ranges[2].first, 7U);
  EXPECT_EQ(compared("{name: l, values: [tcp_connect]}", "InMap").mistakes(), "13:46 VG0225\n");
  EXPECT_EQ(compared("{name: l, type: syscalls, values: [sys_dup]}", "Equal").mistakes(),
            "13:46 VG0209\n");
}

}  // namespace
}  // namespace vigil::check
