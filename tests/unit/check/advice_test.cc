#include "engine/compile/check/advice.h"

#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

constexpr const char* numbers =
    "    args: [{index: 0, type: int}, {index: 1, type: uint32}, {index: 3, type: uint64}]\n";
constexpr const char* file = "    args: [{index: 0, type: file}]\n";
constexpr const char* kill = "      matchActions: [{action: Sigkill}]\n";

std::string arg(const std::string& index, const std::string& op, const std::string& values) {
  return "{index: " + index + ", operator: " + op + ", values: [" + values + "]}";
}

std::string selector(const std::string& keys) { return "    - {" + keys + "}\n"; }

// Of two selectors the second is on line 11.
Checked two(const std::string& call, const char* args, const std::string& first,
            const std::string& second) {
  return kprobe(call, args + ("    selectors:\n" + selector(first) + selector(second)));
}

struct Pair {
  const char* first;
  const char* second;
};

std::string of_number(const std::string& condition) {
  return "matchArgs: [{index: 0, " + condition + "}]";
}

TEST(Shadows, AnEarlierSelectorTakesAllOfALaterOne) {
  for (const Pair& row : std::vector<Pair>{
           {"operator: Equal, values: [1]", "operator: Equal, values: [1]"},
           {"operator: Equal, values: [1, 2, 3]", "operator: Equal, values: [3, 1]"},
           {"operator: GT, values: [-5]", "operator: InRange, values: ['-4:7']"},
           {"operator: LT, values: [10]", "operator: Equal, values: [-1]"},
           {"operator: NotEqual, values: [1]", "operator: NotEqual, values: [1, 2]"},
           {"operator: NotEqual, values: [1]", "operator: Equal, values: [2]"},
           {"operator: Mask, values: [6]", "operator: Mask, values: [2]"},
       }) {
    const Checked out = two("numbers", numbers, of_number(row.first), of_number(row.second));
    EXPECT_EQ(out.mistakes(), "11:7 VG0230\n") << row.first << " before " << row.second;
    EXPECT_TRUE(out.policy);
  }
}

TEST(Shadows, NotWhereALaterOneMatchesMore) {
  for (const Pair& row : std::vector<Pair>{
           {"operator: Equal, values: [1]", "operator: Equal, values: [1, 2]"},
           {"operator: GT, values: [-5]", "operator: InRange, values: ['-5:7']"},
           {"operator: LT, values: [10]", "operator: LT, values: [11]"},
           {"operator: NotEqual, values: [1, 2]", "operator: NotEqual, values: [1]"},
           {"operator: Equal, values: [1]", "operator: NotEqual, values: [2]"},
           {"operator: NotEqual, values: [1]", "operator: Equal, values: [1, 2]"},
           {"operator: Mask, values: [2]", "operator: Mask, values: [6]"},
           {"operator: Mask, values: [2]", "operator: Equal, values: [2]"},
       }) {
    EXPECT_EQ(two("numbers", numbers, of_number(row.first), of_number(row.second)).mistakes(), "")
        << row.first << " before " << row.second;
  }
}

TEST(Shadows, OfTexts) {
  const auto found = [](const std::string& first, const std::string& second) {
    return two("security_file_open", file, "matchArgs: [{index: 0, " + first + "}]",
               "matchArgs: [{index: 0, " + second + "}]")
        .mistakes();
  };
  const std::string shadowed = "11:7 VG0230\n";
  EXPECT_EQ(found("operator: Prefix, values: [/etc/]", "operator: Equal, values: [/etc/shadow]"),
            shadowed);
  EXPECT_EQ(found("operator: Prefix, values: [/etc/]", "operator: Prefix, values: [/etc/ssl/]"),
            shadowed);
  EXPECT_EQ(found("operator: Postfix, values: [.so]", "operator: Postfix, values: [/a.so]"),
            shadowed);
  EXPECT_EQ(found("operator: NotPrefix, values: [/usr/]", "operator: NotPrefix, values: [/]"),
            shadowed);
  EXPECT_EQ(found("operator: Prefix, values: [/etc/]", "operator: Equal, values: [/etc]"), "");
  EXPECT_EQ(found("operator: Prefix, values: [/etc/ssl/]", "operator: Prefix, values: [/etc/]"),
            "");
  EXPECT_EQ(found("operator: NotPrefix, values: [/]", "operator: NotPrefix, values: [/usr/]"), "");
  EXPECT_EQ(found("operator: Postfix, values: [.so]", "operator: Prefix, values: [/a.so]"), "");
  EXPECT_EQ(found("operator: FileType, values: [reg]", "operator: Equal, values: [/a]"), "");
}

TEST(Shadows, OfAddresses) {
  const auto found = [](const std::string& first, const std::string& second) {
    return two("tcp_connect", "    args: [{index: 0, type: sock}]\n",
               "matchArgs: [{index: 0, operator: " + first + "}]",
               "matchArgs: [{index: 0, operator: " + second + "}]")
        .mistakes();
  };
  EXPECT_EQ(found("DAddr, values: [10.0.0.0/8]", "DAddr, values: [10.1.2.3]"), "11:7 VG0230\n");
  EXPECT_EQ(found("DAddr, values: [10.1.0.0/16]", "DAddr, values: [10.0.0.0/8]"), "");
  EXPECT_EQ(found("DAddr, values: [10.0.0.0/8]", "SAddr, values: [10.1.2.3]"), "");
  EXPECT_EQ(found("NotDAddr, values: ['::/0']", "DAddr, values: [10.1.2.3]"), "");
  EXPECT_EQ(found("DPort, values: ['1:1023']", "DPort, values: ['22']"), "11:7 VG0230\n");
  EXPECT_EQ(found("DPort, values: ['22']", "SPort, values: ['22']"), "");
}

TEST(Shadows, OfProcesses) {
  const auto found = [](const std::string& first, const std::string& second) {
    return two("tcp_connect", "", first, second).mistakes();
  };
  const std::string shadowed = "10:7 VG0230\n";
  EXPECT_EQ(found("matchBinaries: [{operator: In, values: [/a, /b]}]",
                  "matchBinaries: [{operator: In, values: [/b]}]"),
            shadowed);
  EXPECT_EQ(found("matchBinaries: [{operator: In, values: [/a]}]",
                  "matchParentBinaries: [{operator: In, values: [/a]}]"),
            "");
  EXPECT_EQ(found("matchBinaries: [{operator: NotIn, values: [/a]}]",
                  "matchBinaries: [{operator: In, values: [/b]}]"),
            shadowed);
  EXPECT_EQ(found("matchAncestors: [{operator: NotIn, values: [/a]}]",
                  "matchAncestors: [{operator: In, values: [/b]}]"),
            "")
      << "another ancestor may be /a";
  EXPECT_EQ(found("matchPIDs: [{operator: In, values: [1, 2]}]",
                  "matchPIDs: [{operator: In, values: [2]}]"),
            shadowed);
  EXPECT_EQ(found("matchPIDs: [{operator: In, values: [1, 2], followForks: true}]",
                  "matchPIDs: [{operator: In, values: [2]}]"),
            "");
  EXPECT_EQ(found("matchCapabilities: [{operator: In, values: [CAP_KILL, CAP_CHOWN]}]",
                  "matchCapabilities: [{operator: In, values: [CAP_KILL]}]"),
            shadowed);
  EXPECT_EQ(found("matchCurrentCred: [{type: uid, operator: LT, values: ['1000']}]",
                  "matchCurrentCred: [{type: uid, operator: Equal, values: ['0']}]"),
            shadowed);
  EXPECT_EQ(found("matchCurrentCred: [{type: uid, operator: LT, values: ['1000']}]",
                  "matchCurrentCred: [{type: euid, operator: Equal, values: ['0']}]"),
            "");
}

TEST(Shadows, EveryConditionCounts) {
  const std::string first = arg("0", "Equal", "1"), second = arg("1", "Equal", "2");
  const auto found = [&](const std::string& earlier, const std::string& later) {
    return two("numbers", numbers, earlier, later).mistakes();
  };
  EXPECT_EQ(found("matchArgs: [" + first + "]", "matchArgs: [" + second + ", " + first + "]"),
            "11:7 VG0230\n");
  EXPECT_EQ(found("matchArgs: [" + second + ", " + first + "]", "matchArgs: [" + first + "]"), "");
  EXPECT_EQ(found("label: all", "matchArgs: [" + first + "]"), "11:7 VG0230\n");
  EXPECT_EQ(found("matchArgs: [" + first + "]", "label: rest"), "");
  EXPECT_EQ(found("matchArgs: [{operator: CelExpr, values: ['arg0 == 1']}]",
                  "matchArgs: [{operator: CelExpr, values: ['arg0 == 1']}]"),
            "11:7 VG0230\n");
  EXPECT_EQ(found("matchArgs: [{operator: CelExpr, values: ['arg0 == 1']}]",
                  "matchArgs: [{operator: CelExpr, values: ['arg0 == 2']}]"),
            "");
}

TEST(Shadows, AReturnIsACondition) {
  const auto found = [](const std::string& first, const std::string& second) {
    return kprobe("numbers",
                  "    return: true\n    returnArg: {index: 0, type: int}\n"
                  "    selectors:\n" +
                      selector(first) + selector(second))
        .mistakes();
  };
  const std::string zero = "matchReturnArgs: [" + arg("0", "Equal", "0") + "]";
  EXPECT_EQ(found(zero, "label: rest"), "");
  EXPECT_EQ(found(zero, zero), "12:7 VG0230\n");
}

TEST(Shadows, SayWhichSelectorIsInTheWay) {
  const Checked out = two("tcp_connect", "", "label: all", "label: more");
  EXPECT_EQ(out.first_message(),
            "this selector never matches: the one on line 9 takes all that it would");
}

TEST(Shadows, OfTensOfThousandsOfSelectorsTakeNoTime) {
  std::string same = "    selectors:\n", other = same;
  for (int i = 0; i < 20'000; ++i) {
    same += selector("matchPIDs: [{operator: In, values: [7]}]");
    other += selector("matchPIDs: [{operator: In, values: [" + std::to_string(i + 1) + "]}]");
  }
  EXPECT_EQ(kprobe("tcp_connect", same).diagnostics.warning_count(), 50u);
  EXPECT_EQ(kprobe("tcp_connect", other).mistakes(), "");
}

// Conditions on lines 10 and 11 of one selector.
std::string conflict(const std::string& call, const char* args, const std::string& first,
                     const std::string& second) {
  return kprobe(call, args + ("    selectors: [{matchArgs: [\n      " + first + ",\n      " +
                              second + "]}]\n"))
      .mistakes();
}

TEST(Conflicts, ConditionsThatNeverHoldTogether) {
  const auto found = [](const std::string& first, const std::string& second) {
    return conflict("numbers", numbers, first, second);
  };
  EXPECT_EQ(found(arg("0", "Equal", "1"), arg("0", "Equal", "2, 3")), "11:28 VG0217\n");
  EXPECT_EQ(found(arg("0", "GT", "5"), arg("0", "LT", "-5")), "11:28 VG0217\n");
  EXPECT_EQ(found(arg("0", "Equal", "1"), arg("0", "NotEqual", "1, 2")), "11:28 VG0217\n");
  EXPECT_EQ(found(arg("0", "Equal", "1, 2"), arg("0", "Equal", "2, 3")), "");
  EXPECT_EQ(found(arg("0", "GT", "5"), arg("0", "LT", "7")), "");
  EXPECT_EQ(found(arg("0", "Equal", "1"), arg("1", "Equal", "2")), "") << "another argument";
  EXPECT_EQ(found(arg("0", "Equal", "1, 2"), arg("0", "NotEqual", "1")), "");
  EXPECT_EQ(found(arg("0", "Mask", "1"), arg("0", "Mask", "2")), "") << "3 has both";
}

TEST(Conflicts, OfTexts) {
  const auto found = [](const std::string& first, const std::string& second) {
    return conflict("security_file_open", file, first, second);
  };
  EXPECT_EQ(found(arg("0", "Equal", "/a"), arg("0", "Prefix", "/b")), "11:28 VG0217\n");
  EXPECT_EQ(found(arg("0", "Prefix", "/a/"), arg("0", "Prefix", "/b/")), "11:28 VG0217\n");
  EXPECT_EQ(found(arg("0", "Prefix", "/a/"), arg("0", "NotPrefix", "/")), "11:28 VG0217\n");
  EXPECT_EQ(found(arg("0", "Prefix", "/a/"), arg("0", "Prefix", "/a/b/")), "");
  EXPECT_EQ(found(arg("0", "Prefix", "/a/"), arg("0", "NotPrefix", "/a/b/")), "");
  EXPECT_EQ(found(arg("0", "Prefix", "/a/"), arg("0", "Postfix", ".so")), "");
  EXPECT_EQ(found(arg("0", "NotEqual", "/a"), arg("0", "NotEqual", "/b")), "");
}

TEST(Conflicts, OfProcesses) {
  const auto found = [](const std::string& keys) {
    return kprobe("tcp_connect", "    selectors:\n" + selector(keys)).mistakes();
  };
  EXPECT_EQ(found("matchPIDs: [{operator: In, values: [1]}, {operator: In, values: [2]}]"),
            "9:60 VG0217\n");
  EXPECT_EQ(found("matchPIDs: [{operator: In, values: [1], followForks: true}, "
                  "{operator: In, values: [2], followForks: true}]"),
            "")
      << "2 may be a child of 1";
  EXPECT_EQ(found("matchBinaries: [{operator: In, values: [/a]}, {operator: NotIn, values: [/a]}]"),
            "9:65 VG0217\n");
}

TEST(Conflicts, AreNoShadows) {
  EXPECT_EQ(two("numbers", numbers, "label: all",
                "matchArgs: [" + arg("0", "Equal", "1") + ", " + arg("0", "Equal", "2") + "]")
                .mistakes(),
            "11:83 VG0217\n");
}

// Actions of one selector without conditions, on line 10.
std::string acts(const std::string& call, const std::string& action) {
  return kprobe(call, "    selectors:\n    - label: one\n      matchActions: [{action: " + action +
                          "}]\n")
      .mistakes();
}

TEST(Strikes, WhateverEveryProcessCalls) {
  EXPECT_EQ(acts("security_file_open", "Sigkill"), "10:31 VG0231\n");
  EXPECT_EQ(acts("security_bprm_check", "Override, argError: -1"), "10:31 VG0231\n");
  EXPECT_EQ(acts("security_file_open", "Signal, argSig: 10"), "10:31 VG0231\n");
  EXPECT_EQ(acts("security_path_truncate", "Sigkill"), "") << "few processes call it";
  EXPECT_EQ(acts("security_file_open", "Post, rateLimit: 1m"), "");
  EXPECT_EQ(acts("security_file_open", "Override, argError: 0"), "10:51 VG0219\n9:7 VG0232\n");
}

TEST(Shadows, ByWhereTheProcessIs) {
  const auto found = [](const std::string& first, const std::string& second) {
    return two("security_path_truncate", "    args: [{index: 0, type: path}]\n",
               "matchWorkloads: " + first, "matchWorkloads: " + second)
        .mistakes();
  };
  const std::string web = "{containerSelector: {matchLabels: {name: web}}}";
  const std::string nginx = "{containerSelector: {matchLabels: {name: web, repo: nginx}}}";
  EXPECT_EQ(found(web, nginx), "11:7 VG0230\n");
  EXPECT_EQ(found("{containerSelector: {}}", web), "11:7 VG0230\n") << "any container";
  EXPECT_EQ(found(nginx, web), "");
  EXPECT_EQ(found("{hostSelector: {}}", web), "");
  EXPECT_EQ(found(web, "{hostSelector: {}}"), "");
}

TEST(Strikes, NotWhereAConditionNarrowsThem) {
  const std::string pid = "matchPIDs: [{operator: In, values: [7]}]";
  const std::string all = "matchActions: [{action: Sigkill}]";
  const auto found = [](const std::string& first, const std::string& second) {
    return two("security_file_open", file, first, second).mistakes();
  };
  EXPECT_EQ(kprobe("security_file_open", "    selectors:\n    - " + pid + "\n" + kill).mistakes(),
            "");
  EXPECT_EQ(found(pid + ", matchActions: [{action: NoPost}]", all), "") << "an exception";
  EXPECT_EQ(found(pid + ", " + all, all), "11:32 VG0231\n") << "nobody is spared";
  EXPECT_EQ(kprobe("security_file_open",
                   "    selectors:\n    - matchWorkloads: {hostSelector: {}}\n" + std::string(kill))
                .mistakes(),
            "10:31 VG0231\n")
      << "most of what runs";
}

TEST(Strikes, AReturnNarrowsOnlyWhatIsDoneThere) {
  const auto found = [](const std::string& actions) {
    return checked(
               "  kprobes:\n  - call: sys_openat\n    return: true\n"
               "    returnArg: {index: 0, type: int}\n    selectors:\n"
               "    - matchReturnArgs: [{index: 0, operator: Equal, values: [0]}]\n"
               "      " +
               actions + ": [{action: Signal, argSig: 10}]\n")
        .mistakes();
  };
  EXPECT_EQ(found("matchActions"), "11:31 VG0231\n");
  EXPECT_EQ(found("matchReturnActions"), "");
}

TEST(Strikes, ANotificationDoesWhatTheEnforcersDo) {
  const auto found = [](const std::string& calls) {
    return checked("  enforcers: [{calls: [" + calls +
                   "]}]\n  tracepoints:\n  - subsystem: raw_syscalls\n    event: sys_enter\n"
                   "    selectors:\n"
                   "    - matchActions: [{action: NotifyEnforcer, argError: -1}, "
                   "{action: NoPost}]\n")
        .mistakes();
  };
  EXPECT_EQ(found("security_file_open"), "10:31 VG0231\n");
  EXPECT_EQ(found("security_path_truncate"), "");
}

std::string watched(const std::string& call, const std::string& lines = "") {
  return checked("  kprobes:\n  - call: " + call + "\n" + lines).mistakes();
}

TEST(Floods, AnEventForEachCallOfWhatIsCalledAllTheTime) {
  EXPECT_EQ(watched("sys_write"), "6:11 VG0232\n");
  EXPECT_EQ(watched("security_file_permission"), "6:11 VG0232\n");
  EXPECT_EQ(watched("sys_ptrace"), "");
  EXPECT_EQ(watched("security_bprm_check"), "") << "as often as programs start";
  EXPECT_EQ(watched("i386/sys_openat"), "") << "few programs of 32 bits run";
  EXPECT_EQ(checked("  lsmhooks:\n  - hook: file_open\n").mistakes(), "6:11 VG0232\n");
  EXPECT_EQ(checked("  tracepoints:\n  - {subsystem: raw_syscalls, event: sys_enter}\n").mistakes(),
            "6:38 VG0232\n");
  EXPECT_EQ(
      checked("  tracepoints:\n  - {subsystem: syscalls, event: sys_enter_write}\n").mistakes(),
      "6:34 VG0232\n");
  EXPECT_EQ(
      checked("  tracepoints:\n  - {subsystem: sched, event: sched_process_exec}\n").mistakes(),
      "");
}

TEST(Floods, NotWhereSomethingHoldsThemBack) {
  const auto one = [](const std::string& keys) {
    return watched("sys_write", "    selectors:\n" + selector(keys));
  };
  EXPECT_EQ(one("label: all"), "8:7 VG0232\n");
  EXPECT_EQ(one("matchPIDs: [{operator: NotIn, values: [1]}]"), "");
  EXPECT_EQ(one("matchActions: [{action: Post, rateLimit: 5}]"), "");
  EXPECT_EQ(one("matchActions: [{action: NoPost}]"), "");
  EXPECT_EQ(watched("sys_write",
                    "    return: true\n    returnArg: {index: 0, type: int}\n"
                    "    selectors: [{matchReturnArgs: [{index: 0, operator: LT, "
                    "values: [0]}]}]\n"),
            "");
  const std::string pid = "matchPIDs: [{operator: In, values: [7]}]";
  EXPECT_EQ(watched("sys_write", "    selectors:\n" +
                                     selector(pid + ", matchActions: [{action: NoPost}]") +
                                     selector("label: rest")),
            "");
  EXPECT_EQ(watched("sys_write", "    selectors:\n" + selector(pid) + selector("label: rest")),
            "9:7 VG0232\n");
}

TEST(Floods, AreToldOnceOfAList) {
  const Checked out = checked(
      "  lists: [{name: l, values: [security_path_truncate, security_file_open, "
      "security_mmap_file]}]\n  kprobes:\n  - call: list:l\n");
  EXPECT_EQ(out.mistakes(), "7:11 VG0232\n");
  EXPECT_NE(out.first_message().find("'security_file_open'"), std::string::npos);
}

// A system call with these arguments and this condition, on line 9, which acts.
Checked decides(const std::string& call, const std::string& args, const std::string& condition,
                const std::string& action) {
  return checked("  kprobes:\n  - call: " + call + "\n    args: [" + args +
                 "]\n    selectors:\n    - matchArgs: [{" + condition +
                 "}]\n      matchActions: [{action: " + action + "}]\n");
}

constexpr const char* path_of_openat = "{index: 1, type: string}, {index: 2, type: int}";
constexpr const char* is_shadow = "index: 1, operator: Equal, values: [/etc/shadow]";

TEST(Races, WhatDecidesCanBeChanged) {
  const Checked out = decides("sys_openat", path_of_openat, is_shadow, "Signal, argSig: 10");
  EXPECT_EQ(out.mistakes(), "9:40 VG0233\n");
  EXPECT_EQ(out.first_message(),
            "'Signal' depends on memory of the program, which can change it before 'sys_openat' "
            "reads it");
  EXPECT_EQ(out.first_help(),
            "hook 'file_open' under 'lsmhooks', or 'security_file_open': they are given what the "
            "kernel has read");
  const Checked connect =
      decides("sys_connect", "{index: 1, type: sockaddr}",
              "index: 1, operator: SPort, values: ['22']", "Signal, argSig: 10");
  EXPECT_EQ(connect.mistakes(), "9:40 VG0233\n");
  EXPECT_NE(connect.first_help().find("'socket_connect'"), std::string::npos);
  const Checked write = decides("sys_write", "{index: 1, type: char_buf, sizeArgIndex: 3}",
                                "index: 1, operator: Prefix, values: [x]", "Signal, argSig: 10");
  EXPECT_EQ(write.mistakes(), "9:40 VG0233\n");
  EXPECT_NE(write.first_help().find("an LSM hook"), std::string::npos);
  EXPECT_EQ(
      decides("sys_openat", path_of_openat,
              "operator: CelExpr, values: [\"arg1 == 2 && arg0 == '/x'\"]", "Signal, argSig: 10")
          .mistakes(),
      "9:30 VG0233\n");
}

TEST(Races, NotWhereNothingIsDecidedOrTheKernelHasTheValue) {
  EXPECT_EQ(decides("sys_openat", path_of_openat, is_shadow, "Post").mistakes(), "");
  EXPECT_EQ(decides("sys_openat", path_of_openat, "index: 2, operator: Equal, values: [1]",
                    "Signal, argSig: 10")
                .mistakes(),
            "")
      << "in a register";
  EXPECT_EQ(decides("sys_openat", path_of_openat, "operator: CelExpr, values: [arg1 == 2]",
                    "Signal, argSig: 10")
                .mistakes(),
            "");
  EXPECT_EQ(decides("security_file_open", "{index: 0, type: file}",
                    "index: 0, operator: Equal, values: [/etc/shadow]", "Sigkill")
                .mistakes(),
            "");
}

Checked connects(const std::string& hook, const std::string& condition) {
  return checked("  " + hook + "\n    args: [{index: 0, type: " +
                 (hook.find("tcp") == std::string::npos ? "socket" : "sock") +
                 "}, {index: 1, type: sockaddr}]\n    selectors: [{matchArgs: [{" + condition +
                 "}]}]\n");
}

TEST(Destinations, ASocketHasNoneBeforeItIsConnected) {
  for (const char* hook :
       {"lsmhooks:\n  - hook: socket_connect", "kprobes:\n  - call: security_socket_connect",
        "kprobes:\n  - call: tcp_v4_connect", "fentries:\n  - call: tcp_v4_connect"}) {
    for (const char* condition :
         {"index: 0, operator: DPort, values: [22]", "index: 0, operator: NotDPortPriv",
          "index: 0, operator: NotDAddr, values: [10.0.0.0/8]"}) {
      const Checked out = connects(hook, condition);
      EXPECT_EQ(out.mistakes(), "8:51 VG0219\n") << hook << ' ' << condition;
      EXPECT_TRUE(out.policy) << "a warning";
    }
  }
  const Checked out =
      connects("lsmhooks:\n  - hook: socket_connect", "index: 0, operator: DPort, values: [22]");
  EXPECT_EQ(out.first_message(),
            "the socket has no destination yet when 'socket_connect' is called");
  EXPECT_EQ(out.first_help(),
            "match argument 1, of type 'sockaddr', with 'SAddr' and 'SPort', or hook "
            "'tcp_connect'");
}

TEST(Destinations, NotOfWhatItHasAlready) {
  const char* hook = "lsmhooks:\n  - hook: socket_connect";
  EXPECT_EQ(connects(hook, "index: 0, operator: SPort, values: [22]").mistakes(), "");
  EXPECT_EQ(connects(hook, "index: 0, operator: Protocol, values: [6]").mistakes(), "");
  EXPECT_EQ(connects(hook, "index: 1, operator: SAddr, values: [10.0.0.0/8]").mistakes(), "");
  EXPECT_EQ(kprobe("tcp_connect",
                   "    args: [{index: 0, type: sock}]\n    selectors: [{matchArgs: [{index: 0, "
                   "operator: DPort, values: [22]}]}]\n")
                .mistakes(),
            "");
}

TEST(Advice, OfSelectorsThatTwoHooksShareIsGivenOnce) {
  EXPECT_EQ(checked("  lsmhooks:\n  - hook: file_open\n    selectors: &both\n"
                    "    - matchActions: [{action: Sigkill}]\n"
                    "  - hook: bprm_check_security\n    selectors: *both\n")
                .mistakes(),
            "8:31 VG0231\n");
}

}  // namespace
}  // namespace vigil::check
