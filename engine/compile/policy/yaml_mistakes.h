// What keeps a file from being YAML, in words of our own: yaml-cpp tells of its grammar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vigil::policy {

// Complaints that yaml-cpp does not have.
constexpr const char* open_quote = "this quote is not closed";
constexpr const char* no_document = "no document begins like this";

// The line where the mistake was noticed, up to that place and from there on.
struct YamlPlace {
  std::string_view before, rest;
};

struct YamlMistake {
  // Where it is: that place, the first tab of the line, or the list or mapping that is still open.
  enum class Where : std::uint8_t { here, tab, opening } where = Where::here;
  std::string message;
  std::string help;
};

YamlMistake explain(std::string_view complaint, const YamlPlace& place);

}  // namespace vigil::policy
