// vigild's command line, and where its configuration comes from.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "engine/daemon/config.h"

namespace vigil::daemon {

enum class Task { run, check_config };

struct Invocation {
  Task task = Task::run;
  Config config;
};

// Nothing to run: --help and --version were answered, or flags or files are wrong.
struct Leave {
  int exit_status = 0;
};

struct DefaultPaths {
  std::string config_file = "/etc/vigil/vigild.yaml";  // each used when present
  std::string policy_dir = "/etc/vigil/policies";
  std::string config_dir = "/etc/vigil/vigild.d";
};

// Prints help and version itself, and what is wrong: with the flags, or all that is with the files.
std::variant<Invocation, Leave> read_command_line(int argc, const char* const* argv,
                                                  const DefaultPaths& defaults);

}  // namespace vigil::daemon
