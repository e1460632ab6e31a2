#include "engine/schema/similar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "engine/base/text.h"

namespace vigil::schema {
namespace {

constexpr std::size_t longest_compared = 96;
constexpr std::size_t most_listed = 12;

using Row = std::array<std::size_t, longest_compared + 1>;

// Below that, too many words hold it.
constexpr std::size_t shortest_held = 3;

using Words = std::vector<std::string_view>;

Words near(std::string_view word, std::span<const std::string_view> known) {
  const std::size_t limit = suggestion_limit(word);
  std::vector<std::pair<std::size_t, std::string_view>> found;
  for (std::string_view candidate : known) {
    std::size_t distance = edit_distance(word, candidate, limit);
    if (distance <= limit) found.emplace_back(distance, candidate);
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  Words best;
  for (const auto& [distance, candidate] : found) {
    // Beside a good one, a poor one only confuses.
    if (distance <= 2 * found.front().first) best.push_back(candidate);
  }
  return best;
}

bool is_long(std::string_view word) { return word.size() > longest_compared; }

std::optional<std::size_t> find_ignoring_case(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  const auto found = std::ranges::search(text, word, same);
  if (found.empty()) return std::nullopt;
  return static_cast<std::size_t>(found.begin() - text.begin());
}

bool is_lower(char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }
bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }

// Between two parts of a name: of AF_INET, of matchArgs.
bool is_joint(std::string_view name, std::size_t at) {
  if (at == 0 || at == name.size() || name[at - 1] == '_' || name[at] == '_') return true;
  return is_lower(name[at - 1]) && is_upper(name[at]);
}

// Longer words in which it is whole parts, as "tcp" is of IPPROTO_TCP, or else any letters. The
// shortest first.
Words holders(std::string_view word, std::span<const std::string_view> known) {
  if (word.size() < shortest_held) return {};
  Words of_parts, of_letters;
  for (std::string_view candidate : known) {
    if (is_long(candidate)) continue;
    const auto at = find_ignoring_case(candidate, word);
    if (!at) continue;
    const bool is_part = is_joint(candidate, *at) && is_joint(candidate, *at + word.size());
    (is_part ? of_parts : of_letters).push_back(candidate);
  }
  Words& best = of_parts.empty() ? of_letters : of_parts;
  std::ranges::sort(best, {}, [](std::string_view name) { return std::pair(name.size(), name); });
  best.erase(std::unique(best.begin(), best.end()), best.end());
  return best;
}

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += fmt::format("'{}'", words[i]);
  }
  return text;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  if (a.size() > longest_compared || b.size() > longest_compared) return limit + 1;
  std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > limit) return limit + 1;
  Row before{}, last{}, now{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      bool same = lower(a[i - 1]) == lower(b[j - 1]);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                     lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) now[j] = std::min(now[j], before[j - 2] + 1);
      least = std::min(least, now[j]);
    }
    if (least > limit) return limit + 1;
    before = last;
    last = now;
  }
  return std::min(last[b.size()], limit + 1);
}

std::size_t suggestion_limit(std::string_view word) {
  return word.size() <= 3 ? 1 : word.size() <= 8 ? 2 : 3;
}

std::vector<std::string_view> similar(std::string_view word,
                                      std::span<const std::string_view> known, std::size_t count) {
  auto all = near(word, known);
  if (all.empty()) all = holders(word, known);
  all.resize(std::min(all.size(), count));
  return all;
}

std::string did_you_mean(std::span<const std::string_view> suggestions) {
  return suggestions.empty() ? "" : fmt::format("did you mean {}?", listed(suggestions));
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  return did_you_mean(similar(word, known, 3));
}

std::string meant_or_all(std::string_view word, std::span<const std::string_view> known) {
  if (const auto meant = similar(word, known, 3); !meant.empty()) return did_you_mean(meant);
  if (known.empty() || known.size() > most_listed || std::ranges::any_of(known, is_long)) return {};
  return "write " + listed(known);
}

}  // namespace vigil::schema
