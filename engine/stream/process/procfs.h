// The processes that were there before us.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/stream/event/event.h"

namespace vigil::process {

struct ExistingProcess {
  event::ExecKey key;         // ktime_ns: its start, in steps of a clock tick
  event::ExecKey parent_key;  // kernel_key: none
  std::uint32_t euid = 0;
  std::uint32_t auid = 0;
  std::string binary;  // "[kthreadd]" for a kernel thread
  std::string argv;    // from argv[1] on, NUL-separated
  std::string cwd;
  std::string cgroup_path;
};

// All processes below `root` ("/proc"), parents before their children. One that vanishes
// while it is read is left out; what may not be read of one stays empty.
Result<std::vector<ExistingProcess>> read_processes(const std::string& root);

// Whether what `key` names runs: an execution as old as its process, or younger. A process that
// waits to be reaped runs no more. True when `root` does not tell.
bool lives(const std::string& root, const event::ExecKey& key);

}  // namespace vigil::process
