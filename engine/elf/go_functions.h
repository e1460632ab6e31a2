// Go's own table of functions (.gopclntab), which a program keeps when it is stripped.
#pragma once

#include <libelf.h>

#include <cstdint>
#include <string>
#include <vector>

namespace vigil::elf {

struct GoFunction {
  std::string name;  // "main.main"
  std::uint64_t address = 0;
};

// Of programs made by Go 1.18 or later; none of others.
std::vector<GoFunction> read_go_functions(Elf* elf);

}  // namespace vigil::elf
