// What a selector means, decided one condition after the other on one concrete event:
// the slow truth that classification has to agree with.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "engine/compile/check/checked_policy.h"
#include "engine/compile/plan/plan.h"
#include "engine/schema/process_values.h"

namespace vigil::testing {

struct IpAddress {
  bool is_ipv6 = false;
  std::array<std::uint8_t, 16> bytes{};
};
// As the kernel side sees it: a v4-mapped IPv6 address is an IPv4 one.
IpAddress unmapped(const IpAddress& address);

// Of a socket, or, with its source alone, of a socket address.
struct SockValue {
  std::uint64_t family = 0;
  std::optional<IpAddress> source;  // both there or none: the family is neither IPv4 nor IPv6
  std::optional<IpAddress> destination;
  std::uint64_t source_port = 0, destination_port = 0;  // without addresses they mean nothing
  std::uint64_t protocol = 0, state = 0;
};

struct Unreadable {};
// A text is also the path of an AF_UNIX address; an address of another family is a SockValue.
// Numbers are whole registers: what the argument's type leaves of one, narrowed() says.
using Value = std::variant<Unreadable, std::uint64_t, std::string, SockValue>;

struct Event {
  std::vector<Value> arguments;  // by parameter of the function
  std::uint32_t tgid = 0;
  std::uint32_t ns_tgid = 0;
  std::optional<std::string> binary;
  std::optional<std::string> parent_binary;
  std::vector<std::string> ancestor_binaries;  // the parent's among them
  std::set<std::uint32_t> follow_sets;
  // That name its program or an ancestor's, its parent's, an ancestor's: sort_into_sets() says.
  std::set<std::uint32_t> family_sets, parent_sets, ancestor_sets;
  // Where it is: workload_of_host, or workload_of_any_container and numbers of sets.
  std::set<std::uint32_t> workloads;
  // By schema::ProcessValue; none: unreadable.
  std::array<std::optional<std::uint64_t>, schema::process_value_count> process{};
};

bool matches(const check::Hook& hook, const check::Selector& selector, const Event& event,
             const plan::Numbers& numbers);

// From the programs of the event.
void sort_into_sets(Event& event, const plan::FollowSets& follow_sets);

// What an integer type makes of a register, widened again.
std::uint64_t narrowed(schema::ArgType type, std::uint64_t number);

// A set of bits less another.
Value without(const Value& bits, const Value& off);

// The value a plan's dimension looks at; monostate-like Unreadable when there is none.
using Looked =
    std::variant<Unreadable, std::uint64_t, std::string, IpAddress, std::set<std::uint32_t>>;
Looked look(const plan::HookPlan& plan, const plan::Dimension& dimension, const Event& event);

}  // namespace vigil::testing
