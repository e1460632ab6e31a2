#include "engine/compile/codegen/disassemble.h"

#include <gtest/gtest.h>

#include "engine/compile/codegen/emitter.h"
#include "tests/support/policy_builder.h"

namespace vigil::codegen {
namespace {

using enum Register;

std::string text_of(Emitter& emit) {
  HookProgram program;
  program.key = {schema::Mechanism::kprobe, "vfs_read"};
  static_cast<Code&>(program) = std::move(*emit.finish());
  return disassemble(program);
}

TEST(Disassemble, reads_like_the_verifiers_own_text) {
  Emitter emit;
  const auto past = emit.make_label("past");
  const auto past_too = emit.make_label("past");
  const auto out = emit.make_label("out");
  emit.line(testing::at_line(3), "take a frame");
  emit.move(r6, r1);
  emit.load_map(r1, "frames");
  emit.call_helper(1);
  emit.call_helper(14);
  emit.jump_if(r0, Compare::equal, 0, out);
  emit.line({}, "no place");
  emit.move_wide(r1, 0x8000000000000001);
  emit.bit_and(r1, r8);
  emit.jump_if(r1, Compare::not_equal, r2, past);
  emit.bind(past);
  emit.shift_left(r9, 32);
  emit.shift_right_signed(r9, 32);
  emit.jump_if(r9, Compare::greater_or_equal, -4095, past_too);
  emit.add(r2, -4);
  emit.bind(past_too);
  emit.load(Width::u64, r1, {r6, 112});
  emit.store(Width::u32, {r10, -4}, r0);
  emit.call("vg_leave");
  emit.jump(out);
  emit.bind(out);
  emit.exit();
  EXPECT_EQ(text_of(emit),
            "kprobe/vfs_read:\n"
            "; made-up.yaml:3: line 3  // take a frame\n"
            "    0: r6 = r1\n"
            "    1: r1 = map frames\n"
            "    3: call bpf_map_lookup_elem\n"
            "    4: call helper 14\n"
            "    5: if r0 == 0 goto out\n"
            "; no place\n"
            "    6: r1 = 0x8000000000000001\n"
            "    8: r1 &= r8\n"
            "    9: if r1 != r2 goto past_1\n"
            "past_1:\n"
            "   10: r9 <<= 32\n"
            "   11: r9 s>>= 32\n"
            "   12: if r9 s>= -4095 goto past_2\n"
            "   13: r2 += -4\n"
            "past_2:\n"
            "   14: r1 = *(u64 *)(r6 + 112)\n"
            "   15: *(u32 *)(r10 - 4) = r0\n"
            "   16: call vg_leave\n"
            "   17: goto out\n"
            "out:\n"
            "   18: exit\n");
}

TEST(Disassemble, says_what_it_does_not_know) {
  Code code;
  code.instructions = {{.opcode = 0x04}, {.opcode = 0x87}, {.opcode = 0x18}};
  EXPECT_EQ(disassemble(code, 0), "unknown opcode 0x04");
  EXPECT_EQ(disassemble(code, 1), "unknown opcode 0x87");
  EXPECT_EQ(disassemble(code, 2), "unknown opcode 0x18");
}

}  // namespace
}  // namespace vigil::codegen
