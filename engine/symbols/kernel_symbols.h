// The kernel's functions, by where they stand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::symbols {

class KernelSymbols {
 public:
  KernelSymbols() = default;
  // Texts of /proc/kallsyms and /proc/modules. Lines that are none are passed over; where the
  // kernel hides its addresses there are no functions.
  KernelSymbols(std::string_view kallsyms, std::string_view modules);

  struct Found {
    std::string_view name;  // lasts as long as the symbols
    std::uint64_t offset = 0;
  };
  // None: the address is in no code that was there.
  std::optional<Found> find(std::uint64_t address) const;

 private:
  // Of the kernel itself, or of a module: what lies outside of all has no name.
  struct Code {
    std::uint64_t begin = 0, end = 0;
  };
  struct Function {
    std::uint64_t address = 0;
    std::uint32_t name_at = 0;
    std::uint16_t name_size = 0;
    bool is_global = false;
  };
  void add(std::string_view line, Code& kernel);

  std::vector<Code> codes_;  // both ascending
  std::vector<Function> functions_;
  std::string names_;
};

}  // namespace vigil::symbols
