#include "engine/compile/codegen/expression_program.h"

#include <variant>

namespace vigil::codegen {
namespace {

using check::Expression;
using Kind = Expression::Kind;
using Type = Expression::Type;

constexpr Register left = Register::r1, right = Register::r2;
constexpr Register argument1 = Register::r1, argument2 = Register::r2, result = Register::r0;
constexpr Register stack = Register::r10;
constexpr std::int16_t first_place = -16;  // above is the frame's key

// Answers of vg_ask_*; below 0: there is no text.
constexpr std::int32_t yes = 1, cut = 2;

enum class When : std::uint8_t { holds, fails };
When opposite(When when) { return when == When::holds ? When::fails : When::holds; }

bool is_signed(Type type) { return type == Type::int32 || type == Type::int64; }
bool is_narrow(Type type) { return type == Type::int32 || type == Type::uint32; }

Compare compare_of(Kind kind, bool is_signed) {
  switch (kind) {
    case Kind::equal: return Compare::equal;
    case Kind::not_equal: return Compare::not_equal;
    case Kind::less: return is_signed ? Compare::less : Compare::below;
    case Kind::at_most: return is_signed ? Compare::less_or_equal : Compare::at_most;
    case Kind::greater: return is_signed ? Compare::greater : Compare::above;
    default: return is_signed ? Compare::greater_or_equal : Compare::at_least;
  }
}

Compare opposite(Compare compare) {
  switch (compare) {
    case Compare::equal: return Compare::not_equal;
    case Compare::not_equal: return Compare::equal;
    case Compare::above: return Compare::at_most;
    case Compare::at_least: return Compare::below;
    case Compare::below: return Compare::at_least;
    case Compare::at_most: return Compare::above;
    case Compare::greater: return Compare::less_or_equal;
    case Compare::greater_or_equal: return Compare::less;
    case Compare::less: return Compare::greater_or_equal;
    case Compare::less_or_equal: return Compare::greater;
    case Compare::any_bit: break;
  }
  return compare;
}

class ExpressionProgram {
 public:
  ExpressionProgram(Emitter& emit, Register frame, std::uint32_t first_probe,
                    const plan::HookPlan& plan, ExpressionLabels labels)
      : emit_(emit), frame_(frame), first_probe_(first_probe), plan_(plan), labels_(labels) {}

  // Jumps when the truth is as `when` says, else falls through.
  void branch(const Expression& e, When when, Emitter::Label to, std::int16_t place);

 private:
  // Into a place of the stack; those below it are free.
  void value(const Expression& e, std::int16_t place);
  void number(const Expression& e, std::int16_t place);
  void operation(const Expression& e, std::int16_t place);
  void truth(const Expression& e, std::int16_t place);
  void compare(const Expression& e, When when, Emitter::Label to, std::int16_t place);
  void ask(const Expression& e, When when, Emitter::Label to);
  void both(const Expression& e, When when, Emitter::Label to, std::int16_t place);
  void narrow(Register value, Type type);
  void call(std::string_view function, std::uint32_t number);

  void load(Register to, std::int16_t place) { emit_.load(Width::u64, to, {stack, place}); }
  void store(std::int16_t place, Register from) { emit_.store(Width::u64, {stack, place}, from); }
  static std::int16_t next(std::int16_t place) { return static_cast<std::int16_t>(place - 8); }

  Emitter& emit_;
  Register frame_;
  std::uint32_t first_probe_;
  const plan::HookPlan& plan_;
  ExpressionLabels labels_;
};

void ExpressionProgram::call(std::string_view function, std::uint32_t number) {
  emit_.move(argument1, frame_);
  emit_.move(argument2, static_cast<std::int32_t>(number));
  emit_.call(function);
}

void ExpressionProgram::branch(const Expression& e, When when, Emitter::Label to,
                               std::int16_t place) {
  switch (e.kind) {
    case Kind::negation: return branch(e.operands[0], opposite(when), to, place);
    case Kind::both:
    case Kind::either: return both(e, when, to, place);
    case Kind::is_text:
    case Kind::starts_with:
    case Kind::ends_with:
    case Kind::contains: return ask(e, when, to);
    case Kind::equal:
    case Kind::not_equal:
    case Kind::less:
    case Kind::at_most:
    case Kind::greater:
    case Kind::at_least: return compare(e, when, to, place);
    case Kind::constant:
      if ((e.number != 0) == (when == When::holds)) emit_.jump(to);
      return;
    // Numbers: no truths.
    case Kind::argument:
    case Kind::sum:
    case Kind::difference:
    case Kind::bit_and:
    case Kind::bit_or:
    case Kind::bit_xor:
    case Kind::bit_not:
    case Kind::conversion: return;
  }
}

// One operand that is as it should not be decides.
void ExpressionProgram::both(const Expression& e, When when, Emitter::Label to,
                             std::int16_t place) {
  const When decides = e.kind == Kind::both ? When::fails : When::holds;
  if (when == decides) {
    for (const Expression& operand : e.operands) branch(operand, when, to, place);
    return;
  }
  const Emitter::Label decided = emit_.make_label("decided_early");
  branch(e.operands[0], decides, decided, place);
  branch(e.operands[1], when, to, place);
  emit_.bind(decided);
}

void ExpressionProgram::compare(const Expression& e, When when, Emitter::Label to,
                                std::int16_t place) {
  value(e.operands[0], place);
  value(e.operands[1], next(place));
  load(left, place);
  load(right, next(place));
  const Compare holds = compare_of(e.kind, is_signed(e.operands[0].type));
  emit_.jump_if(left, when == When::holds ? holds : opposite(holds), right, to);
}

void ExpressionProgram::ask(const Expression& e, When when, Emitter::Label to) {
  const auto probe = static_cast<std::uint32_t>(e.number);
  const bool anywhere =
      std::holds_alternative<plan::SubstringClassifier>(plan_.probes[probe].classifier);
  call(anywhere ? "vg_ask_substring" : "vg_ask_trie", first_probe_ + probe);
  narrow(result, Type::int32);
  emit_.jump_if(result, Compare::less, 0, labels_.fails);
  emit_.jump_if(result, Compare::equal, cut, labels_.undecidable);
  emit_.jump_if(result, when == When::holds ? Compare::equal : Compare::not_equal, yes, to);
}

void ExpressionProgram::value(const Expression& e, std::int16_t place) {
  if (e.type == Type::boolean) return truth(e, place);
  number(e, place);
}

void ExpressionProgram::truth(const Expression& e, std::int16_t place) {
  const Emitter::Label known = emit_.make_label("known");
  const Emitter::Label holds = emit_.make_label("holds");
  branch(e, When::holds, holds, place);
  emit_.move(left, 0);
  emit_.jump(known);
  emit_.bind(holds);
  emit_.move(left, 1);
  emit_.bind(known);
  store(place, left);
}

void ExpressionProgram::number(const Expression& e, std::int16_t place) {
  if (e.kind == Kind::constant) {
    emit_.move_wide(left, e.number);
  } else if (e.kind == Kind::argument) {
    call("vg_has_number", e.argument);
    emit_.jump_if(result, Compare::equal, 0, labels_.fails);
    call("vg_number", e.argument);
    return store(place, result);
  } else {
    value(e.operands[0], place);
    if (e.operands.size() == 2) value(e.operands[1], next(place));
    load(left, place);
    if (e.operands.size() == 2) load(right, next(place));
    operation(e, place);
    narrow(left, e.type);
  }
  store(place, left);
}

void ExpressionProgram::operation(const Expression& e, std::int16_t) {
  switch (e.kind) {
    case Kind::sum: return emit_.add(left, right);
    case Kind::difference: return emit_.subtract(left, right);
    case Kind::bit_and: return emit_.bit_and(left, right);
    case Kind::bit_or: return emit_.bit_or(left, right);
    case Kind::bit_xor: return emit_.bit_xor(left, right);
    case Kind::bit_not: emit_.move(right, -1); return emit_.bit_xor(left, right);
    default: return;  // a conversion: only narrowed
  }
}

// As the type holds it, widened again.
void ExpressionProgram::narrow(Register value, Type type) {
  if (!is_narrow(type)) return;
  emit_.shift_left(value, 32);
  is_signed(type) ? emit_.shift_right_signed(value, 32) : emit_.shift_right(value, 32);
}

}  // namespace

void emit_expression(Emitter& emit, Register frame, const check::Expression& expression,
                     std::uint32_t first_probe, const plan::HookPlan& plan,
                     ExpressionLabels labels) {
  ExpressionProgram(emit, frame, first_probe, plan, labels)
      .branch(expression, When::fails, labels.fails, first_place);
}

}  // namespace vigil::codegen
