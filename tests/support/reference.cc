#include "tests/support/reference.h"

#include <algorithm>

#include "engine/compile/plan/follow.h"
#include "engine/schema/arg_types.h"

namespace vigil::testing {
namespace {

template <typename... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};

// No value: no condition holds, not even a negated one.
using Truth = std::optional<bool>;

bool is_mapped(const std::array<std::uint8_t, 16>& bytes) {
  return std::all_of(bytes.begin(), bytes.begin() + 10,
                     [](std::uint8_t byte) { return byte == 0; }) &&
         bytes[10] == 0xff && bytes[11] == 0xff;
}

bool contains(check::AddressPrefix prefix, const IpAddress& written) {
  const IpAddress address = unmapped(written);
  if (prefix.is_ipv6 && prefix.length >= 96 && is_mapped(prefix.bytes)) {
    prefix.is_ipv6 = false;
    prefix.length = static_cast<std::uint8_t>(prefix.length - 96);
    std::copy(prefix.bytes.begin() + 12, prefix.bytes.end(), prefix.bytes.begin());
  }
  if (prefix.is_ipv6 != address.is_ipv6) return false;
  for (unsigned bit = 0; bit < prefix.length; ++bit) {
    const unsigned shift = 7 - bit % 8;
    if ((prefix.bytes[bit / 8] >> shift & 1) != (address.bytes[bit / 8] >> shift & 1)) return false;
  }
  return true;
}

bool has(const check::TextCondition& test, const std::string& text) {
  return std::ranges::any_of(test.values, [&](const std::string& value) {
    switch (test.kind) {
      case check::TextCondition::Kind::equal: return text == value;
      case check::TextCondition::Kind::prefix: return text.starts_with(value);
      case check::TextCondition::Kind::postfix: return text.ends_with(value);
    }
    return false;
  });
}

bool has(const std::vector<check::IntegerRange>& ranges, std::uint64_t value, bool is_signed) {
  return std::ranges::any_of(ranges, [&](const check::IntegerRange& range) {
    if (!is_signed) return range.first <= value && value <= range.last;
    const auto number = static_cast<std::int64_t>(value);
    return static_cast<std::int64_t>(range.first) <= number &&
           number <= static_cast<std::int64_t>(range.last);
  });
}

std::optional<std::uint64_t> number_of(const Value& value, check::IntegerCondition::Field field) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
  const auto* sock = std::get_if<SockValue>(&value);
  if (sock == nullptr) return std::nullopt;
  switch (field) {
    case check::IntegerCondition::Field::value: return std::nullopt;
    case check::IntegerCondition::Field::source_port: return sock->source_port;
    case check::IntegerCondition::Field::destination_port: return sock->destination_port;
    case check::IntegerCondition::Field::protocol: return sock->protocol;
    case check::IntegerCondition::Field::family: return sock->family;
    case check::IntegerCondition::Field::state: return sock->state;
  }
  return std::nullopt;
}

Truth test(const check::ArgCondition& condition, schema::ArgType type, const Value& value) {
  const auto numbers = [&](const check::IntegerCondition& test) -> Truth {
    const auto number = number_of(value, test.field);
    if (!number) return std::nullopt;
    const bool is_signed =
        test.field == check::IntegerCondition::Field::value && schema::info(type).is_signed;
    return has(test.ranges, *number, is_signed);
  };
  const auto mask = [&](const check::MaskCondition& test) -> Truth {
    const auto* number = std::get_if<std::uint64_t>(&value);
    if (number == nullptr) return std::nullopt;
    return (*number & test.mask) != 0;
  };
  const auto text = [&](const check::TextCondition& test) -> Truth {
    const auto* string = std::get_if<std::string>(&value);
    if (string == nullptr) return std::nullopt;
    return has(test, *string);
  };
  const auto addresses = [&](const check::AddressCondition& test) -> Truth {
    const auto* sock = std::get_if<SockValue>(&value);
    if (sock == nullptr) return std::nullopt;
    const auto& address =
        test.field == check::AddressCondition::Field::source ? sock->source : sock->destination;
    if (!address) return std::nullopt;
    return std::ranges::any_of(test.prefixes, [&](const check::AddressPrefix& prefix) {
      return contains(prefix, *address);
    });
  };
  return std::visit(Match{numbers, mask, text, addresses}, condition.test);
}

bool holds(Truth truth, bool negated) { return truth && *truth != negated; }

Truth test(const check::PidCondition& condition, const Event& event,
           const plan::FollowSets& follow_sets) {
  if (condition.follow_forks) {
    if (condition.in_namespace && event.ns_tgid == 0) return std::nullopt;
    return event.follow_sets.contains(follow_sets.at(plan::follow_set_of(condition)));
  }
  const std::uint32_t pid = condition.in_namespace ? event.ns_tgid : event.tgid;
  return std::ranges::find(condition.pids, pid) != condition.pids.end();
}

std::optional<std::uint64_t> number_at(const SockValue& sock, plan::Field field) {
  switch (field) {
    case plan::Field::source_port: return sock.source_port;
    case plan::Field::destination_port: return sock.destination_port;
    case plan::Field::protocol: return sock.protocol;
    case plan::Field::family: return sock.family;
    case plan::Field::state: return sock.state;
    default: return std::nullopt;
  }
}

Looked look_at(const Value& value, plan::Field field) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
  if (const auto* string = std::get_if<std::string>(&value)) return *string;
  const auto* sock = std::get_if<SockValue>(&value);
  if (sock == nullptr) return Unreadable{};
  if (const auto number = number_at(*sock, field)) return *number;
  const auto& address = field == plan::Field::source_address ? sock->source : sock->destination;
  if (!address) return Unreadable{};
  return unmapped(*address);
}

}  // namespace

IpAddress unmapped(const IpAddress& address) {
  if (!address.is_ipv6 || !is_mapped(address.bytes)) return address;
  IpAddress ipv4;
  std::copy(address.bytes.begin() + 12, address.bytes.end(), ipv4.bytes.begin());
  return ipv4;
}

bool matches(const check::Hook& hook, const check::Selector& selector, const Event& event,
             const plan::FollowSets& follow_sets) {
  for (const check::ArgCondition& condition : selector.arguments) {
    const check::Argument& argument = hook.arguments[condition.argument];
    if (!holds(test(condition, argument.type, event.arguments[argument.index]), condition.negated))
      return false;
  }
  for (const check::BinaryCondition& condition : selector.binaries) {
    const Truth truth = event.binary ? Truth(has(condition.test, *event.binary)) : std::nullopt;
    if (!holds(truth, condition.negated)) return false;
  }
  return std::ranges::all_of(selector.pids, [&](const check::PidCondition& condition) {
    return holds(test(condition, event, follow_sets), condition.negated);
  });
}

Looked look(const plan::HookPlan& plan, const plan::Dimension& dimension, const Event& event) {
  switch (dimension.field) {
    case plan::Field::tgid: return std::uint64_t{event.tgid};
    case plan::Field::ns_tgid: return std::uint64_t{event.ns_tgid};
    case plan::Field::binary:
      if (!event.binary) return Unreadable{};
      return *event.binary;
    case plan::Field::follow: return event.follow_sets;
    case plan::Field::value:
    case plan::Field::source_port:
    case plan::Field::destination_port:
    case plan::Field::protocol:
    case plan::Field::family:
    case plan::Field::state:
    case plan::Field::source_address:
    case plan::Field::destination_address: break;
  }
  return look_at(event.arguments[plan.slots[dimension.slot].raw], dimension.field);
}

}  // namespace vigil::testing
