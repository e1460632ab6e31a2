#include "engine/compile/codegen/emitter.h"

#include <cstring>

#include <gtest/gtest.h>

namespace vigil::codegen {
namespace {

using enum Register;

std::vector<Instruction> instructions_of(Emitter& emit) {
  auto code = emit.finish();
  EXPECT_TRUE(code) << code.error().message();
  return code ? code->instructions : std::vector<Instruction>{};
}

// What clang gives for the same text, as `llvm-objdump -d` shows its bytes.
TEST(Emitter, encodes_as_the_instruction_set_says) {
  Emitter emit;
  emit.move(r6, r1);                       // r6 = r1
  emit.move(r0, -1);                       // r0 = -1
  emit.add(r2, -4);                        // r2 += -4
  emit.bit_and(r1, r8);                    // r1 &= r8
  emit.shift_left(r9, 32);                 // r9 <<= 32
  emit.shift_right_signed(r9, 32);         // r9 s>>= 32
  emit.load(Width::u64, r1, {r6, 112});    // r1 = *(u64 *)(r6 + 112)
  emit.load(Width::u8, r3, {r6, -2});      // r3 = *(u8 *)(r6 - 2)
  emit.store(Width::u32, {r10, -4}, r0);   // *(u32 *)(r10 - 4) = r0
  emit.store(Width::u16, {r7, 16}, r5);    // *(u16 *)(r7 + 16) = r5
  emit.move_wide(r1, 0x1122334455667788);  // r1 = 0x1122334455667788 ll
  emit.call_helper(1);                     // call 1
  emit.exit();                             // exit
  const std::uint8_t expected[][8] = {
      {0xbf, 0x16, 0, 0, 0, 0, 0, 0},
      {0xb7, 0x00, 0, 0, 0xff, 0xff, 0xff, 0xff},
      {0x07, 0x02, 0, 0, 0xfc, 0xff, 0xff, 0xff},
      {0x5f, 0x81, 0, 0, 0, 0, 0, 0},
      {0x67, 0x09, 0, 0, 0x20, 0, 0, 0},
      {0xc7, 0x09, 0, 0, 0x20, 0, 0, 0},
      {0x79, 0x61, 0x70, 0, 0, 0, 0, 0},
      {0x71, 0x63, 0xfe, 0xff, 0, 0, 0, 0},
      {0x63, 0x0a, 0xfc, 0xff, 0, 0, 0, 0},
      {0x6b, 0x57, 0x10, 0, 0, 0, 0, 0},
      {0x18, 0x01, 0, 0, 0x88, 0x77, 0x66, 0x55},
      {0x00, 0x00, 0, 0, 0x44, 0x33, 0x22, 0x11},
      {0x85, 0x00, 0, 0, 0x01, 0, 0, 0},
      {0x95, 0x00, 0, 0, 0, 0, 0, 0},
  };
  const auto made = instructions_of(emit);
  ASSERT_EQ(made.size(), std::size(expected));
  for (std::size_t i = 0; i < made.size(); ++i) {
    EXPECT_EQ(std::memcmp(&made[i], expected[i], 8), 0) << "instruction " << i;
  }
}

TEST(Emitter, encodes_every_comparison) {
  const std::pair<Compare, std::uint8_t> expected[] = {
      {Compare::equal, 0x15},   {Compare::not_equal, 0x55},
      {Compare::above, 0x25},   {Compare::at_least, 0x35},
      {Compare::below, 0xa5},   {Compare::at_most, 0xb5},
      {Compare::greater, 0x65}, {Compare::greater_or_equal, 0x75},
      {Compare::less, 0xc5},    {Compare::less_or_equal, 0xd5},
      {Compare::any_bit, 0x45}};
  for (const auto& [compare, opcode] : expected) {
    Emitter emit;
    const auto label = emit.make_label("out");
    emit.jump_if(r2, compare, -3, label);
    emit.jump_if(r2, compare, r5, label);
    emit.jump(label);
    emit.bind(label);
    emit.exit();
    const auto made = instructions_of(emit);
    EXPECT_EQ(made[0], (Instruction{opcode, 0x02, 2, -3}));
    EXPECT_EQ(made[1], (Instruction{std::uint8_t(opcode | 0x08), 0x52, 1, 0}));
    EXPECT_EQ(made[2], (Instruction{0x05, 0, 0, 0}));
  }
}

TEST(Emitter, resolves_forward_jumps_over_wide_loads) {
  Emitter emit;
  const auto first = emit.make_label("first");
  const auto second = emit.make_label("second");
  const auto unused = emit.make_label("unused");
  emit.jump_if(r0, Compare::equal, 0, second);
  emit.jump(first);
  emit.load_map(r1, "frames");
  emit.bind(first);
  emit.call("vg_leave");
  emit.bind(second);
  emit.bind(unused);
  emit.exit();
  const auto code = emit.finish();
  ASSERT_TRUE(code);
  EXPECT_EQ(code->instructions[0].offset, 4);
  EXPECT_EQ(code->instructions[1].offset, 2);
  ASSERT_EQ(code->labels.size(), 2U);
  EXPECT_EQ(code->labels[1].name, "second");
  EXPECT_EQ(code->labels[1].instruction, 5U);
}

TEST(Emitter, leaves_calls_and_maps_to_be_filled_in) {
  Emitter emit;
  emit.load_map(r1, "frames");
  emit.call("vg_enter");
  emit.exit();
  const auto code = emit.finish();
  ASSERT_TRUE(code);
  ASSERT_EQ(code->maps.size(), 1U);
  EXPECT_EQ(code->maps[0].map, "frames");
  EXPECT_EQ(code->maps[0].instruction, 0U);
  EXPECT_EQ(code->instructions[0].registers, 0x11);  // r1, BPF_PSEUDO_MAP_FD
  ASSERT_EQ(code->calls.size(), 1U);
  EXPECT_EQ(code->calls[0].instruction, 2U);
  EXPECT_EQ(code->instructions[2], (Instruction{0x85, 0x10, 0, -1}));
}

TEST(Emitter, refuses_a_label_that_is_nowhere_or_behind) {
  Emitter nowhere;
  nowhere.jump(nowhere.make_label("nowhere"));
  const auto unbound = nowhere.finish();
  ASSERT_FALSE(unbound);
  EXPECT_EQ(unbound.error().message(), "label 'nowhere' is not behind the jump at 0");
  Emitter loop;
  const auto start = loop.make_label("start");
  loop.bind(start);
  loop.move(r0, 0);
  loop.jump(start);
  EXPECT_FALSE(loop.finish());
}

TEST(Emitter, refuses_a_jump_that_an_offset_cannot_hold) {
  for (const int between : {32767, 32768}) {
    Emitter emit;
    const auto far = emit.make_label("far");
    emit.jump(far);
    for (int i = 0; i < between; ++i) emit.move(r0, 0);
    emit.bind(far);
    emit.exit();
    const auto code = emit.finish();
    if (between == 32767) {
      ASSERT_TRUE(code);
      EXPECT_EQ(code->instructions[0].offset, 32767);
    } else {
      ASSERT_FALSE(code);
      EXPECT_EQ(code.error().message(), "the jump at 0 to 'far' spans 32768 instructions");
    }
  }
}

TEST(Emitter, the_last_line_said_before_an_instruction_holds) {
  Emitter emit;
  emit.line({}, "said too early");
  emit.line({}, "first");
  emit.move(r0, 0);
  emit.line({}, "second");
  emit.exit();
  const auto code = emit.finish();
  ASSERT_TRUE(code);
  ASSERT_EQ(code->lines.size(), 2U);
  EXPECT_EQ(code->lines[0].note, "first");
  EXPECT_EQ(code->lines[1].instruction, 1U);
}

}  // namespace
}  // namespace vigil::codegen
