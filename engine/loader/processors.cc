#include "engine/loader/processors.h"

#include <charconv>
#include <string>

#include <fmt/format.h>

#include "engine/base/file.h"

namespace vigil::loader {
namespace {

constexpr std::uint32_t most_processors = 65536;  // a record has 16 bits for the number

struct Range {
  std::uint32_t first = 0, last = 0;
};

bool take_number(std::string_view& text, std::uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number >= most_processors) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

// "3" or "0-3".
bool take_range(std::string_view& text, Range& range) {
  if (!take_number(text, range.first)) return false;
  range.last = range.first;
  if (!text.starts_with('-')) return true;
  text.remove_prefix(1);
  return take_number(text, range.last) && range.first <= range.last;
}

}  // namespace

Result<std::vector<std::uint32_t>> parse_processors(std::string_view list) {
  std::vector<std::uint32_t> numbers;
  std::string_view rest = list.substr(0, list.find('\n'));
  do {
    if (!numbers.empty() && rest.starts_with(',')) rest.remove_prefix(1);
    Range range;
    if (!take_range(rest, range)) return Error(fmt::format("'{}' is no list of processors", list));
    for (auto number = range.first; number <= range.last; ++number) numbers.push_back(number);
  } while (!rest.empty());
  return numbers;
}

Result<std::vector<std::uint32_t>> possible_processors() {
  TRY(const std::string list, read_file("/sys/devices/system/cpu/possible", 4096));
  return parse_processors(list);
}

}  // namespace vigil::loader
