// Emitter: BPF instructions written as calls, with labels, names and lines resolved at
// the end. Programs it makes have no loops: a jump only leads forward.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/compile/codegen/hook_program.h"

namespace vigil::codegen {

enum class Register : std::uint8_t { r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10 };
enum class Width : std::uint8_t { u8, u16, u32, u64 };
enum class Compare : std::uint8_t {
  equal,
  not_equal,
  above,
  at_least,
  below,
  at_most,  // unsigned
  greater,
  greater_or_equal,
  less,
  less_or_equal,  // signed
  any_bit,
};

// base + offset.
struct Address {
  Register base = Register::r10;
  std::int16_t offset = 0;
};

class Emitter {
 public:
  struct Label {
    std::uint32_t number = 0;
  };

  // What follows comes from this place of a policy.
  void line(const Span& span, std::string note);

  // 64-bit arithmetic; immediates are sign-extended.
  void move(Register to, Register from);
  void move(Register to, std::int32_t immediate);
  void move_wide(Register to, std::uint64_t immediate);
  void add(Register to, std::int32_t immediate);
  void add(Register to, Register with);
  void subtract(Register to, Register with);
  void bit_and(Register to, Register with);
  void bit_or(Register to, Register with);
  void bit_xor(Register to, Register with);
  void shift_left(Register to, std::uint8_t bits);
  void shift_right(Register to, std::uint8_t bits);
  void shift_right_signed(Register to, std::uint8_t bits);

  void load(Width width, Register to, Address from);
  void store(Width width, Address to, Register from);
  void load_map(Register to, std::string_view map);

  // A name for the reader; several labels may share one.
  Label make_label(std::string_view name);
  void bind(Label label);
  void jump(Label to);
  void jump_if(Register value, Compare compare, std::int32_t immediate, Label to);
  void jump_if(Register value, Compare compare, Register other, Label to);

  void call(std::string_view function);
  void call_helper(std::int32_t helper);
  void call_kernel(std::string_view function);
  void exit();

  // Resolves the jumps. Fails for a label that is not bound behind its jumps, and for a
  // jump over more instructions than an offset holds.
  Result<Code> finish();

 private:
  struct LabelState {
    std::string name;
    std::uint32_t instruction = 0;
    bool bound = false;
    bool used = false;
  };
  struct Jump {
    std::uint32_t instruction = 0;
    std::uint32_t label = 0;
  };

  std::uint32_t here() const { return static_cast<std::uint32_t>(code_.instructions.size()); }
  void emit(Instruction instruction) { code_.instructions.push_back(instruction); }
  void emit_alu(std::uint8_t operation, Register to, Register with);
  void emit_jump(Instruction instruction, Label to);
  void emit_wide(std::uint8_t registers, std::uint64_t immediate);

  Code code_;
  std::vector<LabelState> labels_;
  std::vector<Jump> jumps_;
};

}  // namespace vigil::codegen
