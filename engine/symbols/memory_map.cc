#include "engine/symbols/memory_map.h"

#include <optional>

#include "engine/symbols/columns.h"

namespace vigil::symbols {
namespace {

// "7f6c5a200000-7f6c5a3d5000 r-xp 00026000 fe:01 1573 /usr/lib/libc.so.6"
std::optional<Mapping> mapping_of(std::string_view line) {
  Columns columns(line);
  const std::string_view range = columns.next(), permissions = columns.next();
  const auto offset = number_of(columns.next(), 16);
  columns.next();  // device
  columns.next();  // inode
  const std::string_view path = columns.rest();
  const auto dash = range.find('-');
  if (dash == std::string_view::npos || path.empty()) return std::nullopt;
  const auto begin = number_of(range.substr(0, dash), 16);
  const auto end = number_of(range.substr(dash + 1), 16);
  if (!begin || !end || !offset || permissions.find('x') == std::string_view::npos)
    return std::nullopt;
  return Mapping{*begin, *end, *offset, std::string(path)};
}

}  // namespace

std::vector<Mapping> parse_maps(std::string_view maps) {
  std::vector<Mapping> all;
  for_each_line(maps, [&](std::string_view line) {
    if (auto mapping = mapping_of(line)) all.push_back(std::move(*mapping));
  });
  return all;
}

}  // namespace vigil::symbols
