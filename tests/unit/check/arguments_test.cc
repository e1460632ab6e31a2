#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

TEST(Functions, MissingOnesAreNamedWithNeighbours) {
  Checked out = kprobe("security_file_opne", "");
  EXPECT_EQ(out.mistakes(), "6:11 VG0201\n");
  EXPECT_EQ(out.first_help(), "did you mean 'security_file_open'?");
  EXPECT_FALSE(out.policy);
  EXPECT_EQ(kprobe("file_open", "").first_help(), "did you mean 'security_file_open'?");
  EXPECT_EQ(kprobe("capable", "").first_help(), "did you mean 'cap_capable'?");
  EXPECT_EQ(checked("  lsmhooks: [{hook: bprm_check}]\n").first_help(),
            "did you mean 'bprm_check_security'?");
  EXPECT_EQ(checked("  lsmhooks: [{hook: connect}]\n").first_help(),
            "did you mean 'socket_connect'?");
  EXPECT_EQ(kprobe("openat", "").first_help(), "did you mean 'sys_openat'?");
  EXPECT_EQ(checked("  kprobes: [{call: openat, syscall: true}]\n").first_help(),
            "write 'sys_openat'");
  EXPECT_EQ(kprobe("'a b'", "").mistakes(), "6:11 VG0201\n");
  EXPECT_EQ(kprobe("list:x", "").mistakes(), "6:11 VG0225\n");
}

TEST(Functions, MissingOnesAreSkippedWhereThePolicySaysSo) {
  const std::string ignore = "    ignore: {callNotFound: true}\n";
  Checked out = checked("  kprobes:\n  - call: security_gone\n    syscall: false\n" + ignore +
                        "  - call: tcp_connect\n    syscall: false\n" + ignore);
  EXPECT_EQ(out.mistakes(), "6:11 VG0222\n");
  ASSERT_TRUE(out.policy) << "a warning";
  ASSERT_EQ(out.policy->skipped_hooks().size(), 1u);
  EXPECT_EQ(out.policy->skipped_hooks()[0].function, "security_gone");
  EXPECT_EQ(out.hook().function, "tcp_connect");
  EXPECT_EQ(out.hook().index, 1u) << "as written";
  Checked call = checked("  kprobes:\n  - call: sys_gone\n" + ignore);
  EXPECT_EQ(call.mistakes(), "6:11 VG0222\n3:18 VG0110\n") << "nothing is left";
  EXPECT_TRUE(call.policy);
}

TEST(Functions, OnlyTheAbsenceIsIgnored) {
  const std::string ignore = "    ignore: {callNotFound: true}\n";
  EXPECT_EQ(kprobe("list:x", ignore).mistakes(), "6:11 VG0225\n");
  EXPECT_EQ(kprobe("'a b'", ignore).mistakes(), "6:11 VG0201\n");
  EXPECT_EQ(kprobe("sys_gone", ignore).mistakes(), "7:14 VG0203\n");
  EXPECT_EQ(kprobe("security_gone", "    ignore: {callNotFound: false}\n").mistakes(),
            "6:11 VG0201\n");
}

TEST(Functions, AreLookedForThoughSyscallCannotBeRead) {
  const auto mistakes = [](const std::string& call) {
    return checked("  kprobes:\n  - call: " + call + "\n    syscall: maybe\n").mistakes();
  };
  EXPECT_EQ(mistakes("security_gone"), "7:14 VG0104\n6:11 VG0201\n");
  EXPECT_EQ(mistakes("sys_gone"), "7:14 VG0104\n6:11 VG0201\n");
  EXPECT_EQ(mistakes("security_file_open"), "7:14 VG0104\n");
  EXPECT_EQ(mistakes("sys_openat"), "7:14 VG0104\n");
}

TEST(Functions, AreCheckedThoughASelectorIsWrong) {
  EXPECT_EQ(kprobe("security_file_opne", "    selectors:\n    - matchArg: []\n").mistakes(),
            "9:7 VG0103\n6:11 VG0201\n");
  EXPECT_EQ(checked("  kprobes:\n  - call: security_file_open\n    sycall: false\n").mistakes(),
            "7:5 VG0103\n")
      << "nothing is known of 'syscall'";
}

TEST(Functions, LsmHooks) {
  Checked out =
      checked("  lsmhooks:\n  - hook: socket_connect\n    args: [{index: 0, type: socket}]\n");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(out.hook().function, "socket_connect");
  EXPECT_EQ(out.hook().section, schema::Section::lsmhooks);
  EXPECT_EQ(checked("  lsmhooks:\n  - hook: file_opn\n").first_help(), "did you mean 'file_open'?");
  EXPECT_EQ(checked("  lsmhooks:\n  - hook: security_file_open\n").first_help(),
            "write 'file_open', without the prefix");
}

TEST(Functions, SystemCalls) {
  Checked out =
      checked("  kprobes:\n  - call: sys_connect\n    args: [{index: 1, type: sockaddr}]\n");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(out.hook().function, "__x64_sys_connect");
  EXPECT_TRUE(out.hook().syscall);
  EXPECT_EQ(checked("  kprobes:\n  - call: __x64_sys_openat\n    syscall: true\n").hook().function,
            "__x64_sys_openat");
  EXPECT_EQ(checked("  kprobes:\n  - call: sys_getpid\n").mistakes(), "") << "not in BTF";
  Checked missing = checked("  kprobes:\n  - call: sys_opnat\n");
  EXPECT_EQ(missing.mistakes(), "6:11 VG0201\n");
  EXPECT_EQ(missing.first_help(), "did you mean 'sys_openat'?");
}

TEST(Functions, SyscallIsTrueUnlessWritten) {
  EXPECT_EQ(checked("  kprobes:\n  - call: tcp_connect\n").mistakes(), "")
      << "left out: as the name says";
  EXPECT_FALSE(checked("  kprobes:\n  - call: tcp_connect\n").hook().syscall);
  EXPECT_TRUE(checked("  kprobes:\n  - call: sys_openat\n").hook().syscall);
  EXPECT_EQ(checked("  kprobes:\n  - call: tcp_connect\n    syscall: true\n").mistakes(),
            "7:14 VG0203\n");
  EXPECT_EQ(kprobe("sys_openat", "").mistakes(), "7:14 VG0203\n");
}

TEST(Arguments, IndexIsOneOfTheFunctions) {
  Checked out = kprobe("tcp_connect", "    args:\n    - index: 1\n      type: sock\n");
  EXPECT_EQ(out.mistakes(), "9:14 VG0204\n");
  EXPECT_EQ(out.first_message(), "'tcp_connect' has no argument 1: it has 1 argument, index 0");
  EXPECT_EQ(out.first_help(), "int tcp_connect(struct sock *)");
  EXPECT_EQ(kprobe("tcp_connect", "    args: [{index: -1, type: sock}]\n").mistakes(),
            "8:20 VG0204\n");
  EXPECT_EQ(
      checked("  kprobes:\n  - call: sys_openat\n    args: [{index: 4, type: int}]\n").mistakes(),
      "7:20 VG0204\n");
}

TEST(Arguments, TypeFitsWhatTheKernelPasses) {
  Checked out = kprobe("security_file_open", "    args:\n    - {index: 0, type: path}\n");
  EXPECT_EQ(out.mistakes(), "9:24 VG0206\n");
  EXPECT_EQ(out.first_message(), "'path' does not fit: the kernel passes 'struct file *'");
  EXPECT_EQ(out.first_help(), "types that fit: 'uint64', 'char_buf', 'file'");
  EXPECT_EQ(kprobe("tcp_connect", "    args: [{index: 0, type: fiel}]\n").first_help(),
            "did you mean 'file'?");
  EXPECT_EQ(kprobe("tcp_connect", "    args: [{index: 0, type: skb}]\n").mistakes(),
            "8:29 VG0206\n");
}

struct Fit {
  const char* call;
  int index;
  const char* type;
  bool fits;
};

TEST(Arguments, WhatFitsWhat) {
  for (const Fit& row : std::vector<Fit>{
           {"numbers", 3, "uint32", true},
           {"numbers", 3, "int", true},
           {"numbers", 4, "int", true},
           {"numbers", 0, "capability", true},
           {"numbers", 0, "fd", true},
           {"numbers", 0, "string", false},
           {"numbers", 0, "nop", true},
           {"tcp_v4_rcv", 0, "sock", true},
           {"tcp_v4_rcv", 2, "size_t", true},
           {"tcp_v4_rcv", 0, "socket", false},
           {"tcp_connect", 0, "int", false},
           {"tcp_connect", 0, "uint64", true},
           {"text", 0, "string", true},
           {"text", 1, "string", true},
           {"cap_capable", 0, "cred", true},
           {"cap_capable", 2, "capability", true},
           {"security_path_truncate", 0, "path", true},
           {"security_socket_connect", 0, "socket", true},
           {"security_socket_connect", 1, "sockaddr", true},
           {"security_bprm_check", 0, "linux_binprm", true},
           {"security_inode_copy_up_xattr", 0, "dentry", true},
           {"objects", 0, "filename", true},
           {"objects", 1, "net_device", true},
           {"objects", 2, "kiocb", true},
           {"objects", 3, "iov_iter", true},
           {"objects", 6, "skb", true},
           {"objects", 6, "sock", false},
           {"objects", 7, "sockaddr_un", true},
           {"objects", 9, "bpf_attr", true},
           {"objects", 10, "bpf_prog", true},
           {"objects", 11, "bpf_map", true},
           {"objects", 11, "bpf_prog", false},
           {"objects", 8, "bpf_cmd", true},
           {"objects", 0, "data_loc", false},
           {"more_objects", 0, "perf_event", true},
           {"more_objects", 1, "module", true},
           {"more_objects", 2, "load_info", true},
           {"cap_capable", 1, "user_namespace", true},
           {"security_capset", 2, "kernel_cap_t", true},
           {"security_capset", 3, "cap_permitted", true},
           {"security_capset", 0, "cap_effective", false},
       }) {
    Checked out = kprobe(row.call, "    args: [{index: " + std::to_string(row.index) +
                                       ", type: " + row.type + "}]\n");
    EXPECT_EQ(out.policy.has_value(), row.fits) << row.call << ' ' << row.type;
  }
}

TEST(Arguments, SystemCallsHaveNoKernelObjects) {
  auto connect = [](const std::string& argument) {
    return checked("  kprobes:\n  - call: sys_connect\n    args: [" + argument + "]\n").mistakes();
  };
  EXPECT_EQ(connect("{index: 0, type: fd}, {index: 2, type: int}"), "");
  EXPECT_EQ(connect("{index: 1, type: file}"), "7:29 VG0206\n");
  EXPECT_EQ(connect("{index: 1, type: int}"), "7:29 VG0206\n");
}

TEST(Arguments, BuffersNameTheirSize) {
  auto buffer = [](const std::string& rest) {
    return kprobe("text", "    args: [{index: 1, type: char_buf" + rest + "}]\n");
  };
  EXPECT_EQ(buffer(", sizeArgIndex: 3").hook().arguments.at(0).size_index, 2u) << "counted from 1";
  EXPECT_EQ(buffer("").mistakes(), "8:29 VG0204\n");
  EXPECT_EQ(buffer(", sizeArgIndex: 4").mistakes(), "8:53 VG0204\n");
  EXPECT_EQ(buffer(", sizeArgIndex: 1").mistakes(), "8:53 VG0204\n") << "no number";
  EXPECT_EQ(buffer(", sizeArgIndex: 0").mistakes(), "8:53 VG0204\n");
}

TEST(Arguments, VectorsNameTheirSize) {
  auto vector = [](const std::string& rest) {
    return kprobe("objects", "    args: [{index: 4, type: char_iovec" + rest + "}]\n");
  };
  EXPECT_EQ(vector(", sizeArgIndex: 6").hook().arguments.at(0).size_index, 5u);
  EXPECT_EQ(vector("").mistakes(), "8:29 VG0204\n");
}

TEST(Arguments, AddressesEndWhereTheNextArgumentSays) {
  auto size = [](const std::string& call, int index, const std::string& rest) {
    return kprobe(call, "    args: [{index: " + std::to_string(index) + ", type: sockaddr_un" +
                            rest + "}]\n")
        .hook()
        .arguments.at(0)
        .size_index;
  };
  EXPECT_EQ(size("security_socket_connect", 1, ""), 2u);
  EXPECT_EQ(size("objects", 7, ", sizeArgIndex: 6"), 5u);
}

TEST(Arguments, AutoIsWhatTheFunctionDeclares) {
  auto type = [](const std::string& call, int index) {
    return kprobe(call, "    args: [{index: " + std::to_string(index) + ", type: auto}]\n")
        .hook()
        .arguments.at(0)
        .type;
  };
  using schema::ArgType;
  EXPECT_EQ(type("numbers", 0), ArgType::int32);
  EXPECT_EQ(type("numbers", 1), ArgType::uint32);
  EXPECT_EQ(type("numbers", 2), ArgType::int64);
  EXPECT_EQ(type("numbers", 3), ArgType::uint64);
  EXPECT_EQ(type("text", 0), ArgType::string);
  EXPECT_EQ(type("text", 1), ArgType::uint64) << "void *";
  EXPECT_EQ(type("security_file_open", 0), ArgType::file);
  EXPECT_EQ(type("tcp_v4_rcv", 0), ArgType::sock);
  EXPECT_EQ(type("security_capset", 2), ArgType::kernel_cap_t);
  EXPECT_EQ(type("objects", 0), ArgType::filename);
  EXPECT_EQ(type("objects", 6), ArgType::skb);
  EXPECT_EQ(type("objects", 7), ArgType::sockaddr);
  EXPECT_EQ(kprobe("gone", "    args: [{index: 0, type: auto}]\n").mistakes(), "6:11 VG0201\n");
  EXPECT_EQ(checked("  kprobes:\n  - call: sys_openat\n    args: [{index: 1, type: auto}]\n")
                .hook()
                .arguments.at(0)
                .type,
            ArgType::string);
}

TEST(Arguments, ReturnValues) {
  Checked out = kprobe("tcp_connect", "    return: true\n    returnArg: {index: 0, type: int}\n");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(out.hook().return_argument->type, schema::ArgType::int32);
  EXPECT_EQ(kprobe("tcp_connect", "    return: true\n").mistakes(), "8:13 VG0212\n");
  EXPECT_EQ(kprobe("text", "    return: true\n    returnArg: {type: int}\n").mistakes(),
            "9:23 VG0212\n");
  EXPECT_EQ(kprobe("tcp_connect", "    return: true\n    returnArg: {type: sock}\n").mistakes(),
            "9:23 VG0206\n");
  EXPECT_EQ(kprobe("accept", "    return: true\n    returnArg: {type: sock}\n").mistakes(), "");
  EXPECT_EQ(kprobe("accept", "    return: true\n    returnArg: {type: char_buf}\n").mistakes(),
            "9:23 VG0107\n");
  Checked unused = kprobe("tcp_connect", "    returnArg: {type: int}\n");
  EXPECT_EQ(unused.mistakes(), "8:16 VG0212\n");
  EXPECT_TRUE(unused.policy) << "only a warning";
}

TEST(Arguments, ReturnsAreSeenByTrampolinesWhereTheArgumentsFit) {
  const std::string wanted = "    return: true\n    returnArg: {index: 0, type: int}\n";
  const auto half_of = [&](const std::string& call) {
    return kprobe(call, wanted).hook().return_half;
  };
  EXPECT_EQ(half_of("security_file_permission").mechanism, schema::Mechanism::fexit);
  EXPECT_EQ(half_of("security_file_permission").telling_parameters, 1)
      << "an int is half a register";
  EXPECT_EQ(half_of("opens").telling_parameters, 1) << "programs cannot load a function";
  EXPECT_EQ(half_of("seven").mechanism, schema::Mechanism::kretprobe);
  EXPECT_EQ(half_of("seven").telling_parameters, 0);
  const Checked fentry = checked("  fentries:\n  - call: seven\n" + wanted);
  EXPECT_EQ(fentry.hook().return_half.mechanism, schema::Mechanism::fexit) << "as the policy says";
  const Checked list = checked(
      "  lists:\n  - {name: l, values: [tcp_connect, numbers]}\n"
      "  kprobes:\n  - call: list:l\n" +
      wanted);
  EXPECT_EQ(list.hook().return_half.mechanism, schema::Mechanism::kretprobe)
      << "trampolines are made for one function";
}

TEST(Arguments, WhatNeverReturnsHasNoReturnValue) {
  const std::string wanted = "    return: true\n    returnArg: {index: 0, type: int}\n";
  Checked call = checked("  kprobes:\n  - call: sys_exit_group\n" + wanted);
  EXPECT_EQ(call.mistakes(), "7:13 VG0212\n");
  EXPECT_EQ(call.first_message(), "'sys_exit_group' never returns");
  EXPECT_EQ(kprobe("do_exit", wanted).mistakes(), "8:13 VG0212\n");
  EXPECT_EQ(kprobe("do_exit", "    args: [{index: 0, type: long}]\n").mistakes(), "");
}

TEST(Arguments, OneMistakeGivesOneMessage) {
  EXPECT_EQ(kprobe("tcp_connect",
                   "    args: [{index: 0, type: skb}]\n    selectors:\n    - matchArgs:\n"
                   "      - {index: 0, operator: DAddr, values: ['10.0.0.1']}\n")
                .mistakes(),
            "8:29 VG0206\n");
}

TEST(Hooks, MessageAndTags) {
  Checked out = kprobe("tcp_connect", "    message: \"say \\\"hi\\\"\\n\"\n    tags: [one, two]\n");
  EXPECT_EQ(out.hook().message, "say \\\"hi\\\"\\n");
  EXPECT_EQ(out.hook().tags, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(kprobe("tcp_connect", "    message: x\n").mistakes(), "8:14 VG0111\n");
  Checked cut = kprobe("tcp_connect", "    message: " + std::string(300, 'm') + "\n");
  EXPECT_EQ(cut.hook().message.size(), 256u);
  EXPECT_EQ(kprobe("tcp_connect", "    tags: [a]\n").mistakes(), "8:12 VG0111\n");
}

TEST(Hooks, NoSelectorsBecomesOneWithoutConditions) {
  Checked out = kprobe("tcp_connect", "");
  ASSERT_EQ(out.hook().selectors.size(), 1u);
  EXPECT_TRUE(out.selector().actions.empty());
}

TEST(Options, ModeAndWhatHasNoMeaningHere) {
  auto with_option = [](const std::string& name, const std::string& value) {
    return checked("  options: [{name: " + name + ", value: " + value +
                   "}]\n  kprobes: [{call: sys_connect}]\n");
  };
  EXPECT_EQ(with_option("policy-mode", "monitor").policy->mode(), schema::PolicyMode::monitor);
  EXPECT_EQ(with_option("disable-kprobe-multi", "1").mistakes(), "");
  EXPECT_EQ(with_option("policy-mod", "monitor").mistakes(), "5:20 VG0218\n");
  EXPECT_EQ(with_option("policy-mode", "monitr").first_help(), "did you mean 'monitor'?");
}

}  // namespace
}  // namespace vigil::check
