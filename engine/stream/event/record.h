// What decode hands to process: one record of the kernel, checked and in types of
// ours, its process still only a key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/stream/event/event.h"
#include "engine/stream/event/process_flags.h"

namespace vigil::event {

// What a task says of itself.
struct TaskRecord {
  std::uint64_t ktime_ns = 0;  // of the event, CLOCK_BOOTTIME
  ExecKey self;
  ExecKey parent;  // ktime_ns 0: not known
  std::uint32_t tid = 0;
  std::uint32_t ns_tgid = 0;  // in its own pid namespace
  std::uint32_t euid = 0;
};

struct ForkRecord : TaskRecord {
  std::uint32_t auid = 0;
  ProcessFlags flags;
};

struct ExecRecord : TaskRecord {
  std::uint32_t auid = 0;
  ProcessFlags flags;
  std::string filename;  // as passed to exec, may be relative
  std::string cwd;
  std::string cgroup;  // last component of its path
  std::string argv;    // from argv[1] on, NUL-separated
};

struct ExitRecord {
  std::uint64_t ktime_ns = 0;
  ExecKey self;
  std::uint32_t tid = 0;
  std::uint32_t exit_code = 0;  // as in the kernel: status << 8 | core bit | signal
};

struct HookRecord : TaskRecord {
  bool process_unknown = false;  // the kernel had no state for it: no exec will follow
  HookInfoPtr info;              // never null
  std::uint32_t function = 0;    // of info->functions, if there are any
  std::vector<Argument> arguments;
  std::vector<Argument> data;
  std::optional<Argument> returned;
  Stacks stacks;  // addresses
  schema::ActionKind action = schema::ActionKind::post;
  schema::ActionKind return_action = schema::ActionKind::post;
};

using Record = std::variant<ForkRecord, ExecRecord, ExitRecord, HookRecord, Loss>;

}  // namespace vigil::event
