#include "cli/explain_field.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

#include "engine/schema/field_paths.h"

namespace vigil::cli {
namespace {

using schema::Field;
using schema::FieldPath;
using schema::Key;
using schema::KeySupport;
using schema::Mapping;
using schema::Shape;

constexpr std::size_t line_width = 80;

// Lines of whole words, each after `indent`, the first after `begin`.
std::string wrapped(std::string_view begin, std::size_t indent, std::string_view text) {
  std::string out(begin);
  std::size_t column = begin.size();
  bool is_first = true;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (!is_first && column + 1 + word.size() > line_width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (!is_first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    is_first = false;
  }
  return out + '\n';
}

std::string_view first_sentence(std::string_view text) {
  const std::size_t end = text.find(". ");
  return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

std::string_view support_of(const Key& key) {
  switch (key.support) {
    case KeySupport::required: return ", required";
    case KeySupport::not_yet: return ", not supported yet";
    case KeySupport::optional:
    case KeySupport::ignored: break;
  }
  return "";
}

struct Line {
  std::string name;
  std::string_view text;
};

// Names in a column of their own, what they mean beside them.
std::string two_columns(const std::vector<Line>& lines, const Painter& paint) {
  std::size_t width = 0;
  for (const Line& line : lines) width = std::max(width, line.name.size());
  std::string out;
  for (const Line& line : lines) {
    const std::string margin(2 + width + 2, ' ');
    const std::string text = wrapped(margin, margin.size(), line.text);
    out += fmt::format("  {}{}", paint(Hue::cyan, line.name),
                       std::string_view(text).substr(2 + line.name.size()));
  }
  return out;
}

std::string keys_below(Mapping mapping, const Painter& paint) {
  std::vector<Line> lines;
  for (const Key& key : schema::keys(mapping)) {
    const Field* field = schema::find_field(mapping, key.name);
    if (field == nullptr || key.support == KeySupport::not_yet) continue;
    lines.push_back({fmt::format("{}{}", key.name, key.support == KeySupport::required ? " *" : ""),
                     first_sentence(field->meaning)});
  }
  return "\nKeys (* required):\n" + two_columns(lines, paint);
}

std::string words_below(const Shape& shape, const Painter& paint) {
  const auto words = shape.words->words();
  std::vector<Line> lines;
  for (const auto& [spelling, meaning] : words)
    lines.push_back({spelling.empty() ? "\"\"" : std::string(spelling), meaning});
  const bool others = shape.kind == schema::ValueKind::text;
  return fmt::format("\n{}:\n{}", others ? "Known values" : "Words", two_columns(lines, paint));
}

// The same key that means the same, wherever it stands.
using Topic = std::vector<FieldPath>;

bool is_same(const FieldPath& a, const FieldPath& b) {
  if (a.field == nullptr || b.field == nullptr) return a.key == b.key;
  return a.key->name == b.key->name && a.field->meaning == b.field->meaning;
}

std::vector<Topic> topics_of(std::string_view name) {
  std::vector<Topic> topics;
  for (const FieldPath& path : schema::paths_ending_with(name)) {
    const bool is_whole = path.path == name || path.path == fmt::format("spec.{}", name);
    if (is_whole) return {Topic{path}};
    const auto known = std::ranges::find_if(
        topics, [&](const Topic& topic) { return is_same(topic.front(), path); });
    (known == topics.end() ? topics.emplace_back() : *known).push_back(path);
  }
  return topics;
}

std::string other_places(const Topic& topic) {
  std::vector<std::string_view> paths;
  for (const FieldPath& place : topic) paths.push_back(place.path);
  if (paths.size() == 1) return {};
  paths.erase(paths.begin());
  return '\n' + wrapped("Also ", 5, fmt::format("{}", fmt::join(paths, ", ")));
}

std::string explain(const Topic& topic, const Painter& paint) {
  const auto& [path, mapping, key, field] = topic.front();
  if (field == nullptr) return fmt::format("{}: not supported yet\n", paint(Hue::bold, path));
  std::string text = fmt::format("{}: {}{}\n\n", paint(Hue::bold, path),
                                 schema::describe(field->shape), support_of(*key));
  text += wrapped("", 0, field->meaning);
  if (field->shape.mapping) text += keys_below(*field->shape.mapping, paint);
  if (field->shape.words != nullptr) text += words_below(field->shape, paint);
  text += fmt::format("\nExample:\n  {}: {}\n", key->name, field->example);
  return text + other_places(topic);
}

std::string list(std::string_view name, const std::vector<Topic>& topics, const Painter& paint) {
  std::string text = fmt::format("'{}' stands in several places:\n", name);
  for (const Topic& topic : topics) {
    const auto& [path, mapping, key, field] = topic.front();
    text += fmt::format("\n{}{}\n", paint(Hue::cyan, path), support_of(*key));
    if (field != nullptr) text += wrapped("  ", 2, first_sentence(field->meaning));
  }
  return text;
}

// A word, in each list that has it.
std::optional<std::string> explain_word(std::string_view word, const Painter& paint) {
  std::string text;
  std::set<const schema::WordList*> seen;
  for (const FieldPath& path : schema::field_paths()) {
    const auto* list = path.field == nullptr ? nullptr : path.field->shape.words;
    if (list == nullptr || !seen.insert(list).second) continue;
    for (const auto& [spelling, meaning] : list->words()) {
      if (spelling != word) continue;
      text += fmt::format("{}: one of the {} ({})\n{}", paint(Hue::bold, word), list->title,
                          path.path, wrapped("  ", 2, meaning));
    }
  }
  return text.empty() ? std::nullopt : std::optional(text);
}

void add_tree(Mapping mapping, std::size_t depth, std::set<Mapping>& seen, const Painter& paint,
              std::string& out) {
  for (const Key& key : schema::keys(mapping)) {
    const Field* field = schema::find_field(mapping, key.name);
    if (field == nullptr || key.support == KeySupport::not_yet) continue;
    const auto below = field->shape.mapping;
    const bool is_known = below && !seen.insert(*below).second;
    out += fmt::format("{}{}  {}{}\n", std::string(2 * depth, ' '), paint(Hue::cyan, key.name),
                       schema::describe(field->shape),
                       is_known ? fmt::format(", as {}", schema::path_to(*below)) : "");
    if (below && !is_known) add_tree(*below, depth + 1, seen, paint, out);
  }
}

}  // namespace

std::string field_tree(const Painter& paint) {
  std::string out;
  std::set<Mapping> seen;
  add_tree(Mapping::document, 0, seen, paint, out);
  return out;
}

std::optional<std::string> explain_field(std::string_view name, const Painter& paint) {
  const auto topics = topics_of(name);
  if (topics.empty()) return explain_word(name, paint);
  return topics.size() == 1 ? explain(topics.front(), paint) : list(name, topics, paint);
}

}  // namespace vigil::cli
