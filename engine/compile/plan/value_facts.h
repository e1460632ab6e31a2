// What planning has to know of an argument type.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/schema/types.h"

namespace vigil::plan {

// What it costs to have a value, cheapest first: the order of evaluation. What lasts until the
// process execs stands before all else, so that a process which it rules out can be remembered.
enum class ReadCost : std::uint8_t {
  tgid,
  ns_tgid,
  follow,
  binary,
  workload,
  process_value,
  integer,
  socket,
  text,
  path
};

enum class PointsTo : std::uint8_t {
  nothing,  // the argument is the value
  kernel_object,
  caller_memory,  // memory of the caller: user memory in a syscall
};

struct ValueFacts {
  ReadCost cost = ReadCost::integer;
  std::size_t greatest_bytes = 0;  // in a record, its head not counted
  PointsTo points_to = PointsTo::nothing;
};

ValueFacts facts_of(schema::ArgType type);

}  // namespace vigil::plan
