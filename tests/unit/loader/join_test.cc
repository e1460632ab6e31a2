#include "engine/loader/join.h"

#include <linux/bpf.h>

#include <gtest/gtest.h>

namespace vigil::loader {
namespace {

using codegen::Instruction;

constexpr std::uint8_t call = BPF_JMP | BPF_CALL, load64 = BPF_LD | BPF_IMM | BPF_DW;

Instruction plain(std::int32_t immediate) { return {BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, immediate}; }
Instruction exit_() { return {BPF_JMP | BPF_EXIT, 0, 0, 0}; }
Instruction call_at(std::int32_t distance) { return {call, BPF_PSEUDO_CALL << 4, 0, distance}; }
Instruction helper(std::int32_t id) { return {call, 0, 0, id}; }
Instruction load(std::uint8_t source, std::int32_t immediate) {
  return {load64, static_cast<std::uint8_t>(source << 4 | 1), 0, immediate};
}
Instruction second_half(std::int32_t immediate = 0) { return {0, 0, 0, immediate}; }

// main | lonely | enter -> leaf, callback | leaf | callback (reads a table)
Image runtime() {
  Image image;
  image.instructions = {
      plain(0),
      exit_(),  // 0 main
      plain(1),
      exit_(),  // 2 lonely
      call_at(4),
      load(BPF_PSEUDO_FUNC, 5),
      second_half(),
      helper(181),
      exit_(),  // 4 enter
      plain(2),
      exit_(),  // 9 leaf
      load(BPF_PSEUDO_MAP_VALUE, 77),
      second_half(16),
      exit_(),  // 11 callback
  };
  image.functions = {{"hook", 0, 2, 40},
                     {"vg_lonely", 2, 2, 41},
                     {"vg_enter", 4, 5, 42},
                     {"leaf", 9, 2, 43},
                     {"callback", 11, 3, 44}};
  image.lines = {{0, 1, 1, 0}, {2, 1, 2, 0}, {4, 1, 3, 0},
                 {6, 1, 4, 0}, {9, 1, 5, 0}, {11, 1, 6, 0}};
  image.maps = {{11, ".rodata.trie"}};
  return image;
}

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
  program.instructions = {plain(9), call_at(-1), load(0, 0), second_half(), exit_()};
  program.calls = {{1, "vg_enter"}};
  program.maps = {{2, "frames"}};
  auto file = std::make_shared<SourceFile>(SourceFile{"demo.yaml", "a: 1\nb: 2\n"});
  add_line(program, 0, file, 1, 1);
  add_line(program, 2, file, 2, 4);
  return program;
}

// Offsets in order of first use, from 100.
struct Strings {
  std::vector<std::string> all;
  AddString add() {
    return [this](std::string_view text) {
      all.emplace_back(text);
      return static_cast<std::uint32_t>(99 + all.size());
    };
  }
};

const MapFds maps{{"frames", 5}, {".rodata.trie", 6}};
const KernelFunctions kernel_functions{{"bpf_preempt_disable", 4711}};

JoinedProgram joined() {
  Strings strings;
  const AddString add = strings.add();
  auto result = join(hook(), runtime(), {maps, kernel_functions, add});
  EXPECT_TRUE(result) << result.error().message();
  return result ? *result : JoinedProgram{};
}

TEST(Join, PutsMainBeforeTheFunctionsItReaches) {
  auto program = joined();
  ASSERT_EQ(program.functions.size(), 4u);
  EXPECT_EQ(program.functions[0].name, "hook");
  EXPECT_EQ(program.functions[0].type_id, 40u);
  EXPECT_EQ(program.functions[1].name, "vg_enter");
  EXPECT_EQ(program.functions[1].start, 5u);
  EXPECT_EQ(program.functions[2].name, "leaf");
  EXPECT_EQ(program.functions[2].start, 10u);
  EXPECT_EQ(program.functions[3].name, "callback");
  EXPECT_EQ(program.functions[3].start, 12u);
  EXPECT_EQ(program.instructions.size(), 15u);
}

TEST(Join, AimsCallsAndCallbacksAtTheirNewPlaces) {
  auto program = joined();
  EXPECT_EQ(program.instructions[1], call_at(3));                // main -> 5
  EXPECT_EQ(program.instructions[5], call_at(4));                // enter -> leaf 10
  EXPECT_EQ(program.instructions[6], load(BPF_PSEUDO_FUNC, 5));  // enter -> callback 12
  EXPECT_EQ(program.instructions[8], helper(181));
}

TEST(Join, FarCallsFollowWhatWasLeftOut) {
  Image image = runtime();
  image.instructions[0] = call_at(1);
  image.instructions[4] = helper(1);  // leaf is no longer reached
  Strings strings;
  const AddString add = strings.add();
  auto program = join(hook(), image, {maps, kernel_functions, add});
  ASSERT_TRUE(program);
  ASSERT_EQ(program->functions.size(), 3u);
  EXPECT_EQ(program->functions[2].name, "callback");
  EXPECT_EQ(program->instructions[6], load(BPF_PSEUDO_FUNC, 3));
}

TEST(Join, PointsLoadsAtMaps) {
  auto program = joined();
  EXPECT_EQ(program.instructions[2], load(BPF_PSEUDO_MAP_FD, 5));
  EXPECT_EQ(program.instructions[12], load(BPF_PSEUDO_MAP_VALUE, 6));
  EXPECT_EQ(program.instructions[13], second_half(16));
}

TEST(Join, CallsOfTheKernelAreMadeOrLeftOut) {
  auto program = hook();
  program.instructions = {
      {call, BPF_PSEUDO_KFUNC_CALL << 4, 0, 0}, {call, BPF_PSEUDO_KFUNC_CALL << 4, 0, 0}, exit_()};
  program.kernel_calls = {{0, "bpf_preempt_disable"}, {1, "bpf_preempt_enable"}};
  program.calls.clear();
  program.maps.clear();
  Strings strings;
  const AddString add = strings.add();
  auto made = join(program, runtime(), {maps, kernel_functions, add});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->instructions[0], (Instruction{call, BPF_PSEUDO_KFUNC_CALL << 4, 0, 4711}));
  EXPECT_EQ(made->instructions[1], (Instruction{BPF_JMP | BPF_JA, 0, 0, 0}));
}

TEST(Join, AFunctionStandsInThePlaceOfAnother) {
  codegen::HookProgram program = hook();
  program.replacements = {{"leaf", "vg_lonely"}};
  Strings strings;
  const AddString add = strings.add();
  auto made = join(program, runtime(), {maps, kernel_functions, add});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->functions.size(), 4u);
  EXPECT_EQ(made->functions[1].name, "vg_lonely");
  EXPECT_EQ(made->instructions[7], call_at(-3)) << "enter calls it";
  program.replacements = {{"leaf", "vg_nowhere"}};
  made = join(program, runtime(), {maps, kernel_functions, add});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message(), "the runtime has no function vg_nowhere");
}

TEST(Join, LinesOfMainAreThePolicys) {
  Strings strings;
  const AddString add = strings.add();
  auto program = join(hook(), runtime(), {maps, kernel_functions, add});
  ASSERT_TRUE(program);
  EXPECT_EQ(strings.all, (std::vector<std::string>{"demo.yaml", "a: 1", "demo.yaml", "b: 2"}));
  ASSERT_GE(program->lines.size(), 2u);
  EXPECT_EQ(program->lines[0], (ImageLine{0, 100, 101, 1u << 10 | 1}));
  EXPECT_EQ(program->lines[1], (ImageLine{2, 102, 103, 2u << 10 | 4}));
}

TEST(Join, LinesOfFunctionsMoveAlong) {
  auto program = joined();
  ASSERT_EQ(program.lines.size(), 6u);
  EXPECT_EQ(program.lines[2], (ImageLine{5, 1, 3, 0}));
  EXPECT_EQ(program.lines[3], (ImageLine{7, 1, 4, 0}));
  EXPECT_EQ(program.lines[4], (ImageLine{10, 1, 5, 0}));
  EXPECT_EQ(program.lines[5], (ImageLine{12, 1, 6, 0}));
}

TEST(Join, FunctionWithoutLinesGetsOne) {
  Image image = runtime();
  image.lines.pop_back();
  Strings strings;
  const AddString add = strings.add();
  auto program = join(hook(), image, {maps, kernel_functions, add});
  ASSERT_TRUE(program);
  EXPECT_EQ(program->lines.back().instruction, 12u);
  EXPECT_EQ(strings.all.back(), "callback");
}

TEST(Join, FunctionThatCallsItselfIsReachedOnce) {
  Image image = runtime();
  image.instructions[4] = call_at(-1);
  Strings strings;
  const AddString add = strings.add();
  auto program = join(hook(), image, {maps, kernel_functions, add});
  ASSERT_TRUE(program);
  EXPECT_EQ(program->instructions[5], call_at(-1));
}

TEST(Join, UnknownNamesAreErrors) {
  Strings strings;
  const AddString add = strings.add();
  auto no_function = hook();
  no_function.calls[0].function = "vg_nothing";
  auto result = join(no_function, runtime(), {maps, kernel_functions, add});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message(), "the runtime has no function vg_nothing");

  const MapFds frames_only{{"frames", 5}};
  result = join(hook(), runtime(), {frames_only, kernel_functions, add});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message(), "there is no map .rodata.trie");
}

TEST(Join, CallIntoTheMiddleOfAFunctionIsAnError) {
  Image image = runtime();
  image.instructions[4] = call_at(5);
  Strings strings;
  const AddString add = strings.add();
  EXPECT_FALSE(join(hook(), image, {maps, kernel_functions, add}));
}

}  // namespace
}  // namespace vigil::loader
