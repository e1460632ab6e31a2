// The whole program but main().
#pragma once

#include "cli/verb.h"

namespace vigil::cli {

// Parses, runs the verb that was named, says what went wrong.
ExitStatus run_command_line(int argc, const char* const* argv);

}  // namespace vigil::cli
