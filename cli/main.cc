// vigil: the command line client of vigild.
#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "cli/command_line.h"
#include "engine/base/fd.h"

[[gnu::constructor(101)]] static void before_static_objects() { vigil::fill_standard_streams(); }

int main(int argc, char** argv) {
  try {
    return static_cast<int>(vigil::cli::run_command_line(argc, argv));
  } catch (const std::exception& exception) {  // only libraries throw
    fmt::print(stderr, "vigil: {}\n", exception.what());
    return static_cast<int>(vigil::cli::ExitStatus::failed);
  }
}
