// How each type of argument is read: one row of the runtime's vocabulary per type.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/schema/types.h"
#include "kernel/include/runtime_abi.h"

namespace vigil::codegen {

struct SlotKind {
  wire_value_kind kind = WIRE_VALUE_INTEGER;
  std::string_view reader;      // vg_read_*
  std::uint8_t flags = 0;       // enum vg_slot_flags
  std::string_view gate = {};   // vg_gate_*, of its name; empty: has none
  std::string_view probe = {};  // vg_probe_*: the same of an address
};

SlotKind kind_of(schema::ArgType type);

}  // namespace vigil::codegen
