#include "cli/number.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>

#include "engine/base/number.h"

namespace vigil::cli {
namespace {

constexpr double longest_seconds = 1e9;  // what a clock in nanoseconds can still add

[[noreturn]] void refuse(std::string_view option, const std::string& word,
                         std::string_view wanted) {
  throw CLI::ValidationError(std::string(option), fmt::format("'{}' is not {}", word, wanted));
}

}  // namespace

std::uint64_t choose_number(NumberRange range, std::string_view option, const std::string& word) {
  const auto number = whole_number<std::uint64_t>(word);
  if (number && *number >= range.least && *number <= range.most) return *number;
  refuse(option, word, fmt::format("a whole number from {} to {}", range.least, range.most));
}

double choose_seconds(std::string_view option, const std::string& word) {
  double seconds = 0;
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, seconds);
  if (stop == end && error == std::errc() && seconds > 0 && seconds <= longest_seconds)
    return seconds;
  refuse(option, word, fmt::format("a number above 0, at most {:.0f}", longest_seconds));
}

}  // namespace vigil::cli
