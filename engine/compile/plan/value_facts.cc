#include "engine/compile/plan/value_facts.h"

#include "engine/compile/plan/hook_limits.h"

namespace vigil::plan {
namespace {

constexpr ValueFacts integer_value{.greatest_bytes = integer_value_bytes};
constexpr ValueFacts text_value{.cost = ReadCost::text,
                                .greatest_bytes = max_value_bytes,
                                .points_to = PointsTo::caller_memory};
constexpr ValueFacts buffer_value{.cost = ReadCost::text,
                                  .greatest_bytes = buffer_head_bytes + max_value_bytes,
                                  .points_to = PointsTo::caller_memory};
constexpr ValueFacts path_value{.cost = ReadCost::path,
                                .greatest_bytes = path_head_bytes + max_value_bytes,
                                .points_to = PointsTo::kernel_object};
constexpr ValueFacts fd_value{.cost = ReadCost::path,
                              .greatest_bytes = path_head_bytes + max_value_bytes};
constexpr ValueFacts sock_value{.cost = ReadCost::socket,
                                .greatest_bytes = sock_value_bytes,
                                .points_to = PointsTo::kernel_object};
constexpr ValueFacts sockaddr_value{.cost = ReadCost::socket,
                                    .greatest_bytes = sockaddr_value_bytes,
                                    .points_to = PointsTo::caller_memory};
constexpr ValueFacts cred_value{.cost = ReadCost::socket,
                                .greatest_bytes = cred_value_bytes,
                                .points_to = PointsTo::kernel_object};

}  // namespace

ValueFacts facts_of(schema::ArgType type) {
  using enum schema::ArgType;
  switch (type) {
    case int8:
    case int16:
    case int32:
    case int64:
    case uint8:
    case uint16:
    case uint32:
    case uint64:
    case size:
    case capability: return integer_value;
    case string: return text_value;
    case char_buf: return buffer_value;
    case file:
    case path:
    case dentry:
    case linux_binprm: return path_value;
    case fd: return fd_value;
    case sock:
    case socket: return sock_value;
    case sockaddr: return sockaddr_value;
    case cred: return cred_value;
    case nop: return {};
  }
  return {};
}

}  // namespace vigil::plan
