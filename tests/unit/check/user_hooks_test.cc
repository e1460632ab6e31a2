#include <gtest/gtest.h>

#include "engine/compile/check/probe_arguments.h"

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

// One uprobe on /opt/tide with these lines below its path, which begin on line 7.
Checked uprobe(const std::string& lines) {
  return checked("  uprobes:\n  - path: /opt/tide\n" + lines);
}

TEST(Uprobes, SymbolsAreOneHookEach) {
  const Checked out = uprobe("    symbols: [main, turn+0x10, turn+4]\n");
  EXPECT_EQ(out.mistakes(), "");
  const auto& hooks = out.policy.value().hooks();
  ASSERT_EQ(hooks.size(), 3u);
  EXPECT_EQ(hooks[0].section, schema::Section::uprobes);
  EXPECT_EQ(hooks[0].function, "main");
  EXPECT_EQ(hooks[0].place->path, "/opt/tide");
  EXPECT_EQ(hooks[0].place->offset, 0x1100u);
  EXPECT_EQ(hooks[0].place->ref_ctr_offset, 0u);
  EXPECT_EQ(hooks[0].reported_offset, 0u);
  EXPECT_EQ(hooks[1].function, "turn+0x10");
  EXPECT_EQ(hooks[1].place->offset, 0x1210u);
  EXPECT_EQ(hooks[2].place->offset, 0x1204u);
  EXPECT_EQ(hooks[2].index, 0u) << "all of one entry";
}

TEST(Uprobes, OffsetsAndAddresses) {
  const Checked offsets = uprobe("    offsets: [0x1100, 4608]\n    refCtrOffsets: [0, 0x3008]\n");
  EXPECT_EQ(offsets.mistakes(), "");
  const auto& hooks = offsets.policy.value().hooks();
  ASSERT_EQ(hooks.size(), 2u);
  EXPECT_EQ(hooks[1].function, "");
  EXPECT_EQ(hooks[1].place->offset, 0x1200u);
  EXPECT_EQ(hooks[1].reported_offset, 0x1200u);
  EXPECT_EQ(hooks[1].place->ref_ctr_offset, 0x3008u);
  const Checked addresses = uprobe("    addrs: [0x401100]\n");
  EXPECT_EQ(addresses.hook().place->offset, 0x1100u);
  EXPECT_EQ(addresses.hook().reported_offset, 0x401100u);
}

TEST(Uprobes, WhatIsNotThereIsNamed) {
  const Checked missing = uprobe("    symbols: [mian]\n");
  EXPECT_EQ(missing.mistakes(), "7:15 VG0227\n");
  EXPECT_EQ(missing.first_message(), "'/opt/tide' has no function 'mian'");
  EXPECT_EQ(missing.first_help(), "did you mean 'main'?");
  const Checked twice = uprobe("    symbols: [twice]\n");
  EXPECT_EQ(twice.first_message(), "'/opt/tide' has 2 functions 'twice'");
  EXPECT_EQ(twice.first_help(), "write the one you mean as 'offsets': 0x1300, 0x1400");
  EXPECT_EQ(uprobe("    symbols: [main+]\n").mistakes(), "7:15 VG0227\n");
  EXPECT_EQ(uprobe("    symbols: [+4]\n").mistakes(), "7:15 VG0227\n");
  EXPECT_EQ(uprobe("    symbols: [main+0x4000]\n").mistakes(), "7:15 VG0227\n") << "no code";
  EXPECT_EQ(uprobe("    offsets: [0x3000]\n").mistakes(), "7:15 VG0227\n");
  EXPECT_EQ(uprobe("    addrs: [0x1100]\n").mistakes(), "7:13 VG0227\n");
  EXPECT_EQ(checked("  uprobes:\n  - path: /none\n    symbols: [a]\n").mistakes(), "6:11 VG0227\n");
}

TEST(Uprobes, OneWayOfNamingPlaces) {
  EXPECT_EQ(uprobe("").mistakes(), "6:11 VG0105\n");
  EXPECT_EQ(uprobe("    symbols: [main]\n    offsets: [0x1100]\n").mistakes(), "6:11 VG0105\n");
  EXPECT_EQ(uprobe("    symbols: [main]\n    refCtrOffsets: [0, 0]\n").mistakes(), "8:21 VG0111\n");
  EXPECT_EQ(uprobe("    symbols: [main]\n    refCtrOffsets: [0x1000]\n").mistakes(),
            "8:21 VG0227\n")
      << "code cannot be counted in";
}

TEST(Uprobes, ArgumentsAreInRegistersAndThenOnTheStack) {
  const Checked out = uprobe(
      "    symbols: [main]\n"
      "    args:\n"
      "    - {index: 1, type: string}\n"
      "    - {index: 7, type: int}\n"
      "    - {index: 0, type: char_buf, sizeArgIndex: 3}\n");
  EXPECT_EQ(out.mistakes(), "");
  const auto& arguments = out.hook().arguments;
  EXPECT_EQ(arguments[0].operand->base, schema::find_register("rsi"));
  EXPECT_EQ(arguments[0].operand->memory_bytes, 0);
  EXPECT_EQ(arguments[1].operand->base, schema::find_register("rsp"));
  EXPECT_EQ(arguments[1].operand->number, 16) << "behind the return address and argument 6";
  EXPECT_EQ(arguments[1].operand->memory_bytes, 8);
  EXPECT_EQ(arguments[2].operand->base, schema::find_register("rdi"));
  EXPECT_EQ(arguments[2].size_operand->base, schema::find_register("rdx"));
}

TEST(Uprobes, NoProgramHasObjectsOfTheKernel) {
  const Checked out = uprobe("    symbols: [main]\n    args: [{index: 0, type: file}]\n");
  EXPECT_EQ(out.mistakes(), "8:29 VG0206\n");
  EXPECT_EQ(out.first_message(), "'file' is an object of the kernel: no program has one");
  EXPECT_EQ(uprobe("    symbols: [main]\n    args: [{index: 12, type: int}]\n").mistakes(),
            "8:20 VG0107\n");
}

TEST(Uprobes, ActionsThatASignalCarriesOut) {
  const auto with = [](const std::string& action) {
    return uprobe("    symbols: [main]\n    selectors:\n    - matchActions: [{action: " + action +
                  "}]\n");
  };
  EXPECT_EQ(with("Sigkill").mistakes(), "") << "comes before the code runs";
  EXPECT_EQ(with("Signal, argSig: 9").mistakes(), "");
  EXPECT_EQ(with("Override, argError: -1").mistakes(), "9:31 VG0215\n");
}

TEST(Uprobes, ReturnValues) {
  const Checked out =
      uprobe("    symbols: [main]\n    return: true\n    returnArg: {index: 0, type: int}\n");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_EQ(out.hook().return_argument->type, schema::ArgType::int32);
}

Checked with_digests(const std::string& digests, const std::string& ignore = "false") {
  return uprobe("    symbols: [main]\n    ignore: {digestVerificationFailure: " + ignore +
                "}\n    binaryDigests: [" + digests + "]\n");
}

TEST(Uprobes, OneDigestIsTheFiles) {
  const std::string sha256 = "sha256:" + std::string(64, 'A');
  EXPECT_EQ(with_digests(sha256).mistakes(), "");
  EXPECT_TRUE(with_digests(sha256).hook().place->verified);
  EXPECT_FALSE(with_digests("").hook().place->verified);
  EXPECT_EQ(with_digests("\"build-id:c0ffee\"").mistakes(), "");
  EXPECT_EQ(with_digests("\"build-id:c0fe\", \"" + sha256 + "\"").mistakes(), "");
  const Checked other = with_digests("\"build-id:c0fe\"");
  EXPECT_EQ(other.mistakes(), "6:11 VG0227\n");
  EXPECT_EQ(other.first_message(), "'/opt/tide' has none of the digests in 'binaryDigests'");
  EXPECT_EQ(other.first_help(), "what is there now has sha256:" + std::string(64, 'a'));
}

TEST(Uprobes, AnotherFileIsLeftOutWhereThePolicySaysSo) {
  const Checked out = with_digests("\"build-id:c0fe\"", "true");
  EXPECT_EQ(out.mistakes(), "6:11 VG0222\n3:18 VG0110\n");
  ASSERT_TRUE(out.policy);
  EXPECT_TRUE(out.policy->hooks().empty());
  ASSERT_EQ(out.policy->skipped_hooks().size(), 1u);
  EXPECT_EQ(out.policy->skipped_hooks()[0].cause, SkippedHook::Cause::other_file);
  EXPECT_EQ(out.policy->skipped_hooks()[0].function, "/opt/tide");
}

TEST(Uprobes, DigestsThatAreNone) {
  for (const char* odd : {"sha256:aa", "\"sha256:\"", "\"build-id:\"", "\"build-id:c0f\"", "md5:00",
                          "\"build-id:c0ffe \"", "c0ffee"})
    EXPECT_EQ(with_digests(odd, "true").mistakes(), "9:21 VG0209\n") << odd;
  EXPECT_EQ(with_digests("sha1:" + std::string(40, '1'), "true").first_message(),
            "the file's own digest cannot be computed: reading it: Input/output error");
}

Checked usdt(const std::string& name, const std::string& lines) {
  return checked("  usdts:\n  - path: /opt/tide\n    provider: tide\n    name: " + name + "\n" +
                 lines);
}

TEST(Usdts, ProbesAreFoundWithTheirArguments) {
  const Checked out = usdt("high",
                           "    args:\n    - {index: 1, type: uint64}\n"
                           "    - {index: 0, type: int}\n    - {index: 2, type: int8}\n");
  EXPECT_EQ(out.mistakes(), "");
  const Hook& hook = out.hook();
  EXPECT_EQ(hook.section, schema::Section::usdts);
  EXPECT_EQ(hook.provider, "tide");
  EXPECT_EQ(hook.function, "high");
  EXPECT_EQ(hook.place->offset, 0x1500u);
  EXPECT_EQ(hook.place->ref_ctr_offset, 0x3020u);
  EXPECT_EQ(hook.arguments[0].operand->number, -16);
  EXPECT_EQ(hook.arguments[0].operand->memory_bytes, 8);
  EXPECT_EQ(hook.arguments[1].operand->base, schema::find_register("edi"));
  EXPECT_EQ(hook.arguments[2].operand, (Operand{.number = 7}));
}

TEST(Usdts, AProbeStandsWhereverItWasInlined) {
  const auto hooks = usdt("low", "").policy.value().hooks();
  ASSERT_EQ(hooks.size(), 2u);
  EXPECT_EQ(hooks[1].place->offset, 0x1700u);
}

TEST(Usdts, WhatCannotBeReadIsSaid) {
  EXPECT_EQ(usdt("hihg", "").mistakes(), "8:11 VG0227\n");
  EXPECT_EQ(usdt("hihg", "").first_help(), "did you mean 'tide:high'?");
  EXPECT_EQ(usdt("high", "    args: [{index: 3, type: int}]\n").mistakes(), "9:20 VG0204\n");
}

Checked set(const std::string& parameters) {
  return usdt("set",
              "    args: [{index: 2, type: int64}, {index: 1, type: int}, {index: 0, type: int}]\n"
              "    selectors:\n    - matchActions: [{action: Set" +
                  parameters + "}]\n");
}

TEST(Usdts, SetWritesWhereAnArgumentStands) {
  const Checked out = set(", argIndex: 2, argValue: 4294967295");
  EXPECT_EQ(out.mistakes(), "");
  EXPECT_TRUE(out.policy.value().enforces());
  const auto& write = out.hook().selectors.at(0).actions.at(0).write;
  ASSERT_TRUE(write);
  EXPECT_EQ(write->argument, 2u) << "position in 'args'";
  EXPECT_EQ(write->value, 0xffffffffu);
  EXPECT_EQ(set(", argIndex: 2").hook().selectors.at(0).actions.at(0).write->value, 0u);
}

TEST(Usdts, SetWritesNothingElse) {
  const Checked in_register = set(", argIndex: 1, argValue: 1");
  EXPECT_EQ(in_register.mistakes(), "11:31 VG0214\n");
  EXPECT_EQ(in_register.first_message(),
            "argument 1 of this probe cannot be set: the program does not pass it as 4 bytes in "
            "memory");
  EXPECT_EQ(set(", argValue: 1").mistakes(), "11:31 VG0214\n") << "8 bytes";
  EXPECT_EQ(set(", argIndex: 3").mistakes(), "11:46 VG0214\n") << "no such argument";
  EXPECT_EQ(set(", argIndex: 2, argValue: -1").mistakes(), "11:59 VG0214\n");
  EXPECT_EQ(set(", argIndex: 2, argValue: 4294967296").mistakes(), "11:59 VG0214\n");
  EXPECT_EQ(set(", argIndex: 2, argSig: 9").mistakes(), "11:57 VG0214\n") << "a warning";
  EXPECT_EQ(usdt("set", "    selectors:\n    - matchActions: [{action: Set}]\n").first_message(),
            "'Set' needs an argument to set");
  EXPECT_EQ(uprobe("    symbols: [main]\n    args: [{index: 0, type: int}]\n    selectors:\n"
                   "    - matchActions: [{action: Set, argIndex: 0}]\n")
                .mistakes(),
            "10:31 VG0213\n");
}

// The forms that compilers use.
TEST(Usdts, FormsOfArguments) {
  const FakeFile file;
  const auto read = [&](const std::string& text) {
    const StaticProbe probe{.address = 0x401500, .arguments = text};
    const auto all = probe_arguments(probe, file);
    EXPECT_EQ(all.size(), 1u) << text;
    return all.at(0);
  };
  const auto reg = [](std::string_view name) { return schema::find_register(name); };
  EXPECT_EQ(read("8@%rax"), (Operand{.base = reg("rax")}));
  EXPECT_EQ(read("-4@%eax"), (Operand{.base = reg("eax"), .is_signed = true}));
  EXPECT_EQ(read("1@%eax"), (Operand{.base = schema::Register{80, 1}}));
  EXPECT_EQ(read("%rdi"), (Operand{.base = reg("rdi")}));
  EXPECT_EQ(read("4@$5"), (Operand{.number = 5}));
  EXPECT_EQ(read("-8@$-0x10"), (Operand{.number = -16}));
  EXPECT_EQ(read("8@(%rsi)"), (Operand{.base = reg("rsi"), .memory_bytes = 8}));
  EXPECT_EQ(read("-2@-20(%rbp)"),
            (Operand{.number = -20, .base = reg("rbp"), .memory_bytes = 2, .is_signed = true}));
  EXPECT_EQ(
      read("8@8(%rax,%rcx,4)"),
      (Operand{
          .number = 8, .base = reg("rax"), .index = reg("rcx"), .scale = 4, .memory_bytes = 8}));
  EXPECT_EQ(read("8@(%rax,%rcx)"),
            (Operand{.base = reg("rax"), .index = reg("rcx"), .memory_bytes = 8}));
  EXPECT_EQ(read("4@16(,%rcx,8)"),
            (Operand{.number = 16, .index = reg("rcx"), .scale = 8, .memory_bytes = 4}));
  EXPECT_EQ(read("-4@level+4(%rip)"), (Operand{.number = 0x404014 - 0x401500,
                                               .base = reg("rip"),
                                               .memory_bytes = 4,
                                               .is_signed = true}));
  for (const char* odd :
       {"8f@%xmm0", "3@%rax", "8@", "8@%", "8@$", "8@$x", "8@(", "8@()", "8@(%rax", "8@(%rax)x",
        "8@x(%rax)", "8@(%rax,%rcx,3)", "8@(%rax,)", "8@no(%rip)", "8@4", "@%rax"})
    EXPECT_EQ(read(odd), std::nullopt) << odd;
}

}  // namespace
}  // namespace vigil::check
