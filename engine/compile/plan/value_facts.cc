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
constexpr ValueFacts object_text_value{.cost = ReadCost::text,
                                       .greatest_bytes = max_value_bytes,
                                       .points_to = PointsTo::kernel_object};
constexpr ValueFacts object_buffer_value{.cost = ReadCost::text,
                                         .greatest_bytes = buffer_head_bytes + max_value_bytes,
                                         .points_to = PointsTo::kernel_object};
constexpr ValueFacts unix_address_value{.cost = ReadCost::text,
                                        .greatest_bytes = unix_address_value_bytes,
                                        .points_to = PointsTo::caller_memory};
constexpr ValueFacts attribute_value{.cost = ReadCost::socket,
                                     .greatest_bytes = bpf_prog_value_bytes,
                                     .points_to = PointsTo::caller_memory};

// Of a struct of the kernel, some of it.
constexpr ValueFacts object_value(std::size_t bytes) {
  return {.cost = ReadCost::socket, .greatest_bytes = bytes, .points_to = PointsTo::kernel_object};
}

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
    case bpf_cmd:
    case syscall64:
    case capability: return integer_value;
    case kernel_cap_t:
    case cap_inheritable:
    case cap_permitted:
    case cap_effective: return object_value(integer_value_bytes);
    case string: return text_value;
    case filename:
    case data_loc: return object_text_value;
    case net_device: return object_value(net_device_value_bytes);
    case char_buf:
    case char_iovec: return buffer_value;
    case iov_iter:
    case const_buf: return object_buffer_value;
    case file:
    case path:
    case dentry:
    case kiocb:
    case linux_binprm: return path_value;
    case fd: return fd_value;
    case sock:
    case socket: return sock_value;
    case skb: return object_value(skb_value_bytes);
    case sockaddr: return sockaddr_value;
    case sockaddr_un: return unix_address_value;
    case cred: return object_value(cred_value_bytes);
    case user_namespace: return object_value(user_ns_value_bytes);
    case bpf_attr: return attribute_value;
    case bpf_prog: return object_value(bpf_prog_value_bytes);
    case bpf_map: return object_value(bpf_map_value_bytes);
    case perf_event: return object_value(perf_event_value_bytes);
    case kernel_module:
    case load_info: return object_value(module_value_bytes);
    case nop: return {};
  }
  return {};
}

}  // namespace vigil::plan
