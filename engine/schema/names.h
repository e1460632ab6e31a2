// Names of numbers that the kernel's interfaces fix, both ways.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vigil::schema {

enum class Names : std::uint8_t {
  capability,      // "CAP_CHOWN"; 1 is "DAC_OVERRIDE", as the API spells it
  address_family,  // "AF_INET"
  protocol,        // "IPPROTO_TCP"
  socket_type,     // "SOCK_STREAM"
  tcp_state,       // "TCP_LISTEN"
  signal,          // "SIGKILL"; none for real-time signals
  error,           // "EPERM", of the positive number
  file_type,       // "reg", of the upper four bits of a mode
  bpf_command,     // "BPF_MAP_CREATE"
  bpf_program_type,
  bpf_map_type,
  perf_event_type,  // "PERF_TYPE_SOFTWARE"
};

struct Name {
  std::uint32_t number;
  std::string_view name;
};

// The first name of a number is the one that is printed.
std::span<const Name> names(Names set);

std::optional<std::string_view> name_of(Names set, std::uint32_t number);
// Capabilities with and without CAP_; otherwise the exact spelling.
std::optional<std::uint32_t> number_of(Names set, std::string_view name);
std::vector<std::string_view> all_names(Names set);

}  // namespace vigil::schema
