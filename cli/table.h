// Columns for people: headings, values padded to the widest of each column.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"

namespace vigil::cli {

enum class Align { left, right };

struct Column {
  std::string heading;
  Align align = Align::left;
};

struct Cell {
  std::string text;
  Hue hue = Hue::plain;
};

// A line per row after the headings, each with a newline, whatever is in a cell.
std::string table(const std::vector<Column>& columns, std::vector<std::vector<Cell>> rows,
                  const Painter& paint);

}  // namespace vigil::cli
