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

enum class Truth : std::uint8_t {
  no,
  yes,
  unreadable,   // no condition holds, not even a negated one
  undecidable,  // the part that decides was cut off: holds, negated or not, for who denies or
                // signals
};

Truth truth_of(bool holds) { return holds ? Truth::yes : Truth::no; }

// What is kept of a text.
constexpr std::size_t greatest_text = 4096;

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

std::optional<std::uint64_t> port_of(const SockValue& sock, std::uint64_t port) {
  return sock.source ? std::optional(port) : std::nullopt;
}

std::optional<std::uint64_t> number_of(const Value& value, schema::ArgType type,
                                       check::IntegerCondition::Field field) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return narrowed(type, *number);
  const auto* sock = std::get_if<SockValue>(&value);
  if (sock == nullptr) return std::nullopt;
  switch (field) {
    case check::IntegerCondition::Field::value: return std::nullopt;
    case check::IntegerCondition::Field::source_port: return port_of(*sock, sock->source_port);
    case check::IntegerCondition::Field::destination_port:
      return port_of(*sock, sock->destination_port);
    case check::IntegerCondition::Field::protocol: return sock->protocol;
    case check::IntegerCondition::Field::family: return sock->family;
    case check::IntegerCondition::Field::state: return sock->state;
  }
  return std::nullopt;
}

// Whether a test of this kind looks at what is missing of a text that is too long.
bool is_cut(check::TextCondition::Kind kind, schema::ArgType type, const std::string& text) {
  using enum schema::ArgType;
  const bool reversed = kind == check::TextCondition::Kind::postfix;
  switch (type) {
    case string: return reversed && text.size() > greatest_text;
    case file:
    case path:
    case dentry:
    case fd:
    case linux_binprm: return !reversed && text.size() > greatest_text;
    case char_buf:  // its end is read, too
    case int8:
    case int16:
    case int32:
    case int64:
    case uint8:
    case uint16:
    case uint32:
    case uint64:
    case size:
    case sock:
    case socket:
    case sockaddr:
    case cred:
    case capability:
    case nop: return false;
  }
  return false;
}

Truth test(const check::ArgCondition& condition, schema::ArgType type, const Value& value) {
  const auto numbers = [&](const check::IntegerCondition& test) {
    const auto number = number_of(value, type, test.field);
    if (!number) return Truth::unreadable;
    const bool is_signed =
        test.field == check::IntegerCondition::Field::value && schema::info(type).is_signed;
    return truth_of(has(test.ranges, *number, is_signed));
  };
  const auto mask = [&](const check::MaskCondition& test) {
    const auto* number = std::get_if<std::uint64_t>(&value);
    if (number == nullptr) return Truth::unreadable;
    return truth_of((narrowed(type, *number) & test.mask) != 0);
  };
  const auto text = [&](const check::TextCondition& test) {
    const auto* string = std::get_if<std::string>(&value);
    if (string == nullptr) return Truth::unreadable;
    if (is_cut(test.kind, type, *string)) return Truth::undecidable;
    return truth_of(has(test, *string));
  };
  const auto addresses = [&](const check::AddressCondition& test) {
    const auto* sock = std::get_if<SockValue>(&value);
    if (sock == nullptr) return Truth::unreadable;
    const auto& address =
        test.field == check::AddressCondition::Field::source ? sock->source : sock->destination;
    if (!address) return Truth::unreadable;
    return truth_of(std::ranges::any_of(test.prefixes, [&](const check::AddressPrefix& prefix) {
      return contains(prefix, *address);
    }));
  };
  return std::visit(Match{numbers, mask, text, addresses}, condition.test);
}

Truth test(const check::BinaryCondition& condition, const Event& event) {
  if (!event.binary) return Truth::unreadable;
  if (is_cut(condition.test.kind, schema::ArgType::file, *event.binary)) return Truth::undecidable;
  return truth_of(has(condition.test, *event.binary));
}

Truth test(const check::PidCondition& condition, const Event& event,
           const plan::FollowSets& follow_sets) {
  if (condition.follow_forks) {
    if (condition.in_namespace && event.ns_tgid == 0) return Truth::unreadable;
    return truth_of(event.follow_sets.contains(follow_sets.at(plan::follow_set_of(condition))));
  }
  const std::uint32_t pid = condition.in_namespace ? event.ns_tgid : event.tgid;
  return truth_of(std::ranges::find(condition.pids, pid) != condition.pids.end());
}

bool enforces(const check::Selector& selector) {
  return std::ranges::any_of(selector.actions, [](const check::Action& action) {
    switch (action.kind) {
      case schema::ActionKind::sigkill:
      case schema::ActionKind::signal:
      case schema::ActionKind::override: return true;
      case schema::ActionKind::post:
      case schema::ActionKind::no_post: return false;
    }
    return false;
  });
}

std::optional<std::uint64_t> number_at(const SockValue& sock, plan::Field field) {
  switch (field) {
    case plan::Field::source_port: return port_of(sock, sock.source_port);
    case plan::Field::destination_port: return port_of(sock, sock.destination_port);
    case plan::Field::protocol: return sock.protocol;
    case plan::Field::family: return sock.family;
    case plan::Field::state: return sock.state;
    default: return std::nullopt;
  }
}

Looked look_at(const Value& value, schema::ArgType type, plan::Field field) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return narrowed(type, *number);
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

std::uint64_t narrowed(schema::ArgType type, std::uint64_t number) {
  const schema::ArgTypeInfo& row = schema::info(type);
  const unsigned shift = 64 - 8 * row.width_bytes;
  number <<= shift;
  if (!row.is_signed) return number >> shift;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(number) >> shift);
}

bool matches(const check::Hook& hook, const check::Selector& selector, const Event& event,
             const plan::FollowSets& follow_sets) {
  const auto holds = [&](Truth truth, bool negated) {
    switch (truth) {
      case Truth::no: return negated;
      case Truth::yes: return !negated;
      case Truth::unreadable: return false;
      case Truth::undecidable: return enforces(selector);
    }
    return false;
  };
  for (const check::ArgCondition& condition : selector.arguments) {
    const check::Argument& argument = hook.arguments[condition.argument];
    if (!holds(test(condition, argument.type, event.arguments[argument.index]), condition.negated))
      return false;
  }
  for (const check::BinaryCondition& condition : selector.binaries) {
    if (!holds(test(condition, event), condition.negated)) return false;
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
  const plan::Slot& slot = plan.slots[dimension.slot];
  return look_at(event.arguments[slot.raw], slot.type, dimension.field);
}

}  // namespace vigil::testing
