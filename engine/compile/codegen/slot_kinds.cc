#include "engine/compile/codegen/slot_kinds.h"

namespace vigil::codegen {

SlotKind kind_of(schema::ArgType type) {
  using enum schema::ArgType;
  switch (type) {
    case int8:
    case int16:
    case int32:
    case int64:
    case capability: return {WIRE_VALUE_INTEGER, "vg_read_integer", VG_SLOT_SIGNED};
    case uint8:
    case uint16:
    case uint32:
    case uint64:
    case size: return {WIRE_VALUE_INTEGER, "vg_read_integer"};
    case string: return {WIRE_VALUE_STRING, "vg_read_string"};
    case char_buf: return {WIRE_VALUE_BYTES, "vg_read_bytes"};
    case file: return {WIRE_VALUE_PATH, "vg_read_file", 0, "vg_gate_file", "vg_probe_file"};
    case path: return {WIRE_VALUE_PATH, "vg_read_path", 0, "vg_gate_path", "vg_probe_path"};
    case dentry:
      return {WIRE_VALUE_PATH, "vg_read_dentry", VG_SLOT_IN_CHILD_MOUNT, "vg_gate_dentry",
              "vg_probe_dentry"};
    case fd: return {WIRE_VALUE_PATH, "vg_read_fd"};
    case linux_binprm:
      return {WIRE_VALUE_PATH, "vg_read_binprm", 0, "vg_gate_binprm", "vg_probe_binprm"};
    case sock: return {WIRE_VALUE_SOCK, "vg_read_sock"};
    case socket: return {WIRE_VALUE_SOCK, "vg_read_socket"};
    case sockaddr: return {WIRE_VALUE_SOCKADDR, "vg_read_sockaddr"};
    case cred: return {WIRE_VALUE_CRED, "vg_read_cred"};
    case nop: break;  // no value, so never a slot
  }
  return {};
}

}  // namespace vigil::codegen
