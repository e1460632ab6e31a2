// What is remarkable about how a process came to be known.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

namespace vigil::event {

// In the order in which they are shown.
enum class ProcessFlag : std::uint8_t {
  execve,      // exec'd, or forked from one that had
  proc_fs,     // found in /proc at start
  trunc_args,  // arguments are cut
  miss,        // its fork was not seen
  error_filename,
  error_args,
  no_cwd,
  root_cwd,
  error_cwd,
  clone,  // first exec after a fork
  error_cgroup_name,
  error_path_resolution_cwd,  // cwd lacks its leading components
  in_init_tree,
  unknown,  // only known from an event of its own
};

class ProcessFlags {
 public:
  ProcessFlags() = default;
  ProcessFlags(std::initializer_list<ProcessFlag> flags) {
    for (ProcessFlag flag : flags) set(flag);
  }

  void set(ProcessFlag flag) { bits_ |= bit(flag); }
  void clear(ProcessFlag flag) { bits_ &= ~bit(flag); }
  bool has(ProcessFlag flag) const { return (bits_ & bit(flag)) != 0; }
  bool operator==(const ProcessFlags&) const = default;

 private:
  static std::uint32_t bit(ProcessFlag flag) { return 1u << static_cast<unsigned>(flag); }
  std::uint32_t bits_ = 0;
};

// "execve clone"
std::string to_string(ProcessFlags flags);

}  // namespace vigil::event
