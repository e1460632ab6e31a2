// The closed set of events, after decoding: what sinks and the API show. Every
// value is owned; names are resolved by process and enrich before a sink sees it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/schema/types.h"
#include "engine/stream/event/shared_text.h"

namespace vigil::event {

// Nanoseconds since the epoch, UTC.
using WallTime = std::int64_t;

struct ExecKey {
  std::uint32_t tgid = 0;
  std::uint64_t ktime_ns = 0;  // CLOCK_BOOTTIME
  bool operator==(const ExecKey&) const = default;
};

// One execution of a program. Immutable once published: events share it.
struct Process {
  ExecKey key;
  ExecKey parent_key;
  std::string exec_id;
  std::string parent_exec_id;
  std::uint32_t pid = 0;
  std::uint32_t tid = 0;
  std::uint32_t uid = 0;   // effective, at exec
  std::uint32_t auid = 0;  // 4294967295: unset
  std::string cwd;
  std::string binary;
  SharedText arguments;  // as shown: joined, quoted where an argument has a space
  std::string flags;     // "execve clone"
  WallTime start_time = 0;
  std::string docker;  // first 31 characters of the container id; empty on the host
  bool in_init_tree = false;
};
using ProcessPtr = std::shared_ptr<const Process>;

struct ProcessExec {
  ProcessPtr process, parent;  // parent may be null
};

struct ProcessExit {
  ProcessPtr process, parent;
  std::string signal;  // "SIGKILL"; empty: left by itself
  std::uint32_t status = 0;
};

// --- values of arguments -----------------------------------------------------
struct ErrorValue {
  std::string message;
};
struct PathValue {
  std::string path;
  bool unresolved = false;  // leading components are missing
  std::string permission;   // "-rw-r--r--"
};
struct SockValue {
  std::uint16_t family = 0, type = 0, protocol = 0, state = 0;
  std::uint32_t mark = 0, priority = 0;
  std::array<std::uint8_t, 16> source{}, destination{};
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint64_t cookie = 0;
};
struct SockaddrValue {
  std::uint16_t family = 0, port = 0;
  std::array<std::uint8_t, 16> address{};
  std::uint16_t read_as = family;  // AF_INET where the kernel takes AF_UNSPEC for it
};
struct UnixAddressValue {
  std::uint16_t family = 0;
  std::string path;  // of an abstract address: its name after an '@'
};
struct SkbValue {
  std::uint32_t hash = 0, length = 0, priority = 0, mark = 0;
  std::uint16_t family = 0;  // 0: neither IPv4 nor IPv6, or not to be told
  std::uint8_t protocol = 0;
  std::array<std::uint8_t, 16> source{}, destination{};
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint32_t sec_path_length = 0, sec_path_offloads = 0;
};
struct BytesValue {
  std::string bytes;
  std::uint64_t original_size = 0;
  bool truncated = false;
};
struct UserNsValue {
  std::int32_t level = 0;
  std::uint32_t uid = 0, gid = 0, inum = 0;
};
struct CredValue {
  std::uint32_t uid = 0, gid = 0, euid = 0, egid = 0, suid = 0, sgid = 0, fsuid = 0, fsgid = 0;
  std::uint32_t securebits = 0;
  std::uint64_t permitted = 0, effective = 0, inheritable = 0;
  UserNsValue user_ns;
};
struct BpfProgValue {
  std::uint32_t type = 0, instructions = 0;
  std::string name;
};
struct BpfMapValue {
  std::uint32_t type = 0, key_size = 0, value_size = 0, max_entries = 0;
  std::string name;
};
struct PerfEventValue {
  std::uint32_t type = 0;
  std::uint64_t config = 0, probe_offset = 0;
  std::string function;  // that is probed
};
struct ModuleValue {
  std::string name;
  std::uint64_t taints = 0;
  std::optional<bool> signature_ok;  // of one that is being loaded
};
// Integers of every width (the type says how to show them); text; the rest.
using Value = std::variant<ErrorValue, std::uint64_t, std::string, PathValue, SockValue,
                           SockaddrValue, UnixAddressValue, SkbValue, BytesValue, UserNsValue,
                           CredValue, BpfProgValue, BpfMapValue, PerfEventValue, ModuleValue>;

// Where a call came from, innermost first. A name that is not known is empty; the offset is from
// the beginning of the function, without a name in the file.
struct StackFrame {
  std::uint64_t address = 0;
  std::uint64_t offset = 0;
  std::string symbol;
  std::string file;  // of a program or library
  bool operator==(const StackFrame&) const = default;
};
struct Stacks {
  std::vector<StackFrame> kernel, user;
};

struct Argument {
  schema::ArgType type = schema::ArgType::nop;
  std::string label;
  Value value;
};

// What a hook event says of the policy behind it; shared by all its events.
struct HookInfo {
  schema::Section section = schema::Section::kprobes;
  std::string policy;
  std::string subsystem;  // of a tracepoint
  std::string function;   // tracepoints: the event; uprobes: the symbol; usdts: the probe
  std::vector<std::string> functions;  // of a list, each by its number
  std::uint8_t function_slot = 255;    // which of them
  std::string message;
  std::vector<std::string> tags;
  struct Shown {
    schema::ArgType type;
    std::string label;
    std::uint8_t slot;
    bool at_return = false;  // comes with the record of the return, in this order
    bool operator==(const Shown&) const = default;
  };  // slot 255: nop, or not here
  std::vector<Shown> arguments;
  std::vector<Shown> data;  // values that are no arguments
  std::optional<Shown> return_argument;
  struct StackSlots {
    std::uint8_t kernel = 255, user = 255;
    bool operator==(const StackSlots&) const = default;
  };  // slot 255: not shown
  std::vector<StackSlots> stacks;  // by selector; those behind the last show none
  bool asks_return = false;        // without its return nobody knows whether a call is meant
  // In user space.
  std::string path;
  std::string provider;              // usdts
  std::uint64_t offset = 0;          // uprobes: not named by a symbol
  std::uint64_t ref_ctr_offset = 0;  // uprobes
  bool operator==(const HookInfo&) const = default;
};
using HookInfoPtr = std::shared_ptr<const HookInfo>;

struct ProcessHook {
  ProcessPtr process, parent;
  std::uint32_t tid = 0;  // the calling thread
  HookInfoPtr info;
  std::uint32_t function = 0;       // of info->functions, if there are any
  std::vector<Argument> arguments;  // nop ones left out
  std::vector<Argument> data;
  std::optional<Argument> returned;
  Stacks stacks;
  schema::ActionKind action = schema::ActionKind::post;
  schema::ActionKind return_action = schema::ActionKind::post;
};

inline const std::string& function_of(const ProcessHook& hook) {
  const auto& functions = hook.info->functions;
  return hook.function < functions.size() ? functions[hook.function] : hook.info->function;
}

// Records of `ring` that were lost since the last such event.
struct Loss {
  enum class Ring : std::uint8_t { process, events } ring = Ring::events;
  std::uint64_t records = 0;
};

struct Event {
  WallTime time = 0;
  std::variant<ProcessExec, ProcessExit, ProcessHook, Loss> body;
};
using EventPtr = std::shared_ptr<const Event>;

}  // namespace vigil::event
