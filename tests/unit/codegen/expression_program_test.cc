// Generated code, run instruction by instruction, against what expressions mean.
#include "engine/compile/codegen/expression_program.h"

#include <algorithm>
#include <array>
#include <random>

#include <gtest/gtest.h>

#include "engine/compile/codegen/disassemble.h"
#include "engine/compile/codegen/opcodes.h"
#include "engine/compile/plan/expressions.h"
#include "tests/support/expression_reference.h"

namespace vigil::codegen {
namespace {

using check::Expression;
using testing::CutText;
using testing::ExpressionTruth;
using testing::ExpressionValue;
using testing::NoValue;
using Kind = Expression::Kind;
using Type = Expression::Type;

// Arguments: a number of each type, then two texts.
constexpr Type types[] = {Type::int32,  Type::uint32, Type::int64,
                          Type::uint64, Type::text,   Type::text};
constexpr std::uint32_t first_probe = 7;

class RandomExpressions {
 public:
  explicit RandomExpressions(std::uint32_t seed) : random_(seed) {}

  Expression truth(int depth) {
    Expression e;
    if (depth == 0 || below(6) == 0) {
      if (below(3) == 0) return question();
      e.number = below(2);
      return e;
    }
    constexpr Kind kinds[] = {Kind::both,    Kind::either,    Kind::negation,
                              Kind::equal,   Kind::not_equal, Kind::less,
                              Kind::at_most, Kind::greater,   Kind::at_least};
    e.kind = kinds[below(std::size(kinds))];
    if (e.kind == Kind::negation) {
      e.operands = {truth(depth - 1)};
    } else if (e.kind == Kind::both || e.kind == Kind::either) {
      e.operands = {truth(depth - 1), truth(depth - 1)};
    } else {
      const Type type = types[below(4)];
      const bool of_truths = (e.kind == Kind::equal || e.kind == Kind::not_equal) && below(5) == 0;
      if (of_truths) e.operands = {truth(depth - 1), truth(depth - 1)};
      if (!of_truths) e.operands = {number(type, depth - 1), number(type, depth - 1)};
    }
    return e;
  }

  ExpressionValue value(std::uint32_t argument) {
    if (below(12) == 0) return NoValue{};
    if (argument >= 4) {
      std::string text = word() + word();
      return below(6) == 0 ? ExpressionValue(CutText{text}) : ExpressionValue(text);
    }
    return held(types[argument]);
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  std::string word() {
    std::string word;
    for (std::uint64_t i = below(3); i > 0; --i) word += "ab"[below(2)];
    return word;
  }

  std::uint64_t held(Type type) {
    constexpr std::uint64_t numbers[] = {0,          1,          2,          0x7fffffff,
                                         0x80000000, 0xffffffff, 1ull << 63, ~0ull};
    const std::uint64_t number = numbers[below(std::size(numbers))] + below(3) - 1;
    if (type == Type::int32)
      return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(number)});
    return type == Type::uint32 ? static_cast<std::uint32_t>(number) : number;
  }

  Expression argument(std::uint32_t position) {
    Expression e{.kind = Kind::argument, .type = types[position]};
    e.argument = position;
    return e;
  }

  Expression question() {
    constexpr Kind kinds[] = {Kind::is_text, Kind::starts_with, Kind::ends_with, Kind::contains};
    Expression e{.kind = kinds[below(4)]};
    e.text = word();
    e.operands = {argument(4 + static_cast<std::uint32_t>(below(2)))};
    return e;
  }

  Expression number(Type type, int depth) {
    if (depth == 0 || below(3) == 0) {
      if (below(2) == 0)
        return argument(static_cast<std::uint32_t>(std::ranges::find(types, type) - types));
      return {.kind = Kind::constant, .type = type, .number = held(type)};
    }
    constexpr Kind kinds[] = {Kind::sum,     Kind::difference, Kind::bit_and,   Kind::bit_or,
                              Kind::bit_xor, Kind::bit_not,    Kind::conversion};
    Expression e{.kind = kinds[below(std::size(kinds))], .type = type};
    if (e.kind == Kind::conversion) {
      e.operands = {number(types[below(4)], depth - 1)};
    } else if (e.kind == Kind::bit_not) {
      e.operands = {number(type, depth - 1)};
    } else {
      e.operands = {number(type, depth - 1), number(type, depth - 1)};
    }
    return e;
  }

  std::mt19937_64 random_;
};

// What vg_ask_* say; the probes' own tables are tested with the tables.
std::int64_t answer(const Expression& asked, const ExpressionValue& value) {
  const auto truth = testing::evaluate(asked, [&](std::uint32_t) { return value; });
  switch (truth) {
    case ExpressionTruth::no: return 0;
    case ExpressionTruth::yes: return 1;
    case ExpressionTruth::unreadable: return -1;
    case ExpressionTruth::undecidable: return 2;
  }
  return -1;
}

void collect(const Expression& e, std::vector<Expression>& asked) {
  for (const Expression& operand : e.operands) collect(operand, asked);
  if (e.kind >= Kind::is_text && e.kind <= Kind::contains) asked.push_back(e);
}

class Machine {
 public:
  Machine(const Code& code, const std::vector<ExpressionValue>& values,
          const std::vector<Expression>& asked)
      : code_(code), values_(values), asked_(asked) {}

  // r0 at the end.
  std::uint64_t run() {
    for (std::size_t at = 0;; ++at) {
      const Instruction& i = code_.instructions.at(at);
      const unsigned to = i.registers & 15, from = i.registers >> 4;
      const std::uint64_t operand = (i.opcode & opcode::from_register) != 0
                                        ? registers_[from]
                                        : static_cast<std::uint64_t>(std::int64_t{i.immediate});
      switch (i.opcode & opcode::class_mask) {
        case opcode::class_load_wide:
          registers_[to] = static_cast<std::uint32_t>(i.immediate) |
                           static_cast<std::uint64_t>(
                               static_cast<std::uint32_t>(code_.instructions.at(++at).immediate))
                               << 32;
          break;
        case opcode::class_load:
          registers_[to] = stack_.at(static_cast<std::size_t>(-i.offset));
          break;
        case opcode::class_store:
          stack_.at(static_cast<std::size_t>(-i.offset)) = registers_[from];
          break;
        case opcode::class_alu64: alu(i.opcode & opcode::operation_mask, to, operand); break;
        default:
          if ((i.opcode & opcode::operation_mask) == opcode::exit) return registers_[0];
          if ((i.opcode & opcode::operation_mask) == opcode::call) {
            call(at);
          } else if (jumps(i.opcode & opcode::operation_mask, registers_[to], operand)) {
            at += static_cast<std::size_t>(i.offset);
          }
      }
    }
  }

 private:
  void alu(unsigned operation, unsigned to, std::uint64_t operand) {
    std::uint64_t& r = registers_[to];
    switch (operation) {
      case opcode::add: r += operand; break;
      case opcode::subtract: r -= operand; break;
      case opcode::bit_and: r &= operand; break;
      case opcode::bit_or: r |= operand; break;
      case opcode::bit_xor: r ^= operand; break;
      case opcode::shift_left: r <<= operand; break;
      case opcode::shift_right: r >>= operand; break;
      case opcode::shift_right_signed:
        r = static_cast<std::uint64_t>(static_cast<std::int64_t>(r) >> operand);
        break;
      case opcode::move: r = operand; break;
      default: ADD_FAILURE() << "operation " << operation;
    }
  }

  static bool jumps(unsigned operation, std::uint64_t a, std::uint64_t b) {
    const auto sa = static_cast<std::int64_t>(a), sb = static_cast<std::int64_t>(b);
    switch (operation) {
      case opcode::jump_always: return true;
      case opcode::jump_equal: return a == b;
      case opcode::jump_not_equal: return a != b;
      case opcode::jump_above: return a > b;
      case opcode::jump_at_least: return a >= b;
      case opcode::jump_below: return a < b;
      case opcode::jump_at_most: return a <= b;
      case opcode::jump_greater: return sa > sb;
      case opcode::jump_greater_or_equal: return sa >= sb;
      case opcode::jump_less: return sa < sb;
      case opcode::jump_less_or_equal: return sa <= sb;
      default: ADD_FAILURE() << "jump " << operation;
    }
    return false;
  }

  void call(std::size_t at) {
    const auto called = std::ranges::find(code_.calls, at, &CallRelocation::instruction);
    ASSERT_NE(called, code_.calls.end());
    const std::uint64_t number = registers_[2];
    std::uint64_t answered = 0;
    if (called->function == "vg_has_number") {
      answered = std::holds_alternative<std::uint64_t>(values_.at(number)) ? 1 : 0;
    } else if (called->function == "vg_number") {
      answered = std::get<std::uint64_t>(values_.at(number));
    } else {
      const Expression& asked = asked_.at(number - first_probe);
      EXPECT_EQ(called->function,
                asked.kind == Kind::contains ? "vg_ask_substring" : "vg_ask_trie");
      // As functions return an int: nothing is said of the upper half.
      answered = static_cast<std::uint32_t>(answer(asked, values_.at(asked.operands[0].argument)));
    }
    for (std::size_t i = 0; i < 6; ++i) registers_[i] = 0xdead;
    registers_[0] = answered;
  }

  const Code& code_;
  const std::vector<ExpressionValue>& values_;
  const std::vector<Expression>& asked_;
  std::array<std::uint64_t, 11> registers_{};
  std::array<std::uint64_t, 512> stack_{};  // by distance from its top
};

Code code_of(const plan::HookPlan& plan) {
  Emitter emit;
  const auto fails = emit.make_label("fails"), undecidable = emit.make_label("undecidable");
  emit_expression(emit, Register::r7, plan.expressions[0].expression, first_probe, plan,
                  {.fails = fails, .undecidable = undecidable});
  emit.move(Register::r0, 1);
  emit.exit();
  emit.bind(fails);
  emit.move(Register::r0, 0);
  emit.exit();
  emit.bind(undecidable);
  emit.move(Register::r0, 2);
  emit.exit();
  auto code = emit.finish();
  EXPECT_TRUE(code);
  return std::move(*code);
}

TEST(ExpressionProgram, does_what_the_expression_means) {
  const std::vector<std::uint8_t> slots = {0, 1, 2, 3, 4, 5};
  std::array<int, 4> seen{};
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    RandomExpressions random(seed);
    const Expression expression = random.truth(1 + static_cast<int>(seed % 5));
    plan::Expressions expressions;
    expressions.add(0, expression, {}, slots);
    plan::HookPlan plan;
    expressions.move_to(plan);
    std::vector<Expression> asked;
    collect(expression, asked);
    ASSERT_EQ(asked.size(), plan.probes.size());
    const Code code = code_of(plan);
    for (int round = 0; round < 10; ++round) {
      std::vector<ExpressionValue> values;
      for (std::uint32_t i = 0; i < std::size(types); ++i) values.push_back(random.value(i));
      const auto expected =
          testing::evaluate(expression, [&](std::uint32_t i) { return values[i]; });
      ++seen[static_cast<std::size_t>(expected)];
      const std::uint64_t got = Machine(code, values, asked).run();
      const std::uint64_t wanted = expected == ExpressionTruth::yes           ? 1
                                   : expected == ExpressionTruth::undecidable ? 2
                                                                              : 0;
      ASSERT_EQ(got, wanted) << "seed " << seed << " round " << round;
    }
  }
  for (int count : seen) EXPECT_GT(count, 100);
}

}  // namespace
}  // namespace vigil::codegen
