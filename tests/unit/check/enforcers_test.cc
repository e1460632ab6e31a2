#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

// `calls` on line 6, a kprobe on tcp_connect with the action on line 11.
Checked with_enforcer(const std::string& calls, const std::string& action,
                      const KernelTraits& traits = lsm_kernel) {
  return checked("  enforcers:\n  - calls: [" + calls +
                     "]\n  kprobes:\n  - call: tcp_connect\n    selectors:\n"
                     "    - matchActions:\n      - {action: " +
                     action + "}\n",
                 traits);
}

constexpr const char* refuse = "NotifyEnforcer, argError: -1, argSig: 9";

TEST(Enforcers, StandWhereACallCanBeRefused) {
  const Checked out = with_enforcer("security_file_open", refuse);
  ASSERT_TRUE(out.policy) << out.first_message();
  ASSERT_EQ(out.policy->hooks().size(), 2U);
  const Hook& enforcer = out.policy->hooks()[1];
  EXPECT_TRUE(enforcer.enforcer);
  EXPECT_EQ(enforcer.enforcement, schema::Mechanism::lsm);
  EXPECT_EQ(enforcer.enforcement_function, "file_open");
  EXPECT_EQ(enforcer.index, 1U) << "behind the policy's hooks";
  EXPECT_TRUE(out.policy->enforces());
  const Action& action = out.selector().actions.at(0);
  EXPECT_EQ(action.kind, schema::ActionKind::notify_enforcer);
  EXPECT_EQ(action.error, -1);
  EXPECT_EQ(action.signal, 9);
}

TEST(Enforcers, SystemCallsAreRefusedWhereTheKernelLetsThem) {
  EXPECT_EQ(with_enforcer("sys_openat", refuse).mistakes(), "6:13 VG0215\n");
  KernelTraits newer = lsm_kernel;
  newer.fmod_ret_syscalls = true;
  const Checked out = with_enforcer("sys_openat", refuse, newer);
  ASSERT_TRUE(out.policy) << out.first_message();
  EXPECT_EQ(out.policy->hooks()[1].enforcement, schema::Mechanism::fmod_ret);
  const Checked signals = with_enforcer("sys_openat", "NotifyEnforcer, argSig: 9");
  ASSERT_TRUE(signals.policy) << signals.first_message();
  EXPECT_FALSE(signals.policy->hooks()[1].enforcement);
}

TEST(Enforcers, AndNotifiersNeedEachOther) {
  EXPECT_EQ(with_enforcer("security_file_open", "Post").mistakes(), "6:5 VG0226\n");
  EXPECT_EQ(kprobe("tcp_connect",
                   "    selectors: [{matchActions: [{action: NotifyEnforcer, argSig: 9}]}]\n")
                .mistakes(),
            "8:42 VG0226\n");
  EXPECT_EQ(with_enforcer("security_file_open", "NotifyEnforcer").mistakes(), "11:18 VG0214\n");
  EXPECT_EQ(with_enforcer("tcp_connect", refuse).mistakes(), "6:13 VG0226\n");
  EXPECT_EQ(with_enforcer("'list:none'", refuse).mistakes(), "6:13 VG0225\n");
  EXPECT_EQ(with_enforcer("security_file_opne", refuse).mistakes(), "6:13 VG0201\n");
}

}  // namespace
}  // namespace vigil::check
