#include "engine/compile/check/parse_expression.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "engine/base/number.h"
#include "engine/compile/check/expression_tokens.h"
#include "engine/compile/check/values.h"

namespace vigil::check {
namespace {

using Type = Expression::Type;
using Kind = Expression::Kind;

constexpr int most_depth = 32;
constexpr std::size_t most_operations = 64;

bool is_number(Type type) { return type != Type::boolean && type != Type::text; }

// A part of the text with its place. A number without a type takes that of its neighbour.
struct Part {
  Expression value;
  bool is_literal = false;
  bool is_negative = false;   // literal
  bool is_too_large = false;  // literal: for 64 bits
  std::size_t at = 0, end = 0;
};

const schema::ArgTypeInfo& number_type(Type type) {
  switch (type) {
    case Type::int32: return schema::info(schema::ArgType::int32);
    case Type::uint32: return schema::info(schema::ArgType::uint32);
    case Type::int64: return schema::info(schema::ArgType::int64);
    case Type::uint64: return schema::info(schema::ArgType::uint64);
    case Type::boolean:
    case Type::text: break;
  }
  std::abort();
}

bool fits(const Part& literal, Type type) {
  const ParsedNumber number{.negative = literal.is_negative,
                            .magnitude = literal.value.number,
                            .too_large = literal.is_too_large};
  return fit(number, number_type(type)).has_value();
}

class Parser {
 public:
  Parser(std::string_view text, std::span<const std::optional<Type>> arguments)
      : text_(text), arguments_(arguments) {
    advance();
  }

  std::variant<Expression, ExpressionError> parse() {
    Part whole = any_of();
    if (!error_ && token_.kind != Token::Kind::end) unexpected();
    if (!error_) expect(whole, Type::boolean);
    if (error_) return std::move(*error_);
    return std::move(whole.value);
  }

 private:
  Part any_of() { return chain("||", Kind::either, &Parser::all_of); }
  Part all_of() { return chain("&&", Kind::both, &Parser::comparison); }
  Part chain(std::string_view sign, Kind kind, Part (Parser::*operand)());
  Part comparison();
  Part sum();
  Part unary();
  Part postfix();
  Part primary();
  Part literal();
  Part named();
  Part argument(const Token& name);
  Part function(const Token& name);
  Part method(Part object);
  Part compare_text(Kind kind, Part a, Part b);
  Part binary(Kind kind, Part a, Part b);

  void settle(Part& a, Part& b);
  void settle(Part& part, Type type);
  void expect(Part& part, Type type);
  bool take(std::string_view sign);
  void need(std::string_view sign);
  void advance() {
    before_ = token_.at + token_.written.size();
    token_ = next_token(text_, before_);
  }
  void fail(std::size_t at, std::size_t end, std::string message, std::string help = {});
  void unexpected();

  std::string_view text_;
  std::span<const std::optional<Type>> arguments_;
  Token token_;
  std::size_t before_ = 0;  // where the last word ends
  int depth_ = 0;
  std::size_t operations_ = 0;
  std::optional<ExpressionError> error_;  // the first; nothing is read after it
};

void Parser::fail(std::size_t at, std::size_t end, std::string message, std::string help) {
  if (!error_)
    error_ = {at, std::max<std::size_t>(end - at, 1), std::move(message), std::move(help)};
  token_ = {.kind = Token::Kind::end, .at = text_.size()};
}

void Parser::unexpected() {
  const std::size_t end = token_.at + token_.written.size();
  if (token_.kind == Token::Kind::end)
    return fail(token_.at, token_.at, "the expression ends too early");
  fail(token_.at, end, fmt::format("'{}' cannot stand here", token_.written));
}

bool Parser::take(std::string_view sign) {
  if (token_.kind != Token::Kind::sign || token_.written != sign) return false;
  advance();
  return true;
}

void Parser::need(std::string_view sign) {
  if (!take(sign)) unexpected();
}

void Parser::expect(Part& part, Type type) {
  settle(part, part.value.type);
  if (part.value.type == type || error_) return;
  fail(part.at, part.end, fmt::format("this is a {}, not a {}", name(part.value.type), name(type)),
       type == Type::boolean ? "compare it with something" : "");
}

void Parser::settle(Part& part, Type type) {
  if (!part.is_literal || error_) return;
  if (!fits(part, type))
    return fail(part.at, part.end, fmt::format("the number does not fit into {}", name(type)),
                fmt::format("{} holds {}", name(type), bounds_of(number_type(type))));
  part.value.type = type;
  if (part.is_negative) part.value.number = 0 - part.value.number;
  part.is_literal = false;
}

void Parser::settle(Part& a, Part& b) {
  if (a.is_literal && is_number(b.value.type)) settle(a, b.value.type);
  if (b.is_literal && is_number(a.value.type)) settle(b, a.value.type);
  settle(a, a.value.type);
  settle(b, b.value.type);
  if (error_ || a.value.type == b.value.type) return;
  fail(a.at, b.end,
       fmt::format("{} and {} do not go together", name(a.value.type), name(b.value.type)),
       is_number(a.value.type) && is_number(b.value.type)
           ? "convert one: int32(x), uint32(x), int(x) or uint(x)"
           : "");
}

Part Parser::binary(Kind kind, Part a, Part b) {
  if (++operations_ > most_operations)
    fail(a.at, b.end, fmt::format("an expression has at most {} operations", most_operations));
  Part part{.at = a.at, .end = b.end};
  part.value.kind = kind;
  part.value.type = a.value.type;
  part.value.operands.push_back(std::move(a.value));
  part.value.operands.push_back(std::move(b.value));
  return part;
}

Part Parser::chain(std::string_view sign, Kind kind, Part (Parser::*operand)()) {
  Part left = (this->*operand)();
  while (!error_ && take(sign)) {
    Part right = (this->*operand)();
    expect(left, Type::boolean);
    expect(right, Type::boolean);
    left = binary(kind, std::move(left), std::move(right));
  }
  return left;
}

// Of texts: an argument and a text in quotes, in any order.
Part Parser::compare_text(Kind kind, Part a, Part b) {
  if (a.value.kind == Kind::constant) std::swap(a, b);
  if (kind != Kind::equal && kind != Kind::not_equal)
    fail(std::min(a.at, b.at), std::max(a.end, b.end), "strings are equal or not, none is greater");
  if (a.value.kind != Kind::argument || b.value.kind != Kind::constant)
    fail(std::min(a.at, b.at), std::max(a.end, b.end),
         "compare an argument with a string in quotes");
  Part part{.at = std::min(a.at, b.at), .end = std::max(a.end, b.end)};
  part.value.kind = Kind::is_text;
  part.value.text = std::move(b.value.text);
  part.value.operands.push_back(std::move(a.value));
  if (kind == Kind::equal) return part;
  Part opposite{.at = part.at, .end = part.end};
  opposite.value.kind = Kind::negation;
  opposite.value.operands.push_back(std::move(part.value));
  return opposite;
}

Part Parser::comparison() {
  constexpr std::pair<std::string_view, Kind> signs[] = {
      {"==", Kind::equal},    {"!=", Kind::not_equal}, {"<=", Kind::at_most},
      {">=", Kind::at_least}, {"<", Kind::less},       {">", Kind::greater},
  };
  Part left = sum();
  for (const auto& [sign, kind] : signs) {
    if (error_ || !take(sign)) continue;
    Part right = sum();
    settle(left, right);
    if (error_) return left;
    if (left.value.type == Type::text) return compare_text(kind, std::move(left), std::move(right));
    const bool ordered = kind != Kind::equal && kind != Kind::not_equal;
    if (ordered && left.value.type == Type::boolean)
      fail(left.at, right.end, "truths are equal or not, none is greater");
    Part part = binary(kind, std::move(left), std::move(right));
    part.value.type = Type::boolean;
    return part;
  }
  return left;
}

Part Parser::sum() {
  Part left = unary();
  while (!error_) {
    const bool is_sum = take("+");
    if (!is_sum && !take("-")) return left;
    Part right = unary();
    settle(left, right);
    if (!error_ && !is_number(left.value.type))
      fail(left.at, right.end, fmt::format("a {} cannot be added", name(left.value.type)));
    left = binary(is_sum ? Kind::sum : Kind::difference, std::move(left), std::move(right));
  }
  return left;
}

Part Parser::unary() {
  const std::size_t at = token_.at;
  if (++depth_ > most_depth)
    fail(at, at + 1, fmt::format("an expression nests {} deep at most", most_depth));
  Part part;
  if (take("!")) {
    Part operand = unary();
    expect(operand, Type::boolean);
    part = {.at = at, .end = operand.end};
    part.value.kind = Kind::negation;
    part.value.operands.push_back(std::move(operand.value));
  } else if (take("-")) {
    part = unary();
    if (!error_ && !part.is_literal)
      fail(at, part.end, "only a number can be negative", "write 0 - x");
    part.is_negative = !part.is_negative;
    part.at = at;
  } else {
    part = postfix();
  }
  --depth_;
  return part;
}

Part Parser::postfix() {
  Part part = primary();
  while (!error_ && take(".")) part = method(std::move(part));
  return part;
}

Part Parser::method(Part object) {
  constexpr std::pair<std::string_view, Kind> methods[] = {{"startsWith", Kind::starts_with},
                                                           {"endsWith", Kind::ends_with},
                                                           {"contains", Kind::contains}};
  const Token called = token_;
  for (const auto& [spelling, kind] : methods) {
    if (called.written != spelling) continue;
    advance();
    need("(");
    const Token text = token_;
    if (text.kind != Token::Kind::text) unexpected();
    advance();
    need(")");
    const bool is_text = object.value.type == Type::text && object.value.kind == Kind::argument;
    if (!is_text)
      fail(object.at, object.end, fmt::format("'{}' is of arguments that are strings", spelling));
    Part part{.at = object.at, .end = before_};
    part.value.kind = kind;
    part.value.text = text.text;
    part.value.operands.push_back(std::move(object.value));
    return part;
  }
  fail(called.at, called.at + called.written.size(),
       fmt::format("strings have no '{}'", called.written),
       "there are startsWith, endsWith and contains");
  return object;
}

Part Parser::primary() {
  if (take("(")) {
    Part part = any_of();
    need(")");
    return part;
  }
  if (token_.kind == Token::Kind::number || token_.kind == Token::Kind::text) return literal();
  if (token_.kind == Token::Kind::name) return named();
  unexpected();
  return {};
}

Part Parser::literal() {
  Part part{.at = token_.at, .end = token_.at + token_.written.size()};
  if (token_.kind == Token::Kind::text) {
    part.value.type = Type::text;
    part.value.text = token_.text;
  } else {
    part.value.type = token_.is_unsigned ? Type::uint64 : Type::int64;
    part.value.number = token_.number;
    part.is_literal = true;
    part.is_too_large = token_.is_too_large;
  }
  advance();
  return part;
}

Part Parser::named() {
  const Token word = token_;
  advance();
  if (word.written == "true" || word.written == "false") {
    Part part{.at = word.at, .end = before_};
    part.value.number = word.written == "true" ? 1 : 0;
    return part;
  }
  return token_.written == "(" ? function(word) : argument(word);
}

Part Parser::argument(const Token& word) {
  const std::size_t end = word.at + word.written.size();
  const auto position = word.written.starts_with("arg")
                            ? whole_number<std::uint32_t>(word.written.substr(3))
                            : std::nullopt;
  if (!position || *position >= arguments_.size()) {
    fail(word.at, end, fmt::format("there is no '{}'", word.written),
         arguments_.empty()
             ? "the hook has no 'args'"
             : fmt::format("there are arg0 to arg{}, as 'args' lists them", arguments_.size() - 1));
    return {};
  }
  if (!arguments_[*position]) {
    fail(word.at, end, fmt::format("an expression cannot look at what '{}' is", word.written),
         "numbers and strings can be looked at");
    return {};
  }
  Part part{.at = word.at, .end = end};
  part.value.kind = Kind::argument;
  part.value.type = *arguments_[*position];
  part.value.argument = *position;
  return part;
}

Part Parser::function(const Token& word) {
  constexpr std::pair<std::string_view, Type> conversions[] = {{"int32", Type::int32},
                                                               {"uint32", Type::uint32},
                                                               {"int", Type::int64},
                                                               {"uint", Type::uint64}};
  constexpr std::pair<std::string_view, Kind> operations[] = {
      {"and", Kind::bit_and}, {"or", Kind::bit_or}, {"xor", Kind::bit_xor}};
  const auto number = [&](Part& part) {
    settle(part, part.value.type);
    if (!error_ && !is_number(part.value.type))
      fail(part.at, part.end, fmt::format("this is a {}, not a number", name(part.value.type)));
  };
  need("(");
  Part first = any_of();
  for (const auto& [spelling, kind] : operations) {
    if (word.written != spelling || error_) continue;
    need(",");
    Part second = any_of();
    need(")");
    settle(first, second);
    number(first);
    return binary(kind, std::move(first), std::move(second));
  }
  need(")");
  for (const auto& [spelling, type] : conversions) {
    if (word.written != spelling) continue;
    if (first.is_literal) {
      settle(first, type);
      return first;
    }
    number(first);
    Part part{.at = word.at, .end = before_};
    part.value.kind = Kind::conversion;
    part.value.type = type;
    part.value.operands.push_back(std::move(first.value));
    return part;
  }
  if (word.written == "not") {
    number(first);
    Part part{.at = word.at, .end = before_};
    part.value.kind = Kind::bit_not;
    part.value.type = first.value.type;
    part.value.operands.push_back(std::move(first.value));
    return part;
  }
  fail(word.at, word.at + word.written.size(),
       fmt::format("there is no function '{}'", word.written),
       "there are int32, uint32, int, uint, and, or, xor and not");
  return first;
}

}  // namespace

std::string_view name(Expression::Type type) {
  switch (type) {
    case Type::boolean: return "bool";
    case Type::int32: return "int32";
    case Type::uint32: return "uint32";
    case Type::int64: return "int";
    case Type::uint64: return "uint";
    case Type::text: return "string";
  }
  return {};
}

std::variant<Expression, ExpressionError> parse_expression(
    std::string_view text, std::span<const std::optional<Type>> arguments) {
  return Parser(text, arguments).parse();
}

}  // namespace vigil::check
