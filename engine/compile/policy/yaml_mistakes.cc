#include "engine/compile/policy/yaml_mistakes.h"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>

namespace vigil::policy {
namespace {

namespace said = YAML::ErrorMsg;
using Where = YamlMistake::Where;

// What the line must be like for a complaint to mean this.
enum class Line : std::uint8_t { any, indented_by_tab, blank_before, colon_before };

struct Words {
  std::string_view message, help;
};

constexpr Words tab{"a tab cannot indent", "indent with spaces"};
constexpr Words open_list{"this list is not closed", "write ']' behind its last entry"};
constexpr Words open_mapping{"this mapping is not closed", "write '}' behind its last value"};
constexpr Words nothing_open{"nothing is open that this closes",
                             "close '[' with ']' and '{' with '}', what was opened last first"};
constexpr Words fits_nowhere{
    "the indentation of this line fits none of the lists and mappings before it",
    "indent the keys of one mapping alike, and the '- ' of one list"};
constexpr Words has_ended{"the value before this has ended",
                          "put quotes around the whole value; inside of '...' a quote is ''"};
constexpr Words second_colon{"a second ':' in one line",
                             "put quotes around a text with ': ' in it"};
constexpr Words no_key{"the text before this ':' belongs to the line above",
                       "indent the keys of one mapping alike, and write ':' behind each"};
constexpr Words no_list{"a list cannot begin here",
                        "write each '- ' in a line of its own, and none inside of '[...]'"};
constexpr Words no_question{"'? ' begins a key, which cannot stand here",
                            "put quotes around a text that begins with it"};
constexpr Words stays_open{"a quote before this is not closed", "write the same quote at its end"};
constexpr Words bad_sign{"a text cannot begin with this sign", "put quotes around the text"};
constexpr Words bad_escape{"a '\\' in \"...\" begins an escape, and this is none",
                           "double the '\\', or write the text in '...'"};
constexpr Words bad_digits{"these are not the digits of an escape",
                           "\\x takes two hexadecimal digits, \\u four, \\U eight"};
constexpr Words bad_block{"behind '|' and '>' the text begins in the next line",
                          "put quotes around a text that begins with them"};
constexpr Words no_anchor{"there is no anchor of this name before the alias",
                          "put quotes around a text that begins with '*'"};
constexpr Words no_name{"'&' and '*' are for names of anchors",
                        "put quotes around a text that begins with them"};
constexpr Words no_tag{"'!' begins a tag, and this is none",
                       "put quotes around a text that begins with it"};
constexpr Words one_each{"a value has one anchor and one tag at most", "remove the other one"};
constexpr Words no_directive{"there is no such directive", "remove the line"};

struct Row {
  std::string_view complaint;  // or how it begins
  Words words;
  Line line = Line::any;
  Where where = Where::here;
};

// The first that fits counts.
const Row rows[] = {
    {said::TAB_IN_INDENTATION, tab, Line::any, Where::tab},
    {said::MAP_VALUE, tab, Line::indented_by_tab, Where::tab},
    {said::BLOCK_ENTRY, tab, Line::indented_by_tab, Where::tab},
    {said::END_OF_MAP, tab, Line::indented_by_tab, Where::tab},
    {said::END_OF_SEQ, tab, Line::indented_by_tab, Where::tab},
    {said::END_OF_SEQ_FLOW, open_list, Line::any, Where::opening},
    {said::END_OF_MAP_FLOW, open_mapping, Line::any, Where::opening},
    {said::FLOW_END, nothing_open},
    {said::END_OF_MAP, fits_nowhere, Line::blank_before},
    {said::END_OF_SEQ, fits_nowhere, Line::blank_before},
    {said::END_OF_MAP, has_ended},
    {said::END_OF_SEQ, has_ended},
    {said::MAP_VALUE, second_colon, Line::colon_before},
    {said::MAP_VALUE, no_key},
    {said::MAP_KEY, no_question},
    {said::BLOCK_ENTRY, no_list},
    {open_quote, {open_quote, stays_open.help}},
    {said::EOF_IN_SCALAR, stays_open},
    {said::DOC_IN_SCALAR, stays_open},
    {said::UNKNOWN_TOKEN, bad_sign},
    {said::INVALID_ESCAPE, bad_escape},
    {said::INVALID_HEX, bad_digits},
    {said::INVALID_UNICODE, bad_digits},
    {said::CHAR_IN_BLOCK, bad_block},
    {said::ZERO_INDENT_IN_BLOCK, bad_block},
    {said::UNKNOWN_ANCHOR, no_anchor},
    {said::ALIAS_NOT_FOUND, no_name},
    {said::ANCHOR_NOT_FOUND, no_name},
    {said::CHAR_IN_ALIAS, no_name},
    {said::CHAR_IN_ANCHOR, no_name},
    {said::CHAR_IN_TAG_HANDLE, no_tag},
    {said::TAG_WITH_NO_SUFFIX, no_tag},
    {said::END_OF_VERBATIM_TAG, no_tag},
    {said::MULTIPLE_TAGS, one_each},
    {said::MULTIPLE_ANCHORS, one_each},
    {said::YAML_DIRECTIVE_ARGS, no_directive},
    {said::YAML_VERSION, no_directive},
    {said::YAML_MAJOR_VERSION, no_directive},
    {said::REPEATED_YAML_DIRECTIVE, no_directive},
    {said::TAG_DIRECTIVE_ARGS, no_directive},
    {said::REPEATED_TAG_DIRECTIVE, no_directive},
    {no_document, {no_document, "a policy begins with 'apiVersion: cilium.io/v1alpha1'"}},
};

bool is_indented_by_tab(const YamlPlace& place) {
  const std::string_view indent = place.before.substr(0, place.before.find_first_not_of(" \t"));
  return indent.find('\t') != std::string_view::npos ||
         (indent.size() == place.before.size() && place.rest.starts_with('\t'));
}

bool is_like(Line line, const YamlPlace& place) {
  switch (line) {
    case Line::any: return true;
    case Line::indented_by_tab: return is_indented_by_tab(place);
    case Line::blank_before: return place.before.find_first_not_of(" \t") == std::string_view::npos;
    case Line::colon_before: return place.before.find(": ") != std::string_view::npos;
  }
  return false;
}

}  // namespace

YamlMistake explain(std::string_view complaint, const YamlPlace& place) {
  for (const auto& [beginning, words, line, where] : rows) {
    if (complaint.starts_with(beginning) && is_like(line, place))
      return {where, std::string(words.message), std::string(words.help)};
  }
  return {Where::here, fmt::format("not well-formed YAML: {}", complaint),
          "put quotes around texts with signs that mean something in YAML"};
}

}  // namespace vigil::policy
