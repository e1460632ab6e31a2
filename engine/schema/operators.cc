#include "engine/schema/operators.h"

#include <fmt/format.h>

namespace vigil::schema {
namespace {

using enum Operator;

constexpr std::uint16_t bit(Category category) {
  return static_cast<std::uint16_t>(1u << static_cast<unsigned>(category));
}
constexpr std::uint16_t text =
    bit(Category::text) | bit(Category::buffer) | bit(Category::path) | bit(Category::unix_address);
constexpr std::uint16_t flags = bit(Category::integer) | bit(Category::capability_set);
constexpr std::uint16_t number = flags | bit(Category::capability);
constexpr std::uint16_t socket = bit(Category::socket);
constexpr std::uint16_t both_ends = socket | bit(Category::packet);
constexpr std::uint16_t either_end = both_ends | bit(Category::address);
constexpr std::uint16_t any_family = either_end | bit(Category::unix_address);
constexpr std::uint16_t any_category = 0xffff;
constexpr std::uint16_t no_argument = 0;

// In the order of the enum.
constexpr OperatorInfo rows[] = {
    {equal, equal, ValueForm::same_as_argument, text | number},
    {not_equal, equal, ValueForm::same_as_argument, text | number},
    {prefix, prefix, ValueForm::same_as_argument, text},
    {not_prefix, prefix, ValueForm::same_as_argument, text},
    {postfix, postfix, ValueForm::same_as_argument, text},
    {not_postfix, postfix, ValueForm::same_as_argument, text},
    {substring, substring, ValueForm::same_as_argument, text},
    {substring_ignoring_case, substring_ignoring_case, ValueForm::same_as_argument, text},
    {greater, greater, ValueForm::number, number},
    {less, less, ValueForm::number, number},
    {mask, mask, ValueForm::number, flags},
    {in_map, in_map, ValueForm::number_or_range, number},
    {not_in_map, in_map, ValueForm::number_or_range, number},
    {in_range, in_range, ValueForm::range, number},
    {not_in_range, in_range, ValueForm::range, number},
    {source_address, source_address, ValueForm::address, either_end},
    {not_source_address, source_address, ValueForm::address, either_end},
    {destination_address, destination_address, ValueForm::address, both_ends},
    {not_destination_address, destination_address, ValueForm::address, both_ends},
    {source_port, source_port, ValueForm::port, either_end},
    {not_source_port, source_port, ValueForm::port, either_end},
    {destination_port, destination_port, ValueForm::port, both_ends},
    {not_destination_port, destination_port, ValueForm::port, both_ends},
    {source_port_privileged, source_port_privileged, ValueForm::none, either_end},
    {not_source_port_privileged, source_port_privileged, ValueForm::none, either_end},
    {destination_port_privileged, destination_port_privileged, ValueForm::none, both_ends},
    {not_destination_port_privileged, destination_port_privileged, ValueForm::none, both_ends},
    {protocol, protocol, ValueForm::protocol, both_ends},
    {not_protocol, protocol, ValueForm::protocol, both_ends},
    {family, family, ValueForm::family, any_family},
    {not_family, family, ValueForm::family, any_family},
    {state, state, ValueForm::state, socket},
    {capabilities_gained, capabilities_gained, ValueForm::none, bit(Category::capability_set)},
    {file_type, file_type, ValueForm::file_type, bit(Category::path)},
    {not_file_type, file_type, ValueForm::file_type, bit(Category::path)},
    {cel_expression, cel_expression, ValueForm::expression, any_category},
    {in, in, ValueForm::same_as_argument, no_argument},
    {not_in, in, ValueForm::same_as_argument, no_argument},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    if (static_cast<std::size_t>(rows[i].op) != i) return false;
  }
  return std::size(rows) == static_cast<std::size_t>(not_in) + 1;
}
static_assert(in_order());

constexpr Word<Operator> args_words[] = {
    {"Equal", equal},
    {"NotEqual", not_equal},
    {"Prefix", prefix},
    {"NotPrefix", not_prefix},
    {"Postfix", postfix},
    {"NotPostfix", not_postfix},
    {"GT", greater},
    {"GreaterThan", greater},
    {"LT", less},
    {"LessThan", less},
    {"Mask", mask},
    {"InMap", in_map},
    {"NotInMap", not_in_map},
    {"InRange", in_range},
    {"NotInRange", not_in_range},
    {"SAddr", source_address},
    {"NotSAddr", not_source_address},
    {"DAddr", destination_address},
    {"NotDAddr", not_destination_address},
    {"SPort", source_port},
    {"NotSPort", not_source_port},
    {"DPort", destination_port},
    {"NotDPort", not_destination_port},
    {"SPortPriv", source_port_privileged},
    {"NotSportPriv", not_source_port_privileged},
    {"NotSPortPriv", not_source_port_privileged},
    {"DPortPriv", destination_port_privileged},
    {"NotDportPriv", not_destination_port_privileged},
    {"NotDPortPriv", not_destination_port_privileged},
    {"Protocol", protocol},
    {"NotProtocol", not_protocol},
    {"Family", family},
    {"NotFamily", not_family},
    {"State", state},
    {"CapabilitiesGained", capabilities_gained},
    {"SubString", substring},
    {"SubStringIgnCase", substring_ignoring_case},
    {"CelExpr", cel_expression},
    {"FileType", file_type},
    {"NotFileType", not_file_type},
};

constexpr Word<Operator> binaries_words[] = {
    {"In", in},           {"NotIn", not_in},
    {"Prefix", prefix},   {"NotPrefix", not_prefix},
    {"Postfix", postfix}, {"NotPostfix", not_postfix},
};

constexpr Word<Operator> credential_operators[] = {
    {"In", in},
    {"NotIn", not_in},
    {"Equal", equal},
    {"NotEqual", not_equal},
    {"GT", greater},
    {"GreaterThan", greater},
    {"LT", less},
    {"LessThan", less},
    {"InRange", in_range},
    {"NotInRange", not_in_range},
};

constexpr Word<Operator> in_words[] = {{"In", in}, {"NotIn", not_in}};

}  // namespace

const OperatorInfo& info(Operator op) { return rows[static_cast<std::size_t>(op)]; }
std::span<const OperatorInfo> operators() { return rows; }
std::span<const Word<Operator>> match_args_words() { return args_words; }
std::span<const Word<Operator>> match_binaries_words() { return binaries_words; }
std::span<const Word<Operator>> credential_operator_words() { return credential_operators; }
std::span<const Word<Operator>> membership_words() { return in_words; }

std::string operators_for(Category category) {
  std::string list;
  for (const OperatorInfo& row : rows) {
    if (!row.fits(category) || row.form == ValueForm::expression) continue;
    list +=
        fmt::format("{}'{}'", list.empty() ? "" : ", ", spelling_of(match_args_words(), row.op));
  }
  return list;
}

}  // namespace vigil::schema
