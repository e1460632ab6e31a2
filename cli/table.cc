#include "cli/table.h"

#include <algorithm>

#include "engine/base/text.h"

namespace vigil::cli {
namespace {

constexpr std::string_view gap = "   ";

std::string padding(std::size_t width, const Cell& cell) {
  return std::string(width - std::min(width, cell.text.size()), ' ');
}

std::string line(const std::vector<Column>& columns, const std::vector<std::size_t>& widths,
                 const std::vector<Cell>& cells, const Painter& paint) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += gap;
    const bool last = i + 1 == cells.size();
    if (columns[i].align == Align::right) out += padding(widths[i], cells[i]);
    out += paint(cells[i].hue, cells[i].text);
    if (columns[i].align == Align::left && !last) out += padding(widths[i], cells[i]);
  }
  return out + '\n';
}

}  // namespace

std::string table(const std::vector<Column>& columns, std::vector<std::vector<Cell>> rows,
                  const Painter& paint) {
  for (auto& row : rows)
    for (Cell& cell : row) cell.text = printable(cell.text);
  std::vector<std::size_t> widths;
  std::vector<Cell> headings;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    headings.push_back({columns[i].heading, Hue::bold});
    widths.push_back(columns[i].heading.size());
    for (const auto& row : rows) widths[i] = std::max(widths[i], row[i].text.size());
  }
  std::string out = line(columns, widths, headings, paint);
  for (const auto& row : rows) out += line(columns, widths, row, paint);
  return out;
}

}  // namespace vigil::cli
