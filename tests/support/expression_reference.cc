#include "tests/support/expression_reference.h"

#include <optional>

namespace vigil::testing {
namespace {

using check::Expression;
using Kind = Expression::Kind;
using Type = Expression::Type;

class Evaluation {
 public:
  explicit Evaluation(const std::function<ExpressionValue(std::uint32_t)>& argument)
      : argument_(argument) {}

  ExpressionTruth whole(const Expression& e) {
    const bool holds = truth(e);
    if (stopped_) return *stopped_;
    return holds ? ExpressionTruth::yes : ExpressionTruth::no;
  }

 private:
  bool truth(const Expression& e) {
    switch (e.kind) {
      case Kind::constant: return e.number != 0;
      case Kind::both: return truth(e.operands[0]) && !stopped_ && truth(e.operands[1]);
      case Kind::either: return truth(e.operands[0]) || (!stopped_ && truth(e.operands[1]));
      case Kind::negation: return !truth(e.operands[0]);
      case Kind::is_text:
      case Kind::starts_with:
      case Kind::ends_with:
      case Kind::contains: return asked(e);
      default: return compared(e);
    }
  }

  bool asked(const Expression& e) {
    const ExpressionValue value = argument_(e.operands[0].argument);
    const auto* cut = std::get_if<CutText>(&value);
    const auto* whole = std::get_if<std::string>(&value);
    if (cut == nullptr && whole == nullptr) return stop(ExpressionTruth::unreadable);
    const std::string& text = cut != nullptr ? cut->text : *whole;
    if (e.kind == Kind::contains && text.find(e.text) != std::string::npos) return true;
    const bool looks_at_end = e.kind == Kind::ends_with || e.kind == Kind::contains;
    if (cut != nullptr && looks_at_end) return stop(ExpressionTruth::undecidable);
    if (e.kind == Kind::starts_with) return text.starts_with(e.text);
    if (e.kind == Kind::ends_with) return text.ends_with(e.text);
    return e.kind == Kind::is_text && cut == nullptr && text == e.text;
  }

  template <typename Number>
  static bool compare(Kind kind, Number a, Number b) {
    switch (kind) {
      case Kind::equal: return a == b;
      case Kind::not_equal: return a != b;
      case Kind::less: return a < b;
      case Kind::at_most: return a <= b;
      case Kind::greater: return a > b;
      default: return a >= b;
    }
  }

  bool compared(const Expression& e) {
    const Type type = e.operands[0].type;
    const std::uint64_t a = value(e.operands[0]);
    if (stopped_) return false;
    const std::uint64_t b = value(e.operands[1]);
    if (type == Type::int32 || type == Type::int64)
      return compare(e.kind, static_cast<std::int64_t>(a), static_cast<std::int64_t>(b));
    return compare(e.kind, a, b);
  }

  std::uint64_t value(const Expression& e) {
    if (e.type == Type::boolean) return truth(e) ? 1 : 0;
    if (e.kind == Kind::constant) return e.number;
    if (e.kind == Kind::argument) {
      const ExpressionValue value = argument_(e.argument);
      const auto* number = std::get_if<std::uint64_t>(&value);
      return number != nullptr ? *number : stop(ExpressionTruth::unreadable);
    }
    const std::uint64_t a = value(e.operands[0]);
    const std::uint64_t b = e.operands.size() == 2 && !stopped_ ? value(e.operands[1]) : 0;
    return held(e.type, operated(e.kind, a, b));
  }

  static std::uint64_t operated(Kind kind, std::uint64_t a, std::uint64_t b) {
    switch (kind) {
      case Kind::sum: return a + b;
      case Kind::difference: return a - b;
      case Kind::bit_and: return a & b;
      case Kind::bit_or: return a | b;
      case Kind::bit_xor: return a ^ b;
      case Kind::bit_not: return ~a;
      default: return a;
    }
  }

  static std::uint64_t held(Type type, std::uint64_t number) {
    if (type == Type::int32)
      return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(number)});
    return type == Type::uint32 ? static_cast<std::uint32_t>(number) : number;
  }

  bool stop(ExpressionTruth why) {
    if (!stopped_) stopped_ = why;
    return false;
  }

  const std::function<ExpressionValue(std::uint32_t)>& argument_;
  std::optional<ExpressionTruth> stopped_;
};

}  // namespace

ExpressionTruth evaluate(const Expression& expression,
                         const std::function<ExpressionValue(std::uint32_t)>& argument) {
  return Evaluation(argument).whole(expression);
}

}  // namespace vigil::testing
