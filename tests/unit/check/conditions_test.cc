#include <gtest/gtest.h>

#include "engine/schema/operators.h"
#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

// A selector on argument 0, of this type: its values are on line 11.
Checked filter(const std::string& call, const std::string& type, const std::string& op,
               const std::string& values) {
  return kprobe(call, "    args: [{index: 0, type: " + type +
                          "}]\n    selectors:\n    - matchArgs:\n      - {index: 0, operator: " +
                          op + (values.empty() ? "" : ", values: [" + values + "]") + "}\n");
}

using Ranges = std::vector<std::pair<std::int64_t, std::int64_t>>;

Ranges ranges(const Checked& out) {
  Ranges all;
  if (!out.policy) return all;
  for (const IntegerRange& range :
       std::get<IntegerCondition>(out.selector().arguments.at(0).test).ranges) {
    all.emplace_back(static_cast<std::int64_t>(range.first), static_cast<std::int64_t>(range.last));
  }
  return all;
}

TEST(Conditions, Numbers) {
  EXPECT_EQ(ranges(filter("numbers", "int", "Equal", "1, 0x10, '-3'")),
            (Ranges{{1, 1}, {16, 16}, {-3, -3}}));
  EXPECT_EQ(ranges(filter("numbers", "int", "GT", "10")), (Ranges{{11, INT32_MAX}}));
  EXPECT_EQ(ranges(filter("numbers", "int", "LessThan", "10")), (Ranges{{INT32_MIN, 9}}));
  EXPECT_EQ(ranges(filter("numbers", "uint32", "LT", "10")), (Ranges{{0, 9}}));
  EXPECT_EQ(ranges(filter("numbers", "int", "InRange", "'-5:5', '7:7'")),
            (Ranges{{-5, 5}, {7, 7}}));
  EXPECT_EQ(ranges(filter("numbers", "int", "InMap", "1, 5:9")), (Ranges{{1, 1}, {5, 9}}));
  EXPECT_TRUE(filter("numbers", "int", "NotInMap", "1").selector().arguments[0].negated);
}

TEST(Conditions, NumbersThatAreNone) {
  EXPECT_EQ(filter("numbers", "int", "Equal", "many").mistakes(), "11:46 VG0209\n");
  EXPECT_EQ(filter("numbers", "uint8", "Equal", "256").mistakes(), "11:46 VG0210\n");
  EXPECT_EQ(filter("numbers", "uint32", "Equal", "-1").mistakes(), "11:46 VG0210\n");
  EXPECT_EQ(filter("numbers", "int", "InRange", "5").mistakes(), "11:48 VG0209\n");
  EXPECT_EQ(filter("numbers", "int", "InRange", "9:5").mistakes(), "11:48 VG0209\n");
  EXPECT_EQ(filter("numbers", "uint8", "GT", "255").mistakes(), "11:43 VG0219\n");
  EXPECT_EQ(filter("numbers", "int", "Equal", "").mistakes(), "11:30 VG0209\n");
  EXPECT_EQ(filter("numbers", "int", "InMap", "'list:x'").mistakes(), "11:46 VG0225\n");
}

TEST(Conditions, NumbersBeyond64BitsAreOutOfRange) {
  for (const char* op : {"Equal", "Mask", "InMap", "LT"}) {
    const Checked out = filter("numbers", "uint32", op, "99999999999999999999");
    ASSERT_EQ(out.diagnostics.error_count(), 1u) << op;
    EXPECT_EQ(out.diagnostics.all()[0].code, "VG0210") << op;
    EXPECT_EQ(out.first_message(), "99999999999999999999 is out of range for a number") << op;
    EXPECT_EQ(out.first_help(), "uint32 holds 0 to 4294967295") << op;
  }
  const Checked range = filter("numbers", "int", "InRange", "'1:99999999999999999999'");
  EXPECT_EQ(range.first_help(), "int32 holds -2147483648 to 2147483647");
  EXPECT_EQ(filter("tcp_connect", "sock", "DPort", "99999999999999999999").first_help(),
            "uint16 holds 0 to 65535");
}

TEST(Conditions, MasksOfAllValuesAreOne) {
  Checked out = filter("numbers", "int", "Mask", "0x1, 0x80000000");
  EXPECT_EQ(std::get<MaskCondition>(out.selector().arguments[0].test).mask, 0x80000001u);
  EXPECT_EQ(filter("numbers", "int", "Mask", "0").mistakes(), "11:45 VG0219\n");
}

TEST(Conditions, Capabilities) {
  EXPECT_EQ(ranges(filter("numbers", "capability", "Equal", "CAP_SYS_ADMIN, 1")),
            (Ranges{{21, 21}, {1, 1}}));
  EXPECT_EQ(filter("numbers", "capability", "Equal", "CAP_SYS_ADMN").first_help(),
            "did you mean 'CAP_SYS_ADMIN'?");
}

TEST(Conditions, Text) {
  Checked out = filter("text", "string", "NotPrefix", "/etc, /usr");
  const ArgCondition& condition = out.selector().arguments.at(0);
  EXPECT_TRUE(condition.negated);
  const auto& text = std::get<TextCondition>(condition.test);
  EXPECT_EQ(text.kind, TextCondition::Kind::prefix);
  EXPECT_EQ(text.values, (std::vector<std::string>{"/etc", "/usr"}));
  Checked trimmed = filter("text", "string", "Equal", "\"security.capability\\0\"");
  EXPECT_EQ(std::get<TextCondition>(trimmed.selector().arguments[0].test).values[0],
            "security.capability");
  EXPECT_EQ(filter("text", "string", "Equal", std::string(4097, 'a')).mistakes(), "11:46 VG0210\n");
  EXPECT_EQ(filter("text", "string", "Prefix", "''").mistakes(), "11:47 VG0219\n") << "a warning";
}

TEST(Conditions, PathsThatTheKernelNeverMakes) {
  auto help = [](const std::string& op, const std::string& value) {
    Checked out = filter("security_file_open", "file", op, "'" + value + "'");
    EXPECT_TRUE(out.policy) << "a warning";
    return out.first_help();
  };
  EXPECT_EQ(help("Equal", "/srv/a/../b"), "write '/srv/b'");
  EXPECT_EQ(help("Equal", "/srv/a/."), "write '/srv/a'");
  EXPECT_EQ(help("Prefix", "//srv/./a/"), "write '/srv/a/'");
  EXPECT_EQ(help("Postfix", "a//b"), "write 'a/b'");
  EXPECT_EQ(help("NotEqual", "etc/passwd"),
            "write the whole path, or match its end with 'Postfix'");
  EXPECT_EQ(help("Prefix", "etc/"), "write the whole path, or match its end with 'Postfix'");
  EXPECT_EQ(help("Equal", "/srv/"), "write '/srv', or match what is below it with 'Prefix'");
  EXPECT_EQ(help("Postfix", "srv/"), "write 'srv', or match what is below it with 'Prefix'");
  EXPECT_EQ(help("Equal", "/" + std::string(4095, 'a')), "match its end with 'Postfix'");
  EXPECT_EQ(filter("security_file_open", "file", "Equal", "/a, b").mistakes(), "11:50 VG0219\n");
}

TEST(Conditions, PathsOfDeletedFilesHaveNoSuffix) {
  const auto help = [](const std::string& type, const std::string& op, const std::string& value) {
    const auto call = type == "dentry" ? "security_inode_copy_up_xattr" : "security_file_open";
    Checked out = filter(call, type, op, "'" + value + "'");
    EXPECT_FALSE(out.policy) << type << ' ' << op << ' ' << value;
    EXPECT_EQ(out.mistakes(), "11:" + std::to_string(41 + op.size()) + " VG0107\n")
        << op << ' ' << value;
    return out.first_help();
  };
  const std::string written = "write '/memfd:mm': '(deleted)' is only shown in events";
  for (const char* op : {"Equal", "NotEqual", "Prefix", "NotPrefix", "Postfix", "NotPostfix",
                         "SubString", "SubStringIgnCase"})
    EXPECT_EQ(help("file", op, "/memfd:mm (deleted)"), written) << op;
  EXPECT_EQ(help("dentry", "Postfix", "/memfd:mm (deleted)"), written);
  EXPECT_EQ(help("file", "SubStringIgnCase", "/memfd:mm (Deleted)"), written);
  EXPECT_EQ(help("file", "Postfix", "mm(deleted)"),
            "write 'mm': '(deleted)' is only shown in events");
  for (const char* alone : {" (deleted)", "(deleted)", "deleted)"})
    EXPECT_EQ(help("file", "NotPostfix", alone),
              "'(deleted)' alone cannot be matched; name the files themselves");
  EXPECT_EQ(filter("security_file_open", "file", "Equal", "'/a (deleted)'").first_message(),
            "paths are compared without ' (deleted)', so none matches this");
}

TEST(Conditions, TextThatOnlyLooksLikeADeletedFileIsCompared) {
  EXPECT_EQ(filter("text", "string", "Equal", "'/memfd:mm (deleted)'").mistakes(), "") << "no path";
  for (const char* path : {"/srv/(deleted)", "/srv/deleted)", "/a (deleted)/b", "/srv/deleted"})
    EXPECT_EQ(
        filter("security_file_open", "file", "Equal", "'" + std::string(path) + "'").mistakes(), "")
        << path;
  EXPECT_EQ(filter("security_file_open", "file", "SubString", "deleted").mistakes(), "");
}

TEST(Conditions, ExpressionsOnPathsHaveNoSuffixEither) {
  const auto expression = [](const std::string& call, const std::string& type,
                             const std::string& text) {
    return filter(call, type, "CelExpr", '"' + text + '"').mistakes();
  };
  EXPECT_EQ(expression("security_file_open", "file", "arg0 != '/m (deleted)'"), "11:58 VG0107\n");
  EXPECT_EQ(
      expression("security_file_open", "file", "!(arg0 == '/a' || arg0.endsWith('deleted)'))"),
      "11:82 VG0107\n");
  EXPECT_EQ(expression("text", "string", "arg0 == '/m (deleted)'"), "");
}

TEST(Conditions, WildcardsAreNone) {
  auto help = [](const std::string& op, const std::string& value) {
    Checked out = filter("security_file_open", "file", op, "'" + value + "'");
    EXPECT_EQ(out.mistakes(), "11:" + std::to_string(41 + op.size()) + " VG0223\n");
    EXPECT_TRUE(out.policy) << "a warning";
    return out.first_help();
  };
  EXPECT_EQ(help("Equal", "/tmp/*"), "write 'Prefix' with '/tmp/'");
  EXPECT_EQ(help("Prefix", "/tmp/*"), "write 'Prefix' with '/tmp/'");
  EXPECT_EQ(help("Postfix", "*.conf"), "write 'Postfix' with '.conf'");
  EXPECT_EQ(help("Equal", "/home/*/.ssh"),
            "match the beginning with 'Prefix' or the end with 'Postfix'");
  EXPECT_EQ(filter("text", "string", "Equal", "'a*'").mistakes(), "") << "no path";
}

TEST(Conditions, NoPathIsEmpty) {
  EXPECT_EQ(filter("security_file_open", "file", "Equal", "''").mistakes(), "11:46 VG0219\n");
  EXPECT_EQ(filter("text", "string", "Equal", "''").mistakes(), "") << "no path";
}

TEST(Conditions, ADentryHasNoMount) {
  const auto mistakes = [](const std::string& op, const std::string& values) {
    Checked out = filter("security_inode_copy_up_xattr", "dentry", op, values);
    EXPECT_TRUE(out.policy) << "a warning";
    return out.mistakes();
  };
  EXPECT_EQ(mistakes("Prefix", "/srv/, /usr/"), "11:47 VG0223\n") << "once";
  EXPECT_EQ(mistakes("NotEqual", "/srv"), "11:49 VG0223\n");
  EXPECT_EQ(mistakes("Postfix", "/.ssh"), "");
}

TEST(Conditions, PathsThatTheKernelMakes) {
  for (const char* fine :
       {"Equal, values: [/, /srv/a, '/a..b', '/.ssh', 'pipe:[5]', '/memfd:a//b']",
        "Prefix, values: [/srv/., /srv/.., /srv/]", "Postfix, values: [/, a, .., ../b, /.ssh]"}) {
    EXPECT_EQ(kprobe("security_file_open",
                     "    args: [{index: 0, type: file}]\n    selectors:\n    - matchArgs:\n"
                     "      - {index: 0, operator: " +
                         std::string(fine) + "}\n")
                  .mistakes(),
              "")
        << fine;
  }
  EXPECT_EQ(filter("text", "string", "Equal", "a//b/").mistakes(), "") << "no path";
}

TEST(Conditions, Sockets) {
  Checked out = filter("tcp_connect", "sock", "NotDAddr", "127.0.0.0/8, '::1'");
  const ArgCondition& condition = out.selector().arguments.at(0);
  EXPECT_TRUE(condition.negated);
  const auto& address = std::get<AddressCondition>(condition.test);
  EXPECT_EQ(address.field, AddressCondition::Field::destination);
  EXPECT_EQ(address.prefixes.size(), 2u);
  EXPECT_EQ(ranges(filter("tcp_connect", "sock", "DPort", "443, 8000:9000")),
            (Ranges{{443, 443}, {8000, 9000}}));
  EXPECT_EQ(ranges(filter("tcp_connect", "sock", "NotSportPriv", "")), (Ranges{{0, 1023}}));
  EXPECT_EQ(ranges(filter("tcp_connect", "sock", "Protocol", "IPPROTO_UDP, 6")),
            (Ranges{{17, 17}, {6, 6}}));
  EXPECT_EQ(ranges(filter("tcp_connect", "sock", "Family", "AF_INET6")), (Ranges{{10, 10}}));
  EXPECT_EQ(ranges(filter("tcp_connect", "sock", "State", "TCP_LISTEN, 1:3")),
            (Ranges{{10, 10}, {1, 3}}));
}

TEST(Conditions, HostBitsSayNothing) {
  Checked four = filter("tcp_connect", "sock", "DAddr", "10.1.2.3/8, 10.0.0.0/8, 10.0.0.1");
  EXPECT_EQ(four.mistakes(), "11:46 VG0223\n");
  EXPECT_TRUE(four.policy) << "a warning";
  EXPECT_EQ(four.first_help(), "write '10.0.0.0/8', or '10.1.2.3' for the one address");
  EXPECT_EQ(filter("tcp_connect", "sock", "NotSAddr", "'2001:db8::1/32', '::1/128'").first_help(),
            "write '2001:db8::/32', or '2001:db8::1' for the one address");
}

TEST(Conditions, SocketValuesThatAreNone) {
  EXPECT_EQ(filter("tcp_connect", "sock", "DPort", "65536").mistakes(), "11:46 VG0210\n");
  EXPECT_EQ(filter("tcp_connect", "sock", "DAddr", "localhost").mistakes(), "11:46 VG0209\n");
  EXPECT_EQ(filter("tcp_connect", "sock", "DPortPriv", "1").mistakes(), "11:50 VG0209\n");
  EXPECT_EQ(filter("tcp_connect", "sock", "Family", "AF_INET7").first_help(),
            "did you mean 'AF_INET' or 'AF_INET6'?");
}

TEST(Conditions, HelpNamesWhatIsMeant) {
  const auto help = [](const std::string& op, const std::string& value) {
    return filter("tcp_connect", "sock", op, value).first_help();
  };
  EXPECT_EQ(help("Protocol", "TCP"), "did you mean 'IPPROTO_TCP'?");
  EXPECT_EQ(help("Family", "inet"), "did you mean 'AF_INET'?");
  EXPECT_EQ(help("Family", "ethernet"), "a number, or a name such as AF_UNSPEC");
}

TEST(Conditions, SetsOfCapabilities) {
  auto set = [](const std::string& op, const std::string& values) {
    return kprobe("security_capset",
                  "    args: [{index: 2, type: cap_effective}]\n    selectors:\n    - matchArgs:\n"
                  "      - {index: 2, operator: " +
                      op + ", values: [" + values + "]}\n");
  };
  EXPECT_EQ(ranges(set("NotEqual", "0")), (Ranges{{0, 0}}));
  EXPECT_EQ(ranges(set("Equal", "'CAP_CHOWN, CAP_KILL', 0x21")),
            (Ranges{{0x21, 0x21}, {0x21, 0x21}}));
  EXPECT_EQ(ranges(set("Equal", "CAP_CHECKPOINT_RESTORE")), (Ranges{{1ull << 40, 1ull << 40}}));
  EXPECT_EQ(std::get<MaskCondition>(
                set("Mask", "'CAP_CHOWN,CAP_KILL', CAP_BPF").selector().arguments.at(0).test)
                .mask,
            0x21u | 1ull << 39);
  EXPECT_EQ(set("Equal", "'CAP_CHOWN,CAP_CHOWNN'").mistakes(), "11:46 VG0209\n");
  EXPECT_EQ(set("Prefix", "CAP_CHOWN").mistakes(), "11:30 VG0208\n");
}

TEST(Conditions, CommandsOfBpfHaveNames) {
  EXPECT_EQ(ranges(filter("numbers", "bpf_cmd", "Equal", "BPF_PROG_LOAD, 0")),
            (Ranges{{5, 5}, {0, 0}}));
}

TEST(Conditions, TypesOfFiles) {
  EXPECT_EQ(ranges(filter("security_file_open", "file", "FileType", "reg, socket, pipe")),
            (Ranges{{8, 8}, {12, 12}, {1, 1}}));
  EXPECT_TRUE(
      filter("security_file_open", "file", "NotFileType", "dir").selector().arguments[0].negated);
  EXPECT_EQ(filter("security_file_open", "file", "FileType", "regulra").first_help(),
            "did you mean 'regular'?");
  EXPECT_EQ(filter("text", "string", "FileType", "dir").mistakes(), "11:30 VG0208\n");
}

TEST(Conditions, Substrings) {
  auto kind = [](const Checked& out) {
    return std::get<TextCondition>(out.selector().arguments.at(0).test).kind;
  };
  EXPECT_EQ(kind(filter("text", "string", "SubString", "a, b")), TextCondition::Kind::substring);
  EXPECT_EQ(kind(filter("security_file_open", "file", "SubStringIgnCase", "secret/")),
            TextCondition::Kind::substring_ignoring_case);
  EXPECT_EQ(filter("security_file_open", "file", "SubString", "name, /dir/").mistakes(), "");
  EXPECT_EQ(filter("security_file_open", "file", "SubString", "a//b").mistakes(), "11:50 VG0219\n");
  EXPECT_EQ(filter("numbers", "int", "SubString", "1").mistakes(), "11:30 VG0208\n");
}

TEST(Conditions, CapabilitiesGainedComparesTwoSets) {
  auto gained = [](const std::string& where) {
    return kprobe(
        "security_capset",
        "    args: [{index: 2, type: cap_effective}, {index: 3, type: kernel_cap_t}, {index: 0, "
        "type: nop}]\n    selectors:\n    - matchArgs:\n      - {operator: "
        "CapabilitiesGained, " +
            where + "}\n");
  };
  const Checked out = gained("args: [1, 0]");
  EXPECT_EQ(out.mistakes(), "");
  const ArgCondition& condition = out.selector().arguments.at(0);
  EXPECT_EQ(condition.argument, 1u);
  EXPECT_EQ(condition.without, 0u);
  EXPECT_EQ(std::get<MaskCondition>(condition.test).mask, ~std::uint64_t{0});
  EXPECT_EQ(gained("args: [1]").mistakes(), "11:20 VG0209\n");
  EXPECT_EQ(gained("index: 2").mistakes(), "11:20 VG0209\n");
  EXPECT_EQ(gained("args: [0, 3]").mistakes(), "11:50 VG0211\n");
  EXPECT_EQ(gained("args: [0, 2]").mistakes(), "11:20 VG0208\n");
  EXPECT_EQ(gained("args: [0, 1], values: [1]").mistakes(), "11:63 VG0209\n");
}

TEST(Conditions, ExpressionsNameTheirArguments) {
  auto expression = [](const std::string& where, const std::string& text) {
    return kprobe("numbers",
                  "    args: [{index: 1, type: uint32}, {index: 0, type: int}]\n    selectors:\n"
                  "    - matchArgs:\n      - {" +
                      where + "operator: CelExpr, values: [" + text + "]}\n");
  };
  const Checked out = expression("", "\"arg1 == -1 && arg0 > 2\"");
  EXPECT_EQ(out.mistakes(), "");
  const auto& e = std::get<Expression>(out.selector().arguments.at(0).test);
  EXPECT_EQ(e.kind, Expression::Kind::both);
  EXPECT_EQ(e.operands[0].operands[0].argument, 1u);
  EXPECT_EQ(expression("index: 0, ", "arg0 == 1").mistakes(), "");
  EXPECT_EQ(expression("", "'arg0 == 1', 'arg1 == 1'").mistakes(), "11:20 VG0209\n");
  const Checked wrong = expression("", "'arg0 == arg1'");
  EXPECT_EQ(wrong.mistakes(), "11:39 VG0209\n");
  EXPECT_EQ(wrong.first_message(), "uint32 and int32 do not go together");
}

TEST(Conditions, PacketsAndUnixAddresses) {
  auto object = [](int index, const std::string& type, const std::string& op,
                   const std::string& values) {
    return kprobe("objects", "    args: [{index: " + std::to_string(index) + ", type: " + type +
                                 "}]\n    selectors:\n    - matchArgs:\n      - {index: " +
                                 std::to_string(index) + ", operator: " + op + ", values: [" +
                                 values + "]}\n")
        .mistakes();
  };
  EXPECT_EQ(object(6, "skb", "DAddr", "127.0.0.0/8"), "");
  EXPECT_EQ(object(6, "skb", "NotSPort", "53"), "");
  EXPECT_EQ(object(6, "skb", "Protocol", "IPPROTO_UDP"), "");
  EXPECT_EQ(object(6, "skb", "State", "TCP_LISTEN"), "11:30 VG0208\n");
  EXPECT_EQ(object(7, "sockaddr_un", "Family", "AF_UNIX"), "");
  EXPECT_EQ(object(7, "sockaddr_un", "Prefix", "'@demo'"), "");
  EXPECT_EQ(object(7, "sockaddr_un", "SPort", "1"), "11:30 VG0208\n");
  EXPECT_EQ(object(1, "net_device", "Equal", "\"lo\\0\""), "") << "as upstream writes them";
  EXPECT_EQ(object(2, "kiocb", "Postfix", "/tty1"), "");
  EXPECT_EQ(object(10, "bpf_prog", "Equal", "x"), "11:31 VG0208\n");
}

TEST(Conditions, OperatorsFitTypes) {
  EXPECT_EQ(filter("numbers", "int", "Prefix", "1").mistakes(), "11:30 VG0208\n");
  EXPECT_EQ(filter("text", "string", "GT", "1").mistakes(), "11:30 VG0208\n");
  EXPECT_EQ(filter("cap_capable", "cred", "Equal", "1").mistakes(), "11:30 VG0208\n");
  EXPECT_EQ(filter("tcp_connect", "nop", "Equal", "1").mistakes(), "11:30 VG0208\n");
  EXPECT_EQ(filter("numbers", "int", "Equals", "1").first_help(), "did you mean 'Equal'?");
  EXPECT_EQ(filter("numbers", "int", "CelExpr", "1").mistakes(), "11:48 VG0209\n");
}

TEST(Conditions, OnlyListedArgumentsAreCompared) {
  auto on = [](const std::string& where) {
    return kprobe(
        "numbers",
        "    args: [{index: 2, type: long}]\n    selectors:\n    - matchArgs:\n      - {" + where +
            ", operator: Equal, values: [1]}\n");
  };
  EXPECT_EQ(on("index: 2").selector().arguments.at(0).argument, 0u);
  EXPECT_EQ(on("args: [0]").selector().arguments.at(0).argument, 0u);
  EXPECT_EQ(on("index: 0").mistakes(), "11:17 VG0211\n");
  EXPECT_EQ(on("args: [1]").mistakes(), "11:17 VG0211\n");
}

Checked process(const std::string& filter) {
  return kprobe("tcp_connect", "    selectors:\n    - " + filter + "\n");
}

TEST(Conditions, Binaries) {
  Checked out = process("matchBinaries: [{operator: NotPostfix, values: [/sh, bash]}]");
  EXPECT_EQ(out.mistakes(), "");
  const BinaryCondition& condition = out.selector().binaries.at(0);
  EXPECT_TRUE(condition.negated);
  EXPECT_EQ(condition.test.kind, TextCondition::Kind::postfix);
  EXPECT_EQ(process("matchBinaries: [{operator: In, values: [bash]}]").mistakes(), "9:47 VG0219\n");
  EXPECT_EQ(process("matchBinaries: [{operator: In, values: [/bin/../sh]}]").mistakes(),
            "9:47 VG0219\n");
  for (const char* key : {"matchBinaries", "matchParentBinaries", "matchAncestors"}) {
    const Checked gone =
        process(std::string(key) + ": [{operator: NotIn, values: ['/memfd:ex (deleted)']}]");
    EXPECT_TRUE(gone.mistakes().ends_with(" VG0107\n")) << key << gone.mistakes();
    EXPECT_FALSE(gone.policy) << key;
  }
  EXPECT_EQ(process("matchBinaries: [{operator: Equal, values: [/a]}]").mistakes(),
            "9:34 VG0207\n");
}

TEST(Conditions, EveryOperatorOfProgramsFollowsChildren) {
  for (const std::string_view op : schema::spellings(schema::match_binaries_words())) {
    const Checked out = process("matchBinaries: [{operator: " + std::string(op) +
                                ", values: [/bin/sh], followChildren: true}]");
    EXPECT_EQ(out.mistakes(), "") << op;
    EXPECT_EQ(out.selector().binaries.at(0).whose, BinaryCondition::Whose::family) << op;
  }
}

TEST(Conditions, Pids) {
  Checked out =
      process("matchPIDs: [{operator: NotIn, values: [0, 4294967295], followForks: true}]");
  EXPECT_EQ(out.mistakes(), "");
  const PidCondition& condition = out.selector().pids.at(0);
  EXPECT_TRUE(condition.negated);
  EXPECT_TRUE(condition.follow_forks);
  EXPECT_FALSE(condition.in_namespace);
  EXPECT_EQ(condition.pids, (std::vector<std::uint32_t>{0, 4294967295}));
  EXPECT_EQ(process("matchPIDs: [{operator: In, values: [-1]}]").mistakes(), "9:43 VG0210\n");
  EXPECT_EQ(process("matchPIDs: [{operator: In, values: []}]").mistakes(), "9:30 VG0209\n");
  EXPECT_EQ(process("matchPIDs: [{operator: Equal, values: [1]}]").first_help(),
            "write 'In' or 'NotIn'");
}

TEST(Conditions, NobodyIsFollowedFromPidZero) {
  auto zero = [](const std::string& rest) {
    return process("matchPIDs: [{operator: " + rest + "}]").mistakes();
  };
  EXPECT_EQ(zero("In, values: [1, 0], followForks: true, isNamespacePID: true"), "9:46 VG0219\n");
  EXPECT_EQ(zero("In, values: [0], followForks: true"), "9:43 VG0219\n");
  EXPECT_EQ(zero("NotIn, values: [0], followForks: true, isNamespacePID: true"), "");
  EXPECT_EQ(zero("In, values: [0], isNamespacePID: true"), "") << "processes of the host";
}

}  // namespace
}  // namespace vigil::check
