#include "engine/symbols/kernel_symbols.h"

#include <algorithm>
#include <tuple>

#include "engine/symbols/columns.h"

namespace vigil::symbols {
namespace {

// "nf_conntrack 204800 3 nf_nat,... , Live 0xffffffffc0a00000"
std::optional<std::pair<std::uint64_t, std::uint64_t>> code_of_module(std::string_view line) {
  Columns columns(line);
  columns.next();
  const auto size = number_of(columns.next(), 10);
  for (int passed_over = 0; passed_over < 3; ++passed_over) columns.next();
  const auto begin = number_of(columns.next(), 16);
  if (!size || !begin || *begin == 0 || *begin + *size < *begin) return std::nullopt;
  return std::pair(*begin, *begin + *size);
}

}  // namespace

KernelSymbols::KernelSymbols(std::string_view kallsyms, std::string_view modules) {
  Code kernel;
  for_each_line(kallsyms, [&](std::string_view line) { add(line, kernel); });
  if (kernel.begin < kernel.end) codes_.push_back(kernel);
  for_each_line(modules, [&](std::string_view line) {
    if (const auto code = code_of_module(line)) codes_.push_back({code->first, code->second});
  });
  std::ranges::sort(codes_, {}, &Code::begin);
  // Of several names for one function the one that others see comes last, and is found.
  std::ranges::sort(functions_, [](const Function& a, const Function& b) {
    return std::tie(a.address, a.is_global, a.name_at) <
           std::tie(b.address, b.is_global, b.name_at);
  });
}

// "ffffffff81000000 T _stext", of a module with its name behind: "\t[ext4]".
void KernelSymbols::add(std::string_view line, Code& kernel) {
  Columns columns(line);
  const auto address = number_of(columns.next(), 16);
  const std::string_view type = columns.next(), name = columns.next();
  if (!address || *address == 0 || name.empty() || name.size() > UINT16_MAX) return;
  if (type != "t" && type != "T" && type != "w" && type != "W") return;
  if (name == "_stext") kernel.begin = *address;
  if (name == "_etext") kernel.end = *address;
  functions_.push_back({.address = *address,
                        .name_at = static_cast<std::uint32_t>(names_.size()),
                        .name_size = static_cast<std::uint16_t>(name.size()),
                        .is_global = type == "T"});
  names_ += name;
}

std::optional<KernelSymbols::Found> KernelSymbols::find(std::uint64_t address) const {
  const auto behind = std::ranges::upper_bound(codes_, address, {}, &Code::begin);
  if (behind == codes_.begin() || address >= std::prev(behind)->end) return std::nullopt;
  const auto next = std::ranges::upper_bound(functions_, address, {}, &Function::address);
  if (next == functions_.begin()) return std::nullopt;
  const Function& function = *std::prev(next);
  if (function.address < std::prev(behind)->begin) return std::nullopt;
  return Found{std::string_view(names_).substr(function.name_at, function.name_size),
               address - function.address};
}

}  // namespace vigil::symbols
