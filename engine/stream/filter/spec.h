// What a client wants to see, in plain values; the API and the configuration fill it in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vigil::filter {

// Numbers of the API's EventType.
enum class EventKind : std::uint32_t {
  process_exec = 1,
  process_exit = 5,
  process_kprobe = 9,
  process_tracepoint = 10,
  process_loader = 11,
  process_uprobe = 12,
  process_throttle = 27,
  process_lsm = 28,
  process_usdt = 29,
  test = 40000,
  rate_limit_info = 40001,
};

// Fields are combined with AND, values inside a field with OR; an empty field says
// nothing, an empty spec matches every event. Regular expressions are RE2's, unanchored.
struct FilterSpec {
  std::vector<std::string> binary_regex;
  std::vector<std::string> arguments_regex;
  std::vector<std::string> parent_binary_regex;
  std::vector<std::string> parent_arguments_regex;
  std::vector<std::string> ancestor_binary_regex;  // any ancestor, the parent included
  std::vector<std::string> container_id;           // regular expressions
  std::vector<std::string> namespaces;             // of the pod; "" is the host
  std::vector<std::string> policy_names;
  std::vector<std::uint32_t> pid;
  std::vector<std::uint32_t> pid_set;  // these and their descendants
  std::vector<EventKind> event_set;
  std::optional<bool> health_check;
  std::optional<bool> in_init_tree;
  // Names of fields that were set but are none of the above: the filter is refused.
  std::vector<std::string> unsupported;
};

// An event passes when any of `allow` matches, or there is none, and none of `deny` does.
struct FilterLists {
  std::vector<FilterSpec> allow;
  std::vector<FilterSpec> deny;
};

}  // namespace vigil::filter
