// What both programs ask of a command line before it is parsed.
#pragma once

#include <optional>
#include <string>

namespace vigil {

// Of "--name=" without a value, for which the parser would take the next word, what to say; null
// when every flag is whole. Words behind "--" are no flags.
std::optional<std::string> flag_without_value(int argc, const char* const* argv);

}  // namespace vigil
