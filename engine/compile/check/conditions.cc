#include "engine/compile/check/conditions.h"

#include <fmt/format.h>

#include <cstdlib>
#include <limits>

#include "engine/compile/check/integer_condition.h"
#include "engine/compile/check/parse_expression.h"
#include "engine/compile/check/path_values.h"
#include "engine/compile/check/values.h"
#include "engine/compile/check/words.h"
#include "engine/schema/operators.h"

namespace vigil::check {
namespace {

namespace code = schema::code;
using schema::ArgTypeInfo;
using schema::Operator;
using schema::OperatorInfo;
using schema::ValueForm;

// Longest text that is compared, as VG_VALUE_MAX of the runtime.
constexpr std::size_t max_text_bytes = 4096;
constexpr std::uint64_t last_privileged_port = 1023;

using Test = decltype(ArgCondition::test);
using IntegerField = IntegerCondition::Field;
using AddressField = AddressCondition::Field;

std::optional<TextCondition::Kind> text_kind(Operator positive) {
  if (positive == Operator::equal || positive == Operator::in) return TextCondition::Kind::equal;
  if (positive == Operator::prefix) return TextCondition::Kind::prefix;
  if (positive == Operator::postfix) return TextCondition::Kind::postfix;
  if (positive == Operator::substring) return TextCondition::Kind::substring;
  if (positive == Operator::substring_ignoring_case)
    return TextCondition::Kind::substring_ignoring_case;
  return std::nullopt;
}

void warn_about_text(const policy::Text& text, TextCondition::Kind kind, bool may_hold_nul,
                     Diagnostics& diagnostics) {
  if (text.value.empty() && kind != TextCondition::Kind::equal) {
    diagnostics.warning(code::pointless.code, text.span, "every value begins and ends like this",
                        "write the text that a value must begin or end with");
  }
  if (!may_hold_nul && text.value.find('\0') != std::string::npos) {
    diagnostics.warning(code::pointless.code, text.span,
                        "no value holds a zero byte, so this never matches",
                        "write what stands before the zero byte");
  }
}

enum class TextOf : std::uint8_t { string, buffer, path };

TextOf text_of(const ArgTypeInfo& type) {
  if (type.category == schema::Category::path) return TextOf::path;
  return type.category == schema::Category::buffer ? TextOf::buffer : TextOf::string;
}

TextCondition text_condition(const std::vector<policy::Text>& values, TextCondition::Kind kind,
                             TextOf what, Diagnostics& diagnostics) {
  TextCondition condition{kind, {}};
  for (policy::Text text : values) {
    if (!text.readable) continue;
    if (what == TextOf::string) {
      while (text.value.ends_with('\0')) text.value.pop_back();
    }
    if (text.value.size() > max_text_bytes) {
      diagnostics.error(code::out_of_range.code, text.span,
                        fmt::format("the text has {} bytes, at most {} are compared",
                                    text.value.size(), max_text_bytes));
      continue;
    }
    if (what == TextOf::path && refuse_deleted(text.value, kind, text.span, diagnostics)) continue;
    warn_about_text(text, kind, what == TextOf::buffer, diagnostics);
    if (what == TextOf::path) warn_about_path(text, kind, diagnostics);
    condition.values.push_back(std::move(text.value));
  }
  return condition;
}

void warn_about_host_bits(const policy::Text& text, const AddressPrefix& prefix,
                          Diagnostics& diagnostics) {
  const std::string_view address = std::string_view(text.value).substr(0, text.value.find('/'));
  if (parse_address(address)->bytes == prefix.bytes) return;
  diagnostics.warning(
      code::misleading.code, text.span,
      fmt::format("'{}' is all of {}", text.value, to_string(prefix)),
      fmt::format("write '{}', or '{}' for the one address", to_string(prefix), address));
}

AddressCondition address_condition(const std::vector<policy::Text>& values, AddressField field,
                                   Diagnostics& diagnostics) {
  AddressCondition condition{field, {}};
  for (const policy::Text& text : values) {
    if (!text.readable) continue;
    if (auto prefix = parse_address(text.value)) {
      condition.prefixes.push_back(*prefix);
      warn_about_host_bits(text, *prefix, diagnostics);
    } else {
      diagnostics.error(code::bad_value.code, text.span,
                        fmt::format("'{}' is not an address", text.value),
                        "write an IPv4 or IPv6 address, or a prefix such as 10.0.0.0/8");
    }
  }
  return condition;
}

IntegerCondition field_condition(const std::vector<policy::Text>& values, IntegerField field,
                                 Operator positive, Diagnostics& diagnostics) {
  return {field, integer_ranges(values, positive, domain_of(field), diagnostics)};
}

IntegerCondition value_condition(const std::vector<policy::Text>& values, const ArgTypeInfo& type,
                                 Operator positive, Diagnostics& diagnostics) {
  return {IntegerField::value, integer_ranges(values, positive, domain_of(type), diagnostics)};
}

IntegerCondition privileged(IntegerField field) { return {field, {{0, last_privileged_port}}}; }

Test make_test(const std::vector<policy::Text>& values, const ArgTypeInfo& type, Operator positive,
               Diagnostics& diagnostics) {
  if (auto kind = text_kind(positive); kind && schema::is_text(type.category)) {
    if (type.type == schema::ArgType::dentry) warn_about_dentry(values, *kind, diagnostics);
    return text_condition(values, *kind, text_of(type), diagnostics);
  }
  switch (positive) {
    case Operator::equal:
    case Operator::greater:
    case Operator::less:
    case Operator::in_map:
    case Operator::in_range: return value_condition(values, type, positive, diagnostics);
    case Operator::mask: return mask_condition(values, domain_of(type), diagnostics);
    case Operator::source_address:
      return address_condition(values, AddressField::source, diagnostics);
    case Operator::destination_address:
      return address_condition(values, AddressField::destination, diagnostics);
    case Operator::source_port:
      return field_condition(values, IntegerField::source_port, positive, diagnostics);
    case Operator::destination_port:
      return field_condition(values, IntegerField::destination_port, positive, diagnostics);
    case Operator::source_port_privileged: return privileged(IntegerField::source_port);
    case Operator::destination_port_privileged: return privileged(IntegerField::destination_port);
    case Operator::protocol:
      return field_condition(values, IntegerField::protocol, positive, diagnostics);
    case Operator::family:
      return field_condition(values, IntegerField::family, positive, diagnostics);
    case Operator::state:
      return field_condition(values, IntegerField::state, positive, diagnostics);
    case Operator::file_type:
      return field_condition(values, IntegerField::file_type, positive, diagnostics);
    // Only of text, of two arguments or of none: not made here.
    case Operator::capabilities_gained:
    case Operator::cel_expression:
    case Operator::prefix:
    case Operator::postfix:
    case Operator::substring:
    case Operator::substring_ignoring_case:
    case Operator::in:
    // Opposites: their positive form stands for them.
    case Operator::not_equal:
    case Operator::not_prefix:
    case Operator::not_postfix:
    case Operator::not_in_map:
    case Operator::not_protocol:
    case Operator::not_family:
    case Operator::not_file_type:
    case Operator::not_in_range:
    case Operator::not_source_address:
    case Operator::not_destination_address:
    case Operator::not_source_port:
    case Operator::not_destination_port:
    case Operator::not_source_port_privileged:
    case Operator::not_destination_port_privileged:
    case Operator::not_in: break;
  }
  std::abort();
}

// An element of a filter's `args`.
std::optional<std::uint32_t> listed_position(const policy::Number& position,
                                             const CheckedArguments& arguments,
                                             Diagnostics& diagnostics) {
  if (!position.readable) return std::nullopt;
  if (position.value >= 0 && static_cast<std::size_t>(position.value) < arguments.all.size())
    return static_cast<std::uint32_t>(position.value);
  if (!arguments.indexed) return std::nullopt;
  diagnostics.error(
      code::not_listed.code, position.span,
      fmt::format("the hook's '{}' has no position {}", arguments.written_in, position.value));
  return std::nullopt;
}

// Position in `arguments` that the filter is about.
std::optional<std::uint32_t> position_of(const policy::ArgFilter& filter,
                                         const CheckedArguments& arguments,
                                         Diagnostics& diagnostics) {
  if (!filter.index) {
    if (filter.args.size() == 1)
      return listed_position(filter.args.front(), arguments, diagnostics);
    diagnostics.error(code::bad_value.code, filter.span,
                      "this operator looks at one argument: 'index', or one position in 'args'");
    return std::nullopt;
  }
  if (!filter.index->readable) return std::nullopt;
  for (std::uint32_t i = 0; i < arguments.all.size(); ++i) {
    if (arguments.indices[i] == filter.index->value) return i;
  }
  const std::int64_t position = filter.index->value;
  if (arguments.by_position && position >= 0 && position < std::ssize(arguments.all))
    return static_cast<std::uint32_t>(position);
  if (!arguments.indexed) return std::nullopt;
  diagnostics.error(
      code::not_listed.code, filter.index->span,
      fmt::format("argument {} is not in the hook's '{}'", filter.index->value,
                  arguments.written_in),
      arguments.written_in == "args"
          ? fmt::format("add an entry with index {} and its type to 'args'", filter.index->value)
          : "index counts its entries from 0");
  return std::nullopt;
}

bool operator_fits(const policy::Text& op, const OperatorInfo& row, const ArgTypeInfo& type,
                   Diagnostics& diagnostics) {
  if (row.fits(type.category)) return true;
  std::string fitting = schema::operators_for(type.category);
  diagnostics.error(code::wrong_operator.code, op.span,
                    fmt::format("'{}' does not fit an argument of type '{}'", op.value, type.name),
                    fitting.empty() ? "values of this type are reported, not compared"
                                    : fmt::format("for it there are {}", fitting));
  return false;
}

bool value_count_fits(const std::vector<policy::Text>& values, const policy::Text& op,
                      ValueForm form, Diagnostics& diagnostics) {
  bool wants_none = form == ValueForm::none;
  if (values.empty() == wants_none) return true;
  if (wants_none && !values.front().readable) return true;
  diagnostics.error(
      code::bad_value.code, wants_none ? values.front().span : op.span,
      fmt::format("'{}' {}", op.value, wants_none ? "takes no values" : "needs values"));
  return false;
}

std::optional<std::uint32_t> pid(const policy::Number& number, Diagnostics& diagnostics) {
  if (number.value >= 0 && number.value <= std::numeric_limits<std::uint32_t>::max()) {
    return static_cast<std::uint32_t>(number.value);
  }
  diagnostics.error(code::out_of_range.code, number.span,
                    fmt::format("{} is not a process id", number.value));
  return std::nullopt;
}

// No process in a pid namespace has the id 0, nor has any ancestor.
void warn_about_zero(const policy::PidFilter& filter, const PidCondition& condition,
                     Diagnostics& diagnostics) {
  if (!condition.follow_forks || condition.negated) return;
  for (const policy::Number& number : filter.values) {
    if (number.value != 0) continue;
    diagnostics.warning(code::pointless.code, number.span,
                        "0 is the id of no process that 'followForks' follows, so this value never "
                        "matches",
                        condition.in_namespace
                            ? "processes of the host are matched by 0 without 'followForks'"
                            : "remove it");
  }
}

BinaryCondition::Whose whose(const policy::BinaryFilter& filter) {
  using Whose = BinaryCondition::Whose;
  const bool follows = filter.follow_children && filter.follow_children->value;
  switch (filter.key) {
    case policy::BinaryFilter::Key::own: return follows ? Whose::family : Whose::own;
    case policy::BinaryFilter::Key::parent: return follows ? Whose::ancestor : Whose::parent;
    case policy::BinaryFilter::Key::ancestors: return Whose::ancestor;
  }
  return Whose::own;
}

std::optional<Expression::Type> expression_type(const ArgTypeInfo& type) {
  if (schema::is_text(type.category)) return Expression::Type::text;
  if (!schema::is_number(type.category)) return std::nullopt;
  if (type.width_bytes == 8)
    return type.is_signed ? Expression::Type::int64 : Expression::Type::uint64;
  return type.is_signed ? Expression::Type::int32 : Expression::Type::uint32;
}

// Where `length` bytes at `at` of a value stand in the file, as far as that can be told: a value in
// quotes begins behind its quote.
Span part_of(const policy::Text& value, std::size_t at, std::size_t length) {
  Span span = value.span;
  if (span.file == nullptr || span.column == 0) return span;
  const std::string_view line = span.file->line(span.line).substr(span.column - 1);
  const std::size_t begin = line.find(value.value);
  if (begin == std::string_view::npos) return span;
  span.column += static_cast<std::uint32_t>(begin + at);
  span.length = static_cast<std::uint32_t>(length);
  return span;
}

std::optional<TextCondition::Kind> text_kind(Expression::Kind kind) {
  if (kind == Expression::Kind::is_text) return TextCondition::Kind::equal;
  if (kind == Expression::Kind::starts_with) return TextCondition::Kind::prefix;
  if (kind == Expression::Kind::ends_with) return TextCondition::Kind::postfix;
  if (kind == Expression::Kind::contains) return TextCondition::Kind::substring;
  return std::nullopt;
}

void refuse_deleted_in(const Expression& expression, const policy::Text& written,
                       const CheckedArguments& arguments, Diagnostics& diagnostics) {
  for (const Expression& operand : expression.operands)
    refuse_deleted_in(operand, written, arguments, diagnostics);
  const auto kind = text_kind(expression.kind);
  if (!kind) return;
  const auto& argument = arguments.all[expression.operands.front().argument];
  if (text_of(schema::info(argument.type)) != TextOf::path) return;
  const std::size_t at = written.value.find(expression.text);
  const Span place = at == std::string::npos ? written.span  // it has escapes
                                             : part_of(written, at, expression.text.size());
  refuse_deleted(expression.text, *kind, place, diagnostics);
}

std::optional<ArgCondition> check_expression(const policy::ArgFilter& filter,
                                             const CheckedArguments& arguments,
                                             Diagnostics& diagnostics) {
  if (filter.values.size() != 1) {
    diagnostics.error(code::bad_value.code, filter.op.span,
                      fmt::format("'{}' takes one value, the expression", filter.op.value));
    return std::nullopt;
  }
  const policy::Text& text = filter.values.front();
  if (!text.readable || !arguments.indexed) return std::nullopt;
  std::vector<std::optional<Expression::Type>> types;
  for (std::size_t i = 0; i < arguments.all.size(); ++i) {
    if (!arguments.typed[i]) return std::nullopt;
    const Argument& argument = arguments.all[i];
    types.push_back(argument.at_return ? std::nullopt
                                       : expression_type(schema::info(argument.type)));
  }
  auto parsed = parse_expression(text.value, types);
  if (auto* error = std::get_if<ExpressionError>(&parsed)) {
    diagnostics.error(code::bad_value.code, part_of(text, error->at, error->length),
                      std::move(error->message), std::move(error->help));
    return std::nullopt;
  }
  auto& expression = std::get<Expression>(parsed);
  const std::size_t errors = diagnostics.error_count();
  refuse_deleted_in(expression, text, arguments, diagnostics);
  if (diagnostics.error_count() != errors) return std::nullopt;
  return ArgCondition{.test = std::move(expression), .span = filter.op.span};
}

std::optional<ArgCondition> check_gained(const policy::ArgFilter& filter,
                                         const CheckedArguments& arguments,
                                         Diagnostics& diagnostics) {
  if (filter.index || filter.args.size() != 2) {
    diagnostics.error(code::bad_value.code, filter.op.span,
                      fmt::format("'{}' compares two sets of capabilities", filter.op.value),
                      "write args: [NEW, OLD], their positions in the hook's 'args'");
    return std::nullopt;
  }
  const std::size_t errors = diagnostics.error_count();
  const OperatorInfo& row = schema::info(Operator::capabilities_gained);
  std::optional<std::uint32_t> positions[2];
  for (std::size_t i = 0; i < 2; ++i) {
    positions[i] = listed_position(filter.args[i], arguments, diagnostics);
    if (!positions[i] || !arguments.typed[*positions[i]]) return std::nullopt;
    operator_fits(filter.op, row, schema::info(arguments.all[*positions[i]].type), diagnostics);
  }
  value_count_fits(filter.values, filter.op, row.form, diagnostics);
  if (diagnostics.error_count() != errors) return std::nullopt;
  ArgCondition condition{
      .argument = *positions[0], .test = MaskCondition{~std::uint64_t{0}}, .span = filter.op.span};
  condition.without = positions[1];
  return condition;
}

}  // namespace

std::optional<ArgCondition> check_arg_filter(const policy::ArgFilter& filter,
                                             const CheckedArguments& arguments,
                                             Diagnostics& diagnostics) {
  std::size_t errors = diagnostics.error_count();
  auto op = look_up(schema::match_args_words(), filter.op, "an operator", code::unknown_operator,
                    diagnostics);
  if (op == Operator::capabilities_gained) return check_gained(filter, arguments, diagnostics);
  if (op == Operator::cel_expression) return check_expression(filter, arguments, diagnostics);
  auto position = position_of(filter, arguments, diagnostics);
  if (!op || !position || !arguments.typed[*position]) return std::nullopt;
  if (arguments.all[*position].at_return) {
    diagnostics.error(code::bad_return.code, filter.op.span,
                      "an argument with 'returnCopy' is read when the call returns: too late to be "
                      "matched",
                      "match another argument, or the return value with 'matchReturnArgs'");
    return std::nullopt;
  }
  const OperatorInfo& row = schema::info(*op);
  const ArgTypeInfo& type = schema::info(arguments.all[*position].type);
  if (!operator_fits(filter.op, row, type, diagnostics)) return std::nullopt;
  if (!value_count_fits(filter.values, filter.op, row.form, diagnostics)) return std::nullopt;
  Test test = make_test(filter.values, type, row.positive, diagnostics);
  if (diagnostics.error_count() != errors) return std::nullopt;
  return ArgCondition{.argument = *position,
                      .negated = row.negated(),
                      .test = std::move(test),
                      .span = filter.op.span};
}

std::optional<BinaryCondition> check_binary_filter(const policy::BinaryFilter& filter,
                                                   Diagnostics& diagnostics) {
  std::size_t errors = diagnostics.error_count();
  auto op = look_up(schema::match_binaries_words(), filter.op,
                    fmt::format("an operator of {}", name(filter.key)), code::unknown_operator,
                    diagnostics);
  if (!op) return std::nullopt;
  const OperatorInfo& row = schema::info(*op);
  if (!value_count_fits(filter.values, filter.op, row.form, diagnostics)) return std::nullopt;
  TextCondition::Kind kind = text_kind(row.positive).value();
  TextCondition test = text_condition(filter.values, kind, TextOf::path, diagnostics);
  if (diagnostics.error_count() != errors) return std::nullopt;
  return BinaryCondition{whose(filter), row.negated(), std::move(test), filter.op.span};
}

std::optional<PidCondition> check_pid_filter(const policy::PidFilter& filter,
                                             Diagnostics& diagnostics) {
  std::size_t errors = diagnostics.error_count();
  auto op = look_up(schema::membership_words(), filter.op, "an operator of matchPIDs",
                    code::unknown_operator, diagnostics);
  if (filter.values.empty()) {
    diagnostics.error(code::bad_value.code, filter.op.span, "matchPIDs needs values");
  }
  PidCondition condition;
  for (const policy::Number& number : filter.values) {
    if (!number.readable) continue;
    if (auto value = pid(number, diagnostics)) condition.pids.push_back(*value);
  }
  if (!op || diagnostics.error_count() != errors) return std::nullopt;
  condition.negated = schema::info(*op).negated();
  condition.in_namespace = filter.is_namespace_pid && filter.is_namespace_pid->value;
  condition.follow_forks = filter.follow_forks && filter.follow_forks->value;
  condition.span = filter.op.span;
  warn_about_zero(filter, condition, diagnostics);
  return condition;
}

}  // namespace vigil::check
