#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

// A kprobe on tcp_connect with these data, on line 9.
Checked data(const std::string& entry, const std::string& more = "") {
  return kprobe("tcp_connect", "    data:\n    - {index: 0, " + entry + "}\n" + more);
}

Checked of_task(const std::string& type, const std::string& path) {
  return data("type: " + type + ", source: current_task, resolve: \"" + path + "\"");
}

const Way& way(const Checked& out) { return *out.hook().data.at(0).way; }

TEST(Resolve, FindsAMemberOfTheTask) {
  Checked out = of_task("int", "pid");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(out.hook().data[0].type, schema::ArgType::int32);
  EXPECT_EQ(way(out).from, Way::From::current_task);
  EXPECT_EQ(way(out).offset, 100u);
  EXPECT_EQ(way(out).bits, 32);
  EXPECT_TRUE(way(out).is_signed);
  EXPECT_TRUE(way(out).steps.empty());
}

TEST(Resolve, FollowsPointersAndKnowsWhichPartNeedsThem) {
  Checked out = of_task("string", "mm.owner.parent.comm");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(way(out).steps, (std::vector<Way::Step>{{16, 1}, {8, 2}, {24, 3}}));
  EXPECT_EQ(way(out).offset, 200u);
  EXPECT_EQ(way(out).depth, 3);
  EXPECT_EQ(way(out).read, Way::Read::address) << "the text stands there";
  EXPECT_EQ(out.hook().data[0].type, schema::ArgType::string);
}

TEST(Resolve, TakesElementsAndBitFields) {
  EXPECT_EQ(way(of_task("uint64", "rlim[2]")).offset, 300u + 16);
  EXPECT_EQ(way(of_task("uint64", "rlim.[2]")).offset, 300u + 16);
  Checked bits = of_task("int", "flag");
  EXPECT_EQ(way(bits).offset, 401u);
  EXPECT_EQ(way(bits).bit_offset, 3);
  EXPECT_EQ(way(bits).bits, 2);
  EXPECT_EQ(bits.hook().data[0].type, schema::ArgType::uint32) << "as the kernel has it";
}

TEST(Resolve, SaysWhatLeadsNowhere) {
  EXPECT_EQ(of_task("int", "pidd").mistakes(), "9:60 VG0228\n");
  EXPECT_EQ(of_task("int", "pidd").first_message(), "'struct task_struct' has no member 'pidd'");
  for (const char* path :
       {"", ".pid", "pid.", "pid..x", "rlim[x]", "rlim[3]", "rlim[-1]", "pid.x", "flag.x", "[0]x"})
    EXPECT_EQ(of_task("int", path).diagnostics.error_count(), 1u) << path;
  EXPECT_EQ(of_task("file", "pid").hook().data[0].type, schema::ArgType::int32);
  EXPECT_EQ(of_task("file", "mm").mistakes(), "9:24 VG0206\n");
}

TEST(Resolve, BeginsAtArguments) {
  Checked out = kprobe("opens", "    args: [{index: 0, type: path, resolve: f_path}]\n");
  EXPECT_EQ(out.mistakes(), "");
  const Argument& argument = out.hook().arguments.at(0);
  EXPECT_EQ(argument.way->from, Way::From::value);
  EXPECT_EQ(argument.way->offset, 64u);
  EXPECT_EQ(argument.way->read, Way::Read::address);
  EXPECT_EQ(kprobe("tcp_v4_rcv", "    args: [{index: 1, type: int, resolve: a}]\n").mistakes(),
            "8:43 VG0228\n")
      << "no pointer";
}

TEST(Resolve, CastsFirst) {
  Checked out = kprobe("tcp_connect",
                       "    args: [{index: 0, type: int, btfType: task_struct, resolve: pid}]\n");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(out.hook().arguments.at(0).way->offset, 100u);
  EXPECT_EQ(
      kprobe("tcp_connect", "    args: [{index: 0, type: int, btfType: task, resolve: pid}]\n")
          .mistakes(),
      "8:43 VG0228\n");
  const std::string call = "  kprobes:\n  - call: sys_connect\n    args: [{index: 1, type: int, ";
  EXPECT_EQ(checked(call + "resolve: pid}]\n").mistakes(), "7:43 VG0228\n");
  EXPECT_EQ(checked(call + "btfType: task_struct, resolve: pid}]\n").mistakes(), "");
}

TEST(Resolve, CastsToWhatAModuleHas) {
  const auto cast = [](const std::string& keys) {
    return kprobe("tcp_connect", "    args: [{index: 0, type: int, " + keys + "}]\n").mistakes();
  };
  EXPECT_EQ(cast("btfType: task_struct, btfTypeModule: af_alg, resolve: pid"), "");
  EXPECT_EQ(cast("btfType: task, btfTypeModule: af_alg, resolve: pid"), "8:43 VG0228\n");
  EXPECT_EQ(cast("btfType: task_struct, btfTypeModule: af, resolve: pid"), "8:71 VG0228\n");
  EXPECT_EQ(kprobe("tcp_connect", "    args: [{index: 0, type: sock, btfTypeModule: af_alg}]\n")
                .mistakes(),
            "8:50 VG0219\n")
      << "a warning";
}

TEST(Resolve, KnowsRegisters) {
  Checked out = data("type: uint64, source: pt_regs, resolve: rip");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(way(out).from, Way::From::registers);
  EXPECT_EQ(way(out).offset, 128u);
  EXPECT_EQ(way(data("type: uint64, source: pt_regs, resolve: rax")).offset, 80u);
  EXPECT_EQ(way(data("type: uint64, source: pt_regs, resolve: r15")).offset, 0u);
  EXPECT_EQ(data("type: uint64, source: pt_regs, resolve: rzz").mistakes(), "9:58 VG0228\n");
  EXPECT_EQ(data("type: uint64, source: stack, resolve: rip").mistakes(), "9:40 VG0209\n");
}

TEST(Resolve, DataAreMatchedByTheirPlace) {
  Checked out = data("type: int, source: current_task, resolve: pid",
                     "    args: [{index: 0, type: sock}]\n    selectors:\n"
                     "    - matchData: [{index: 0, operator: GT, values: [\"1\"]}]\n");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(out.selector().arguments.at(0).argument, 1u) << "behind the arguments";
  EXPECT_EQ(data("type: int, source: current_task, resolve: pid",
                 "    selectors:\n    - matchData: [{index: 1, operator: GT, values: [\"1\"]}]\n")
                .mistakes(),
            "11:27 VG0211\n");
}

TEST(Resolve, ExpressionsOverDataNameThemByTheirPlace) {
  Checked out = data("type: int, source: current_task, resolve: pid",
                     "    args: [{index: 0, type: sock}]\n    selectors:\n"
                     "    - matchData: [{operator: CelExpr, values: [\"1 < arg0\"]}]\n");
  EXPECT_EQ(out.mistakes(), "");
  const auto& less = std::get<Expression>(out.selector().arguments.at(0).test);
  EXPECT_EQ(less.operands.at(1).argument, 1u) << "behind the arguments";
}

}  // namespace
}  // namespace vigil::check
