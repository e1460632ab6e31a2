#include "cli/language_reference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "engine/schema/field_paths.h"

namespace vigil::cli {
namespace {

using schema::Key;
using schema::KeySupport;
using schema::Mapping;
using schema::Shape;
using schema::ValueKind;
using schema::WordList;

constexpr std::string_view preface = R"(# Reference of the policy language

Every key and word that means something here; a \* marks keys that must be there. Printed from the tables in
`engine/schema` by `vigil policy schema --output markdown`; [README.md](README.md) tells how the parts play together,
`vigil explain FIELD` says what stands here about one of them.
)";

// Mappings whose keys mean the same are told together.
struct Section {
  std::vector<Mapping> mappings;
  std::string heading;
};

bool is_same(Mapping a, Mapping b) {
  return schema::fields(a).data() == schema::fields(b).data() &&
         schema::keys(a).data() == schema::keys(b).data();
}

std::string_view name_of(Mapping mapping) {
  return mapping == Mapping::document ? "The document" : schema::path_to(mapping);
}

std::vector<Section> sections() {
  std::vector<Section> all;
  for (const Mapping mapping : schema::all_mappings()) {
    const auto same = std::ranges::find_if(
        all, [&](const Section& section) { return is_same(section.mappings.front(), mapping); });
    Section& section = same == all.end() ? all.emplace_back() : *same;
    section.mappings.push_back(mapping);
    section.heading += fmt::format("{}{}", section.heading.empty() ? "" : ", ", name_of(mapping));
  }
  return all;
}

// What a heading is called in links.
std::string anchor(std::string_view heading) {
  std::string out;
  for (const char c : heading) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_')
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (c == ' ')
      out += '-';
  }
  return out;
}

std::string link(std::string_view text, std::string_view heading) {
  return fmt::format("[{}](#{})", text, anchor(heading));
}

std::string heading_of(Mapping mapping) {
  for (const Section& section : sections())
    if (std::ranges::find(section.mappings, mapping) != section.mappings.end())
      return section.heading;
  return {};
}

std::string what(const Shape& shape) {
  std::string text = schema::describe(shape);
  if (shape.mapping) return link(text, heading_of(*shape.mapping));
  if (shape.words == nullptr) return text;
  const std::string_view title = shape.words->title;
  return fmt::format("{}{} {}", text, shape.kind == ValueKind::word ? ":" : ", also",
                     link(title, title));
}

std::vector<std::string_view> names(Mapping mapping, KeySupport support) {
  std::vector<std::string_view> all;
  for (const Key& key : schema::keys(mapping))
    if (key.support == support) all.push_back(key.name);
  return all;
}

// "Not supported yet: `a`, `b`."
std::string sentence(std::string_view begin, const std::vector<std::string_view>& names) {
  if (names.empty()) return {};
  return fmt::format("\n{}: `{}`.\n", begin, fmt::join(names, "`, `"));
}

std::string rows(Mapping mapping) {
  if (schema::fields(mapping).empty()) return {};
  std::string text = "| key | value | | example |\n|---|---|---|---|\n";
  for (const Key& key : schema::keys(mapping)) {
    const schema::Field* field = schema::find_field(mapping, key.name);
    if (field == nullptr || key.support == KeySupport::not_yet) continue;
    text += fmt::format("| `{}`{} | {} | {} | `{}` |\n", key.name,
                        key.support == KeySupport::required ? " \\*" : "", what(field->shape),
                        field->meaning, field->example);
  }
  return text;
}

std::string section_text(const Section& section) {
  const Mapping mapping = section.mappings.front();
  std::string text = fmt::format("\n## {}\n{}", section.heading, rows(mapping));
  text += sentence("Not supported yet", names(mapping, KeySupport::not_yet));
  text += sentence("Accepted and without meaning", names(mapping, KeySupport::ignored));
  return text;
}

std::vector<const WordList*> word_lists() {
  std::vector<const WordList*> all;
  for (const schema::FieldPath& path : schema::field_paths()) {
    const WordList* words = path.field == nullptr ? nullptr : path.field->shape.words;
    if (words != nullptr && std::ranges::find(all, words) == all.end()) all.push_back(words);
  }
  return all;
}

std::string words_text(const WordList& list) {
  std::string text = fmt::format("\n### {}\n| | |\n|---|---|\n", list.title);
  for (const auto& [spelling, meaning] : list.words())
    text += fmt::format("| `{}` | {} |\n", spelling.empty() ? "\"\"" : spelling, meaning);
  if (list.not_yet != nullptr) text += sentence("Not supported yet", list.not_yet());
  return text;
}

}  // namespace

std::string language_reference() {
  std::string text(preface);
  for (const Section& section : sections()) text += section_text(section);
  text += "\n## Words\n";
  for (const WordList* words : word_lists()) text += words_text(*words);
  return text;
}

}  // namespace vigil::cli
