// How a kprobe event reads on one line: which sign, which name, what is told after the program.
#pragma once

#include <string>

#include "cli/terminal.h"
#include "tetragon/tetragon.pb.h"

namespace vigil::cli {

struct KprobeLine {
  std::string sign;  // an emoji
  std::string name;
  std::string rest;  // after the program, coloured
};

KprobeLine kprobe_line(const tetragon::ProcessKprobe& kprobe, const Painter& paint);

}  // namespace vigil::cli
