// What one hook program holds, and how many of them a hook has. codegen asserts that these are the
// runtime's own numbers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vigil::plan {

constexpr std::size_t max_raw_arguments = 12;
constexpr std::uint8_t function_raw = 12;  // behind them: which of a list's functions was called
constexpr std::uint8_t return_raw = 13;    // what the function returns
constexpr std::size_t max_slots = 32;
constexpr std::size_t max_dimensions = 64;
constexpr std::size_t max_rules = 16384;
constexpr std::size_t max_hook_selectors = 65536;  // of one policy: a record names one in 16 bits
constexpr std::size_t max_parts =
    33;  // the kernel's tail calls in a row, the dispatcher's included
constexpr std::size_t max_record_value_bytes = 32768;  // of all values in one record
constexpr std::size_t max_value_bytes = 4096;          // of one string, path or buffer
constexpr std::size_t value_head_bytes = 8;            // before every value in a record
constexpr std::size_t integer_value_bytes = 8;
constexpr std::size_t path_head_bytes = 8;     // before a path's text
constexpr std::size_t buffer_head_bytes = 16;  // before a buffer's bytes
constexpr std::size_t sock_value_bytes = 64;
constexpr std::size_t sockaddr_value_bytes = 24;
constexpr std::size_t skb_value_bytes = 64;
constexpr std::size_t unix_address_value_bytes = 8 + 108;  // with its path
constexpr std::size_t cred_value_bytes = 80;
constexpr std::size_t user_ns_value_bytes = 16;
constexpr std::size_t net_device_value_bytes = 16;
constexpr std::size_t bpf_prog_value_bytes = 24;
constexpr std::size_t bpf_map_value_bytes = 32;
constexpr std::size_t perf_event_value_bytes = 24 + 256;  // with the probed function's name
constexpr std::size_t module_value_bytes = 16 + 64;       // with its name
constexpr std::size_t stack_value_bytes = std::size_t{127} * 8;
constexpr std::size_t name_end_bytes = 8;       // of "/name", looked at by a name gate
constexpr std::size_t max_gate_stretches = 16;  // of a number gate: a jump or two each
constexpr std::uint32_t follow_set_bits = 256;
// Numbers of where a process can be: from the third on, in a set of containers.
constexpr std::uint32_t workload_of_host = 0;
constexpr std::uint32_t workload_of_any_container = 1;
constexpr std::uint32_t first_workload_set = 2;
constexpr std::uint32_t max_workload_sets = 16384;

// Ours alone: a plan beyond this is a mistake to report, not memory to take.
constexpr std::size_t max_row_bytes = std::size_t{64} << 20;

}  // namespace vigil::plan
