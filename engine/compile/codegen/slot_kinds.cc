#include "engine/compile/codegen/slot_kinds.h"

namespace vigil::codegen {

SlotKind kind_of(schema::ArgType type) {
  using enum schema::ArgType;
  switch (type) {
    case int8:
    case int16:
    case int32:
    case int64:
    case bpf_cmd:
    case capability: return {WIRE_VALUE_INTEGER, "vg_read_integer", VG_SLOT_SIGNED};
    case uint8:
    case uint16:
    case uint32:
    case uint64:
    case size: return {WIRE_VALUE_INTEGER, "vg_read_integer"};
    case kernel_cap_t:
    case cap_inheritable:
    case cap_permitted:
    case cap_effective: return {WIRE_VALUE_INTEGER, "vg_read_capabilities"};
    case syscall64: return {WIRE_VALUE_INTEGER, "vg_read_syscall64"};
    case string:
    case data_loc: return {WIRE_VALUE_STRING, "vg_read_string"};
    case filename: return {WIRE_VALUE_STRING, "vg_read_filename"};
    case net_device: return {WIRE_VALUE_STRING, "vg_read_net_device"};
    case char_buf: return {WIRE_VALUE_BYTES, "vg_read_bytes"};
    case char_iovec: return {WIRE_VALUE_BYTES, "vg_read_iovec", VG_SLOT_SCATTERED};
    case iov_iter: return {WIRE_VALUE_BYTES, "vg_read_iov_iter", VG_SLOT_SCATTERED};
    case const_buf: return {WIRE_VALUE_BYTES, "vg_read_array"};
    case file: return {WIRE_VALUE_PATH, "vg_read_file", 0, "vg_gate_file", "vg_probe_file"};
    case path: return {WIRE_VALUE_PATH, "vg_read_path", 0, "vg_gate_path", "vg_probe_path"};
    case dentry:
      return {WIRE_VALUE_PATH, "vg_read_dentry", VG_SLOT_IN_CHILD_MOUNT, "vg_gate_dentry",
              "vg_probe_dentry"};
    case fd: return {WIRE_VALUE_PATH, "vg_read_fd"};
    case kiocb: return {WIRE_VALUE_PATH, "vg_read_kiocb"};
    case linux_binprm:
      return {WIRE_VALUE_PATH, "vg_read_binprm", 0, "vg_gate_binprm", "vg_probe_binprm"};
    case sock: return {WIRE_VALUE_SOCK, "vg_read_sock"};
    case socket: return {WIRE_VALUE_SOCK, "vg_read_socket"};
    case skb: return {WIRE_VALUE_SKB, "vg_read_skb"};
    case sockaddr_un: return {WIRE_VALUE_SOCKADDR_UN, "vg_read_sockaddr_un"};
    case sockaddr: return {WIRE_VALUE_SOCKADDR, "vg_read_sockaddr"};
    case cred: return {WIRE_VALUE_CRED, "vg_read_cred"};
    case user_namespace: return {WIRE_VALUE_USER_NS, "vg_read_user_ns"};
    case bpf_attr: return {WIRE_VALUE_BPF_PROG, "vg_read_bpf_attr"};
    case bpf_prog: return {WIRE_VALUE_BPF_PROG, "vg_read_bpf_prog"};
    case bpf_map: return {WIRE_VALUE_BPF_MAP, "vg_read_bpf_map"};
    case perf_event: return {WIRE_VALUE_PERF_EVENT, "vg_read_perf_event"};
    case kernel_module: return {WIRE_VALUE_MODULE, "vg_read_module"};
    case load_info: return {WIRE_VALUE_MODULE, "vg_read_load_info"};
    case nop: break;  // no value, so never a slot
  }
  return {};
}

}  // namespace vigil::codegen
