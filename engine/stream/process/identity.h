// The names a process is shown under.
#pragma once

#include <string>
#include <string_view>

#include "engine/stream/event/event.h"

namespace vigil::process {

// "" for the idle task's parent and the like; key of the kernel itself, parent of pid 1 and 2.
inline constexpr event::ExecKey kernel_key{0, 1};

// base64 of "node:start in ns since boot:tgid".
std::string exec_id(std::string_view node, const event::ExecKey& key);

// Joined by spaces; an argument with a space stands in double quotes and always has a space
// before it, also as the first; an empty one leaves only its space. `argv` is NUL-separated.
std::string join_arguments(std::string_view argv);

// `filename` as exec resolved it: below `cwd` when relative, without ".", ".." and "//".
std::string binary_path(std::string_view cwd, std::string_view filename);

// First 31 characters of the container id that a control group's name holds, else "".
// Of a path the last component that holds one: a container may have control groups of its own.
std::string container_id(std::string_view cgroup_path);

}  // namespace vigil::process
