// Names of signals, as a process is said to have died of one.
#pragma once

#include <string>

namespace vigil::process {

// "SIGKILL"; "" for 0.
std::string signal_name(unsigned number);

}  // namespace vigil::process
