// Outlines: values as indented lines, each with the place it came from.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "engine/base/diagnostics.h"
#include "engine/base/text.h"

namespace vigil {

// In quotes, escaped.
inline std::string quoted(std::string_view text) { return fmt::format("\"{}\"", escape(text)); }

inline std::string outline(int depth, std::string_view text, const Span& span) {
  return fmt::format("{:{}}{} (line {})\n", "", 2 * depth, text, span.line);
}

}  // namespace vigil
