// The text of a YAML file by the places that the parser tells of, and how values are written in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/diagnostics.h"

namespace vigil::policy {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// Whether a value that is written like this has a quote that stays open.
bool is_open_quote(std::string_view text);

class YamlSource {
 public:
  explicit YamlSource(SourceFilePtr file);

  // Line and column from 0; columns of the first line do not count a byte order mark.
  Span at(int line, int column) const;
  Span at(std::size_t offset) const;  // of a byte of the text
  // From a place on; empty where no such place is.
  std::string_view rest(const Span& place) const;
  std::string_view rest_of_line(const Span& place) const;
  std::string_view line_before(const Span& place) const;

  // Of its line.
  Span first_tab(const Span& place) const;

  // The value of a scalar itself, behind its anchor and tag: all that is in its first line.
  Span scalar(const Span& node, std::string_view value) const;
  // Nothing, for which the parser names what follows: the sign that should have a value.
  Span nothing(const Span& node) const;

 private:
  std::size_t start_of(std::uint32_t line) const;
  std::size_t offset_of(std::string_view rest) const;

  SourceFilePtr file_;
  std::vector<std::size_t> line_starts_;
};

}  // namespace vigil::policy
