// What every process calls, or what is called all the time: an action or an event for each of these
// calls is hardly meant.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vigil::schema {

enum class HotKind : std::uint8_t {
  syscall,     // "openat", as in its symbol
  lsm_hook,    // "file_open"
  function,    // any other of the kernel: "vfs_read"
  tracepoint,  // "sched/sched_switch"
};

enum class Use : std::uint8_t {
  by_all_often,  // no process runs without it, and it is called thousands of times a second
  by_all,        // no process starts or ends without it
  often,         // some processes only, but all the time
};

// Nothing of what is not in the table.
std::optional<Use> find_use(HotKind kind, std::string_view name);

constexpr bool is_by_all(Use use) { return use != Use::often; }
constexpr bool is_often(Use use) { return use != Use::by_all; }

}  // namespace vigil::schema
