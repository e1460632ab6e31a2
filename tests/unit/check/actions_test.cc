#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

// Actions of one selector, on line 10.
Checked on(const std::string& call, const std::string& actions,
           const KernelTraits& traits = lsm_kernel) {
  return kprobe(call, "    selectors:\n    - matchActions:\n      - {action: " + actions + "}\n",
                traits);
}

TEST(Actions, Post) {
  Checked out = on("tcp_connect", "Post, rateLimit: 2m, rateLimitScope: process");
  const Action& action = out.selector().actions.at(0);
  EXPECT_EQ(action.rate_limit->interval_ms, 120'000u);
  EXPECT_EQ(action.rate_limit->scope, schema::RateScope::process);
  EXPECT_FALSE(out.policy->enforces());
  EXPECT_EQ(on("tcp_connect", "Post, rateLimit: soon").mistakes(), "10:35 VG0214\n");
  EXPECT_EQ(on("tcp_connect", "Post, rateLimit: 5, rateLimitScope: all").mistakes(),
            "10:54 VG0214\n");
}

TEST(Actions, PostShowsStacksInEventsOfFunctions) {
  Checked out = on("tcp_connect", "Post, kernelStackTrace: true, userStackTrace: true");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_TRUE(out.selector().actions.at(0).stacks.kernel);
  EXPECT_TRUE(out.selector().actions.at(0).stacks.user);
  EXPECT_FALSE(
      on("tcp_connect", "Post, kernelStackTrace: false").selector().actions.at(0).stacks.kernel);
  EXPECT_EQ(on("tcp_connect", "NoPost, userStackTrace: true").mistakes(), "10:42 VG0214\n");
  EXPECT_EQ(checked("  lsmhooks:\n  - hook: file_open\n    selectors:\n"
                    "    - matchActions: [{action: Post, kernelStackTrace: true}]\n")
                .mistakes(),
            "8:55 VG0214\n");
}

TEST(Actions, UnknownOnesAreNamedWithThoseThereAre) {
  EXPECT_EQ(on("tcp_connect", "kill").first_help(), "did you mean 'Sigkill'?");
  EXPECT_EQ(on("tcp_connect", "Deny").first_help().substr(0, 22), "write 'Post', 'NoPost'");
}

TEST(Actions, SigkillOnAPlainFunctionDoesNotPrevent) {
  Checked out = on("tcp_connect", "Sigkill");
  EXPECT_EQ(out.mistakes(), "10:18 VG0216\n");
  EXPECT_TRUE(out.policy) << "a warning";
  EXPECT_TRUE(out.policy->enforces());
  EXPECT_EQ(out.selector().actions.at(0).signal, 9);
  EXPECT_EQ(on("security_path_truncate", "Sigkill").mistakes(), "");
}

TEST(Actions, Override) {
  Checked out = on("security_path_truncate", "Override, argError: -13");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(out.selector().actions.at(0).error, -13);
  Checked positive = on("security_path_truncate", "Override, argError: 1");
  EXPECT_EQ(positive.mistakes(), "10:38 VG0214\n");
  EXPECT_EQ(positive.selector().actions.at(0).error, -1);
}

TEST(Actions, OverrideSaysWhatIsReturned) {
  Checked missing = on("security_path_truncate", "Override");
  EXPECT_EQ(missing.mistakes(), "10:18 VG0214\n");
  EXPECT_FALSE(missing.policy) << "upstream's 0 would deny nothing";
  EXPECT_EQ(checked("  lsmhooks:\n  - hook: file_open\n    selectors:\n"
                    "    - matchActions: [{action: Override}]\n")
                .mistakes(),
            "8:31 VG0214\n");
  Checked zero = on("security_path_truncate", "Override, argError: 0");
  EXPECT_EQ(zero.mistakes(), "10:38 VG0219\n");
  EXPECT_TRUE(zero.policy) << "a warning: somebody wrote it";
  EXPECT_EQ(on("tcp_connect", "Override").mistakes(), "10:18 VG0215\n") << "nothing to say besides";
}

TEST(Actions, OverrideIsRefusedWhereNothingCanCarryItOut) {
  Checked out = on("tcp_connect", "Override, argError: -1");
  EXPECT_EQ(out.mistakes(), "10:18 VG0215\n");
  EXPECT_FALSE(out.policy);
  Checked call = checked(
      "  kprobes:\n  - call: sys_openat\n    selectors:\n"
      "    - matchActions: [{action: Override, argError: -1}]\n");
  EXPECT_EQ(call.first_message(),
            "the result of 'sys_openat' cannot be overridden: this kernel has neither fmod_ret for "
            "system calls nor bpf_override_return");
  KernelTraits newer = lsm_kernel;
  newer.fmod_ret_syscalls = true;
  Checked refused = checked(
      "  kprobes:\n  - call: sys_ptrace\n    selectors:\n"
      "    - matchActions: [{action: Override, argError: -1}]\n",
      newer);
  EXPECT_EQ(refused.mistakes(), "");
  EXPECT_EQ(refused.hook().enforcement, schema::Mechanism::fmod_ret);
  EXPECT_EQ(refused.hook().enforcement_function, "__x64_sys_ptrace");
  EXPECT_EQ(on("security_bprm_committed_creds", "Override, argError: -1").mistakes(),
            "10:18 VG0215\n");
  EXPECT_EQ(checked("  lsmhooks:\n  - hook: bprm_committed_creds\n    selectors:\n"
                    "    - matchActions: [{action: Override, argError: -1}]\n")
                .mistakes(),
            "8:31 VG0215\n");
  EXPECT_EQ(
      on("security_path_truncate", "Override, argError: -1", {false, false, false}).mistakes(),
      "10:18 VG0215\n");
}

TEST(Actions, Signal) {
  EXPECT_EQ(on("tcp_connect", "Signal, argSig: 19").selector().actions.at(0).signal, 19);
  EXPECT_EQ(on("tcp_connect", "Signal").mistakes(), "10:9 VG0214\n");
  EXPECT_EQ(on("tcp_connect", "Signal, argSig: 65").mistakes(), "10:34 VG0214\n");
}

TEST(Actions, SignalNineKillsAndDoesNotPrevent) {
  Checked deniable = on("security_path_truncate", "Signal, argSig: 9");
  EXPECT_EQ(deniable.mistakes(), "10:18 VG0216\n");
  EXPECT_TRUE(deniable.policy) << "a warning";
  EXPECT_EQ(deniable.first_help(), "write 'Sigkill', which denies the operation and kills");
  Checked plain = on("tcp_connect", "Signal, argSig: 9");
  EXPECT_EQ(plain.mistakes(), "10:18 VG0216\n");
  EXPECT_EQ(plain.first_help(),
            "'Sigkill' on the security_* function or LSM hook of the operation prevents it");
  EXPECT_EQ(on("security_path_truncate", "Signal, argSig: 15").mistakes(), "");
  EXPECT_EQ(
      on("security_path_truncate", "Signal, argSig: 9}\n      - {action: Override, argError: -1")
          .mistakes(),
      "");
}

TEST(Actions, Words) {
  EXPECT_EQ(on("tcp_connect", "Sigkil").first_help(), "did you mean 'Sigkill' or 'Signal'?");
  EXPECT_EQ(on("tcp_connect", "GetUrl").mistakes(), "10:18 VG0107\n");
  EXPECT_EQ(on("tcp_connect", "FollowFD").mistakes(), "10:18 VG0213\n");
  EXPECT_EQ(on("tcp_connect", "NoPost, argError: 1").mistakes(), "10:36 VG0214\n") << "a warning";
}

TEST(Actions, AWrongScopeIsOneMistake) {
  EXPECT_EQ(on("tcp_connect", "Post, rateLimitScope: world").mistakes(), "10:40 VG0214\n");
  EXPECT_EQ(on("tcp_connect", "Post, rateLimit: 1m, rateLimitScope: world").mistakes(),
            "10:55 VG0214\n");
}

TEST(Actions, Contradictions) {
  EXPECT_EQ(on("tcp_connect", "Post}\n      - {action: NoPost").mistakes(), "11:18 VG0217\n");
  EXPECT_EQ(on("security_path_truncate", "Sigkill}\n      - {action: Signal, argSig: 3").mistakes(),
            "11:18 VG0217\n");
  EXPECT_EQ(on("tcp_connect", "Post}\n      - {action: Post").mistakes(), "11:18 VG0217\n");
}

// A kprobe on accept whose only selector is `selector`, on line 11.
Checked at_return(const std::string& selector, const std::string& more = "") {
  return kprobe("accept", "    return: true\n    returnArg: {index: 0, type: sock}\n" + more +
                              "    selectors:\n    - " + selector + "\n");
}

TEST(Actions, OfTheReturnHalf) {
  Checked out = at_return("matchReturnActions: [{action: TrackSock}]");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(out.selector().return_actions.at(0).kind, schema::ActionKind::track_sock);
  EXPECT_TRUE(out.selector().actions.empty());
  EXPECT_FALSE(out.policy->enforces());
  Checked kill = at_return("matchReturnActions: [{action: Sigkill}]");
  EXPECT_EQ(kill.mistakes(), "11:37 VG0216\n") << "a warning: the call has been made";
  EXPECT_TRUE(kill.policy->enforces());
  EXPECT_EQ(at_return("matchReturnActions: [{action: Override, argError: -1}]").mistakes(),
            "11:37 VG0215\n");
  EXPECT_EQ(on("tcp_connect", "Post}\n      matchReturnActions:\n      - {action: Post").mistakes(),
            "12:9 VG0212\n");
}

TEST(Actions, ConditionsOfTheReturnHalf) {
  Checked out = at_return("matchReturnArgs: [{index: 0, operator: SPort, values: [\"80\"]}]");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(out.selector().return_arguments.size(), 1u);
  EXPECT_EQ(
      at_return("matchReturnArgs: [{index: 1, operator: SPort, values: [\"80\"]}]").mistakes(),
      "11:33 VG0211\n");
  EXPECT_EQ(at_return("matchReturnArgs: [{index: 0, operator: Prefix, values: [a]}]").mistakes(),
            "11:46 VG0208\n");
}

TEST(Actions, ReturnArgAction) {
  Checked out =
      at_return("matchReturnActions: [{action: Post}]", "    returnArgAction: UntrackSock\n");
  EXPECT_EQ(out.mistakes(), "");
  ASSERT_EQ(out.selector().return_actions.size(), 2u);
  EXPECT_EQ(out.selector().return_actions[0].kind, schema::ActionKind::untrack_sock);
  EXPECT_EQ(at_return("matchActions: []", "    returnArgAction: Post\n").mistakes(),
            "10:22 VG0213\n");
  EXPECT_EQ(kprobe("tcp_connect", "    returnArgAction: TrackSock\n").mistakes(), "8:22 VG0212\n");
  EXPECT_EQ(kprobe("tcp_connect",
                   "    return: true\n    returnArg: {index: 0, type: int}\n"
                   "    returnArgAction: TrackSock\n")
                .mistakes(),
            "10:22 VG0206\n");
}

TEST(Actions, TrackSockNamesASock) {
  const auto track = [](const std::string& sock) {
    return kprobe("tcp_connect",
                  "    args: [{index: 0, type: uint64}, {index: 0, type: sock}]\n"
                  "    selectors:\n    - matchActions: [{action: TrackSock" +
                      sock + "}]\n");
  };
  EXPECT_EQ(track(", argSock: 1").mistakes(), "");
  EXPECT_EQ(track(", argSock: 1").selector().actions.at(0).sock, 1u);
  EXPECT_EQ(track(", argSock: 0").mistakes(), "10:51 VG0206\n");
  EXPECT_EQ(track(", argSock: 2").mistakes(), "10:51 VG0211\n");
  EXPECT_EQ(track("").mistakes(), "10:31 VG0206\n") << "the first, as upstream";
}

}  // namespace
}  // namespace vigil::check
