#include "engine/schema/similar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace vigil::schema {
namespace {

constexpr std::size_t longest_compared = 96;

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

using Row = std::array<std::size_t, longest_compared + 1>;

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
  std::size_t limit = suggestion_limit(word);
  std::vector<std::pair<std::size_t, std::string_view>> near;
  for (std::string_view candidate : known) {
    std::size_t distance = edit_distance(word, candidate, limit);
    if (distance <= limit) near.emplace_back(distance, candidate);
  }
  std::sort(near.begin(), near.end());
  near.erase(std::unique(near.begin(), near.end()), near.end());
  std::vector<std::string_view> best;
  for (const auto& [distance, candidate] : near) {
    // Beside a good one, a poor one only confuses.
    bool close_enough = distance <= 2 * near.front().first;
    if (close_enough && best.size() < count) best.push_back(candidate);
  }
  return best;
}

std::string did_you_mean(std::span<const std::string_view> suggestions) {
  if (suggestions.empty()) return {};
  std::string text = "did you mean ";
  for (std::size_t i = 0; i < suggestions.size(); ++i) {
    if (i > 0) text += i + 1 == suggestions.size() ? " or " : ", ";
    text += fmt::format("'{}'", suggestions[i]);
  }
  return text + '?';
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  return did_you_mean(similar(word, known, 3));
}

}  // namespace vigil::schema
