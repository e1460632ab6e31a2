#include "engine/base/command_line.h"

#include <fmt/format.h>

#include <string_view>

namespace vigil {

std::optional<std::string> flag_without_value(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") break;
    if (!word.starts_with("--") || !word.ends_with('=')) continue;
    const auto name = word.substr(0, word.find('='));
    if (name.size() + 1 == word.size())
      return fmt::format("{0} has no value; leave it out, or write {0} VALUE", name);
  }
  return std::nullopt;
}

}  // namespace vigil
