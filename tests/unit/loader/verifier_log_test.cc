#include "engine/loader/verifier_log.h"

#include <gtest/gtest.h>

namespace vigil::loader {
namespace {

void add_line(codegen::HookProgram& program, std::uint32_t instruction, const SourceFilePtr& file,
              std::uint32_t line, std::uint32_t column) {
  auto& entry = program.lines.emplace_back();
  entry.instruction = instruction;
  entry.span.file = file;
  entry.span.line = line;
  entry.span.column = column;
}

codegen::HookProgram hook() {
  codegen::HookProgram program;
  program.key = {schema::Mechanism::lsm, "file_open"};
  auto file = std::make_shared<SourceFile>(SourceFile{"demo.yaml", "a\nb\nc\n"});
  add_line(program, 0, file, 1, 1);
  add_line(program, 4, file, 3, 1);
  return program;
}

JoinedProgram joined() {
  JoinedProgram program;
  program.functions = {{"hook", 0, 10, 1}, {"vg_begin", 10, 20, 2}};
  return program;
}

constexpr const char* refused_in_main =
    "0: R1=ctx(off=0,imm=0) R10=fp0\n"
    "; a\n"
    "0: (bf) r6 = r1                       ; R1=ctx()\n"
    "5: (79) r0 = *(u64 *)(r9 +0)\n"
    "R9 !read_ok\n"
    "processed 14 insns (limit 1000000) max_states_per_insn 0 total_states 1\n";

TEST(LastInstruction, IsTheOneLookedAtLast) {
  EXPECT_EQ(last_instruction(refused_in_main), 5u);
  EXPECT_EQ(last_instruction("from 12 to 31: R0=0\n31: R0=0\n"), 31u);
  EXPECT_EQ(last_instruction("the kernel said nothing\n"), std::nullopt);
}

TEST(LastLines, LeavesOutStatisticsAndStates) {
  EXPECT_EQ(last_lines("14: R0_w=scalar()\n14: (79) r0 = *(u64 *)(r9 +0)\nno\n", 3),
            "14: (79) r0 = *(u64 *)(r9 +0); no");
  EXPECT_EQ(last_lines(refused_in_main, 1), "R9 !read_ok");
  EXPECT_EQ(last_lines("one\n", 3), "one");
  EXPECT_EQ(last_lines("", 3), "");
}

TEST(ExplainRefusal, NamesThePolicyLine) {
  EXPECT_EQ(explain_refusal(refused_in_main, hook(), joined()),
            "demo.yaml:3: the kernel refused this hook: 0: (bf) r6 = r1                       "
            "; R1=ctx(); 5: (79) r0 = *(u64 *)(r9 +0); R9 !read_ok");
}

TEST(ExplainRefusal, NamesTheRuntimeFunctionAndTheHooksFirstLine) {
  EXPECT_EQ(explain_refusal("12: (85) call 1\nno\n", hook(), joined()),
            "demo.yaml:1: the kernel refused this hook (in vg_begin): 12: (85) call 1; no");
}

TEST(ExplainRefusal, WithoutALineNamesTheHook) {
  auto program = hook();
  program.lines.clear();
  EXPECT_EQ(explain_refusal("no\n", program, joined()),
            "lsm/file_open: the kernel refused this hook: no");
}

}  // namespace
}  // namespace vigil::loader
