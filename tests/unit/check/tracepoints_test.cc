#include <gtest/gtest.h>

#include "tests/unit/check/fake_kernel.h"

namespace vigil::check {
namespace {

using schema::ArgType;
using Form = RecordPlace::Form;

Checked tracepoint(const std::string& subsystem, const std::string& event, const std::string& lines,
                   const char* raw = "") {
  return checked("  tracepoints:\n  - subsystem: " + subsystem + "\n    event: " + event + "\n" +
                 raw + lines);
}

TEST(Tracepoints, FieldsAreFoundByTheirNumber) {
  const Checked out =
      tracepoint("sched", "sched_process_exec",
                 "    args: [{index: 4, type: string}, {index: 5, type: int}]\n"
                 "    selectors: [{matchArgs: [{index: 5, operator: GT, values: [\"7\"]}]}]\n");
  ASSERT_TRUE(out.policy) << out.first_message();
  const Hook& hook = out.hook();
  EXPECT_EQ(hook.section, schema::Section::tracepoints);
  EXPECT_EQ(hook.subsystem, "sched");
  EXPECT_EQ(hook.function, "sched_process_exec");
  EXPECT_FALSE(hook.raw);
  EXPECT_EQ(hook.arguments[0].place, (RecordPlace{Form::dynamic, 8, 4, true}));
  EXPECT_EQ(hook.arguments[1].place, (RecordPlace{Form::value, 12, 4, true}));
  EXPECT_EQ(out.selector().arguments[0].argument, 1U);
}

TEST(Tracepoints, TypesAreThoseOfTheFields) {
  const Checked out =
      tracepoint("raw_syscalls", "sys_enter",
                 "    args: [{index: 4, type: syscall64}, {index: 5}]\n"
                 "    selectors: [{matchArgs: [{index: 0, operator: InMap, values: [\"83\"]}]}]\n");
  ASSERT_TRUE(out.policy) << out.first_message();
  ASSERT_EQ(out.hook().arguments.size(), 7U) << "each number of the array";
  EXPECT_EQ(out.hook().arguments[1].type, ArgType::uint64);
  EXPECT_EQ(out.hook().arguments[6].place->offset_bytes, 56U);
  EXPECT_EQ(out.selector().arguments[0].argument, 0U) << "no field, so a position";
  const Checked exec =
      tracepoint("sched", "sched_process_exec",
                 "    args: [{index: 4, type: data_loc}, {index: 4}, {index: 5}]\n");
  ASSERT_TRUE(exec.policy) << exec.first_message();
  EXPECT_EQ(exec.hook().arguments[1].type, ArgType::data_loc);
  EXPECT_EQ(exec.hook().arguments[2].type, ArgType::int32);
  EXPECT_EQ(tracepoint("raw_syscalls", "sys_enter", "    args: [{index: 5, type: const_buf}]\n")
                .hook()
                .arguments[0]
                .fixed_size,
            48U);
}

TEST(Tracepoints, ABufferHasItsSizeInAnotherField) {
  const Checked out = tracepoint("syscalls", "sys_enter_write",
                                 "    args: [{index: 6, type: char_buf, sizeArgIndex: 8}]\n");
  ASSERT_TRUE(out.policy) << out.first_message();
  EXPECT_EQ(out.hook().arguments[0].place->offset_bytes, 24U);
  EXPECT_EQ(out.hook().arguments[0].size_place->offset_bytes, 32U);
}

TEST(Tracepoints, ArraysAndTextsHaveTypesOfTheirOwn) {
  const Checked calls =
      tracepoint("raw_syscalls", "sys_enter",
                 "    args: [{index: 4, type: syscall64}, {index: 5, type: const_buf}]\n");
  ASSERT_TRUE(calls.policy) << calls.first_message();
  EXPECT_EQ(calls.hook().arguments[1].place->form, Form::inside);
  EXPECT_EQ(calls.hook().arguments[1].fixed_size, 48U);
  const Checked exec =
      tracepoint("sched", "sched_process_exec", "    args: [{index: 4, type: data_loc}]\n");
  ASSERT_TRUE(exec.policy) << exec.first_message();
  EXPECT_EQ(exec.hook().arguments[0].type, ArgType::data_loc);
  const Checked numbers =
      tracepoint("raw_syscalls", "sys_enter", "    args: [{index: 5, type: auto}]\n");
  ASSERT_TRUE(numbers.policy) << numbers.first_message();
  ASSERT_EQ(numbers.hook().arguments.size(), 6U) << "each of the array";
  EXPECT_EQ(numbers.hook().arguments[5].type, ArgType::uint64);
  EXPECT_EQ(tracepoint("sched", "sched_process_exec", "    args: [{index: 5, type: const_buf}]\n")
                .mistakes(),
            "8:29 VG0206\n");
}

TEST(Tracepoints, RawOnesHaveTheArgumentsThatTheKernelPasses) {
  const Checked out = tracepoint("sched", "sched_process_exec",
                                 "    args: [{index: 2, type: linux_binprm}]\n", "    raw: true\n");
  ASSERT_TRUE(out.policy) << out.first_message();
  EXPECT_TRUE(out.hook().raw);
  EXPECT_FALSE(out.hook().arguments[0].place);
}

TEST(Tracepoints, MistakesAreTold) {
  EXPECT_EQ(tracepoint("sched", "sched_proces_exec", "").mistakes(), "7:12 VG0224\n");
  EXPECT_EQ(tracepoint("sched", "sched_proces_exec", "").first_help(),
            "did you mean 'sched_process_exec'?");
  EXPECT_EQ(tracepoint("sched", "nowhere", "", "    raw: true\n").mistakes(), "7:12 VG0224\n");
  EXPECT_EQ(tracepoint("..", "sched_process_exec", "").mistakes(), "6:16 VG0224\n");
  EXPECT_EQ(tracepoint("secret", "secret", "").first_message(), "tracefs is closed to this user");
  EXPECT_EQ(tracepoint("sched", "sched_process_exec", "    args: [{index: 6, type: int}]\n")
                .first_message(),
            "'sched_process_exec' has no argument 6: it has 6 arguments, index 0 to 5");
  EXPECT_EQ(tracepoint("sched", "sched_process_exec", "    args: [{index: 3, type: int}]\n")
                .first_message(),
            "'common' is not shown to BPF programs");
  EXPECT_EQ(
      tracepoint("sched", "sched_process_exec", "    args: [{index: 5, type: file}]\n").mistakes(),
      "8:29 VG0206\n");
}

TEST(Tracepoints, DecideNothing) {
  const std::string kill =
      "    selectors: [{matchActions: [{action: Sigkill}], matchPIDs: [{operator: In, values: "
      "[7]}]}]\n";
  EXPECT_EQ(tracepoint("sched", "sched_process_exec", kill).mistakes(), "8:42 VG0216\n");
  const std::string deny = "    selectors: [{matchActions: [{action: Override, argError: -1}]}]\n";
  EXPECT_EQ(tracepoint("sched", "sched_process_exec", deny).mistakes(), "8:42 VG0215\n");
}

Checked fentry(const std::string& call, const std::string& lines) {
  return checked("  fentries:\n  - call: " + call + "\n    syscall: false\n" + lines);
}

TEST(Fentries, AreCheckedLikeKprobes) {
  const Checked out = fentry("security_file_open",
                             "    return: true\n    args: [{index: 0, type: file}]\n"
                             "    returnArg: {index: 0, type: int}\n");
  ASSERT_TRUE(out.policy) << out.first_message();
  EXPECT_EQ(out.hook().section, schema::Section::fentries);
  EXPECT_FALSE(out.hook().enforcement);
  EXPECT_EQ(fentry("security_file_opne", "").mistakes(), "6:11 VG0201\n");
}

TEST(Fentries, OnlyWatch) {
  for (const char* action : {"Sigkill", "Signal, argSig: 15", "Override, argError: -1"}) {
    const Checked out =
        fentry("security_file_open",
               std::string("    selectors: [{matchActions: [{action: ") + action + "}]}]\n");
    EXPECT_EQ(out.mistakes(), "8:42 VG0215\n") << action;
    EXPECT_EQ(out.first_help(), "write the hook under 'kprobes'");
  }
}

}  // namespace
}  // namespace vigil::check
