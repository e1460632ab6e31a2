// Options whose value is a number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vigil::cli {

struct NumberRange {
  std::uint64_t least, most;
};

// The number that `word` is, written in digits; else the complaint that says which there are.
std::uint64_t choose_number(NumberRange range, std::string_view option, const std::string& word);

// The same for a time, which may have a fraction.
double choose_seconds(std::string_view option, const std::string& word);

}  // namespace vigil::cli
