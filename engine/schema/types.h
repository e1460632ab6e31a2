// The closed sets of the policy language. Their names, aliases, signatures and
// documentation are rows of the tables in schema/*.cc; every stage switches over
// these enums without `default`.
#pragma once

#include <cstdint>

namespace vigil::schema {

// How an argument is read and shown. `index` of the policy says where it comes from.
enum class ArgType : std::uint8_t {
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  size,
  bpf_cmd,
  syscall64,
  string,
  filename,
  net_device,
  data_loc,
  char_buf,
  char_iovec,
  iov_iter,
  const_buf,
  file,
  path,
  dentry,
  fd,
  kiocb,
  linux_binprm,
  sock,
  socket,
  skb,
  sockaddr,
  sockaddr_un,
  cred,
  user_namespace,
  capability,
  kernel_cap_t,
  cap_inheritable,
  cap_permitted,
  cap_effective,
  bpf_attr,
  bpf_prog,
  bpf_map,
  perf_event,
  kernel_module,
  load_info,
  nop,
};

enum class Operator : std::uint8_t {
  equal,
  not_equal,
  prefix,
  not_prefix,
  postfix,
  not_postfix,
  substring,
  substring_ignoring_case,
  greater,
  less,
  mask,
  in_map,
  not_in_map,
  in_range,
  not_in_range,
  source_address,
  not_source_address,
  destination_address,
  not_destination_address,
  source_port,
  not_source_port,
  destination_port,
  not_destination_port,
  source_port_privileged,
  not_source_port_privileged,
  destination_port_privileged,
  not_destination_port_privileged,
  protocol,
  not_protocol,
  family,
  not_family,
  state,
  capabilities_gained,
  file_type,
  not_file_type,
  cel_expression,
  in,
  not_in,
};

enum class ActionKind : std::uint8_t {
  post,
  no_post,
  sigkill,
  signal,
  override,
  notify_enforcer,
  cleanup_enforcer,
  track_sock,
  untrack_sock,
  set,
};

enum class RateScope : std::uint8_t { thread, process, global };

enum class PolicyMode : std::uint8_t { enforce, monitor };

// Section of the policy a hook was written in; decides the shape of its events.
enum class Section : std::uint8_t { kprobes, fentries, tracepoints, lsmhooks, uprobes, usdts };

// Where the functions of an entry of `lists` come from.
enum class ListType : std::uint8_t { functions, syscalls, generated_syscalls, generated_ftrace };

// What a hook program is attached as.
enum class Mechanism : std::uint8_t {
  kprobe,
  kretprobe,
  lsm,
  fmod_ret,
  fentry,
  uprobe,
  fexit,
  uretprobe,
  raw_tracepoint,
  tracepoint,
};

}  // namespace vigil::schema
