#include "engine/compile/check/parse_expression.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace vigil::check {
namespace {

using Kind = Expression::Kind;
using Type = Expression::Type;

std::variant<Expression, ExpressionError> parsed(std::string_view text) {
  // arg0 int32, arg1 uint32, arg2 int64, arg3 uint64, arg4 text, arg5 something else
  const std::vector<std::optional<Type>> types = {Type::int32,  Type::uint32, Type::int64,
                                                  Type::uint64, Type::text,   std::nullopt};
  return parse_expression(text, types);
}

// Prefix form; a number with its type.
std::string shown(const Expression& e) {
  static constexpr std::string_view kinds[] = {"",   "arg", "is",  "starts", "ends", "contains",
                                               "&&", "||",  "!",   "==",     "!=",   "<",
                                               "<=", ">",   ">=",  "+",      "-",    "and",
                                               "or", "xor", "not", "to"};
  static constexpr std::string_view types[] = {"b", "i32", "u32", "i64", "u64", "t"};
  const auto type = types[static_cast<std::size_t>(e.type)];
  if (e.kind == Kind::constant)
    return fmt::format("{}:{}", static_cast<std::int64_t>(e.number), type);
  if (e.kind == Kind::argument) return fmt::format("arg{}", e.argument);
  std::string text = fmt::format("({}", kinds[static_cast<std::size_t>(e.kind)]);
  if (e.kind == Kind::conversion) text += fmt::format(" {}", type);
  for (const Expression& operand : e.operands) text += ' ' + shown(operand);
  if (!e.text.empty()) text += " '" + e.text + "'";
  return text + ')';
}

std::string shown(std::string_view text) {
  const auto result = parsed(text);
  if (const auto* error = std::get_if<ExpressionError>(&result))
    return fmt::format("{}+{} {}", error->at, error->length, error->message);
  return shown(std::get<Expression>(result));
}

TEST(Expressions, Precedence) {
  EXPECT_EQ(shown("arg0 == 1 || arg1 < 2 && !(arg2 > 3)"),
            "(|| (== arg0 1:i32) (&& (< arg1 2:u32) (! (> arg2 3:i64))))");
  EXPECT_EQ(shown("arg0 + 1 - arg0 >= -5"), "(>= (- (+ arg0 1:i32) arg0) -5:i32)");
  EXPECT_EQ(shown("true && arg3 != 0xffffffffffffffff"), "(&& 1:b (!= arg3 -1:u64))");
  EXPECT_EQ(shown("(arg0 == 1) == (arg1 == 2)"), "(== (== arg0 1:i32) (== arg1 2:u32))");
}

TEST(Expressions, Functions) {
  EXPECT_EQ(shown("and(arg0, 0x40) == int32(64)"), "(== (and arg0 64:i32) 64:i32)");
  EXPECT_EQ(shown("uint32(arg0) == arg1"), "(== (to u32 arg0) arg1)");
  EXPECT_EQ(shown("not(xor(arg3, or(arg3, 1))) > 0"), "(> (not (xor arg3 (or arg3 1:u64))) 0:u64)");
}

TEST(Expressions, Strings) {
  EXPECT_EQ(shown("arg4 == '/etc' || \"a'b\" != arg4"),
            "(|| (is arg4 '/etc') (! (is arg4 'a'b')))");
  EXPECT_EQ(shown("arg4.startsWith('/etc/') && !arg4.endsWith('.d') || arg4.contains('x\\n')"),
            "(|| (&& (starts arg4 '/etc/') (! (ends arg4 '.d'))) (contains arg4 'x\n'))");
}

TEST(Expressions, MistakesHaveAPlace) {
  EXPECT_EQ(shown("arg0 == arg2"), "0+12 int32 and int do not go together");
  EXPECT_EQ(shown("arg0"), "0+4 this is a int32, not a bool");
  EXPECT_EQ(shown("arg0 == 5000000000"), "8+10 the number does not fit into int32");
  EXPECT_EQ(shown("arg0 == 99999999999999999999"), "8+20 the number does not fit into int32");
  EXPECT_EQ(shown("arg1 == -1"), "8+2 the number does not fit into uint32");
  EXPECT_EQ(shown("arg0 == 1 &&"), "12+1 the expression ends too early");
  EXPECT_EQ(shown("arg0 == 1)"), "9+1 ')' cannot stand here");
  EXPECT_EQ(shown("arg6 == 1"), "0+4 there is no 'arg6'");
  EXPECT_EQ(shown("arg5 == 1"), "0+4 an expression cannot look at what 'arg5' is");
  EXPECT_EQ(shown("size(arg4) == 1"), "0+4 there is no function 'size'");
  EXPECT_EQ(shown("arg4 < 'a'"), "0+10 strings are equal or not, none is greater");
  EXPECT_EQ(shown("arg4.matches('a')"), "5+7 strings have no 'matches'");
  EXPECT_EQ(shown("arg0 = 1"), "5+1 '=' cannot stand here");
  EXPECT_EQ(shown("'a' == 'b'"), "0+10 compare an argument with a string in quotes");
  EXPECT_EQ(shown("arg4 == 'a"), "8+2 ''a' cannot stand here");
  EXPECT_EQ(shown(""), "0+1 the expression ends too early");
}

TEST(Expressions, AreBounded) {
  EXPECT_NE(shown(std::string(10'000, '(') + "true").find("deep at most"), std::string::npos);
  std::string many = "arg0 == 0";
  for (int i = 0; i < 100; ++i) many += " || arg0 == 1";
  EXPECT_NE(shown(many).find("operations"), std::string::npos);
}

}  // namespace
}  // namespace vigil::check
