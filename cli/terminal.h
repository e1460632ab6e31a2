// What may reach a terminal, and in which colour.
#pragma once

#include <string>
#include <string_view>

namespace vigil::cli {

enum class ColourChoice { automatic, always, never };
enum class Hue { plain, blue, green, magenta, cyan, red, yellow, grey, bold };

// Whether to colour: `choice`, and for automatic whether `fd` is a terminal and NO_COLOR is unset.
bool wants_colour(ColourChoice choice, int fd);

// Puts text in a colour, or leaves it as it is.
class Painter {
 public:
  enum class Mode { plain, coloured };
  explicit Painter(Mode mode) : mode_(mode) {}
  std::string operator()(Hue hue, std::string_view text) const;

 private:
  Mode mode_;
};

// Text as one word of a line: as it is, or in double quotes with escapes when it holds a space or
// anything that does not print. Nothing a terminal would obey is left in it.
std::string quoted_word(std::string_view text);

// Text of several lines for a person: newlines stay, control bytes become escapes.
std::string printable_text(std::string_view text);

// JSON that means the same and has nothing in it that a terminal would obey.
std::string printable_json(std::string_view json);

}  // namespace vigil::cli
