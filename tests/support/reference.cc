#include "tests/support/reference.h"

#include <algorithm>

#include "engine/compile/plan/follow.h"
#include "engine/compile/plan/hook_limits.h"
#include "engine/schema/arg_types.h"
#include "tests/support/expression_reference.h"

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

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return text;
}

bool has(const check::TextCondition& test, const std::string& text) {
  return std::ranges::any_of(test.values, [&](const std::string& value) {
    switch (test.kind) {
      case check::TextCondition::Kind::substring: return text.find(value) != std::string::npos;
      case check::TextCondition::Kind::substring_ignoring_case:
        return lower(text).find(lower(value)) != std::string::npos;
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

constexpr std::uint64_t af_unix = 1;

// Types of files are made up from their names, and some have none.
std::optional<std::uint64_t> file_type_of(const std::string& path) {
  return path.size() % 7 == 0 ? std::nullopt : std::optional<std::uint64_t>(path.size() % 13);
}

std::optional<std::uint64_t> number_at(const SockValue& sock, schema::ArgType type,
                                       plan::Field field) {
  // What is no packet of IP has none of them.
  if (type == schema::ArgType::skb && !sock.source) return std::nullopt;
  const auto if_ip = [&](std::uint64_t port) {
    return sock.source ? std::optional(port) : std::nullopt;
  };
  switch (field) {
    case plan::Field::source_port: return if_ip(sock.source_port);
    case plan::Field::destination_port: return if_ip(sock.destination_port);
    case plan::Field::protocol: return sock.protocol;
    case plan::Field::family: return sock.family;
    case plan::Field::state: return sock.state;
    default: return std::nullopt;
  }
}

std::optional<std::uint64_t> number_at(const std::string& text, schema::ArgType type,
                                       plan::Field field) {
  if (type == schema::ArgType::sockaddr_un && field == plan::Field::family) return af_unix;
  return field == plan::Field::file_type ? file_type_of(text) : std::nullopt;
}

plan::Field field_of(check::IntegerCondition::Field field) {
  switch (field) {
    case check::IntegerCondition::Field::value: return plan::Field::value;
    case check::IntegerCondition::Field::source_port: return plan::Field::source_port;
    case check::IntegerCondition::Field::destination_port: return plan::Field::destination_port;
    case check::IntegerCondition::Field::protocol: return plan::Field::protocol;
    case check::IntegerCondition::Field::family: return plan::Field::family;
    case check::IntegerCondition::Field::state: return plan::Field::state;
    case check::IntegerCondition::Field::file_type: return plan::Field::file_type;
  }
  return plan::Field::value;
}

std::optional<std::uint64_t> number_of(const Value& value, schema::ArgType type,
                                       plan::Field field) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return narrowed(type, *number);
  if (const auto* text = std::get_if<std::string>(&value)) return number_at(*text, type, field);
  const auto* sock = std::get_if<SockValue>(&value);
  return sock == nullptr ? std::nullopt : number_at(*sock, type, field);
}

// Whether a test of this kind looks at what is missing of a text that is too long.
bool is_cut(check::TextCondition::Kind kind, schema::ArgType type, const std::string& text) {
  using Kind = check::TextCondition::Kind;
  const bool anywhere = kind == Kind::substring || kind == Kind::substring_ignoring_case;
  const bool reversed = kind == Kind::postfix;
  switch (schema::info(type).category) {
    case schema::Category::text:
    case schema::Category::unix_address:
      return (anywhere || reversed) && text.size() > greatest_text;
    case schema::Category::path: return (anywhere || !reversed) && text.size() > greatest_text;
    // The end of one piece of memory is read, too.
    case schema::Category::buffer: return anywhere && text.size() > greatest_text;
    case schema::Category::integer:
    case schema::Category::capability:
    case schema::Category::capability_set:
    case schema::Category::socket:
    case schema::Category::packet:
    case schema::Category::address:
    case schema::Category::opaque:
    case schema::Category::nothing: return false;
  }
  return false;
}

// What is kept of one: the beginning, of a path the end.
std::string kept(schema::ArgType type, const std::string& text) {
  if (schema::info(type).category == schema::Category::path)
    return text.substr(text.size() - std::min(text.size(), greatest_text));
  return text.substr(0, greatest_text);
}

bool is_anywhere(check::TextCondition::Kind kind) {
  return kind == check::TextCondition::Kind::substring ||
         kind == check::TextCondition::Kind::substring_ignoring_case;
}

Truth test(const check::ArgCondition& condition, schema::ArgType type, const Value& value) {
  const auto numbers = [&](const check::IntegerCondition& test) {
    const auto number = number_of(value, type, field_of(test.field));
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
    if (is_anywhere(test.kind) && has(test, kept(type, *string))) return Truth::yes;
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
  const auto elsewhere = [](const check::Expression&) { return Truth::unreadable; };
  return std::visit(Match{numbers, mask, text, addresses, elsewhere}, condition.test);
}

bool names_one(const check::TextCondition& test, const std::vector<std::string>& programs) {
  return std::ranges::any_of(programs,
                             [&](const std::string& program) { return has(test, program); });
}

Truth test_of_others(const check::BinaryCondition& condition, const Event& event) {
  using Whose = check::BinaryCondition::Whose;
  const auto of = [&](const std::optional<std::string>& program) {
    return program ? truth_of(has(condition.test, *program)) : Truth::unreadable;
  };
  const bool above = names_one(condition.test, event.ancestor_binaries);
  switch (condition.whose) {
    case Whose::own: return of(event.binary);
    case Whose::family: return above ? Truth::yes : of(event.binary);
    case Whose::parent: return of(event.parent_binary);
    case Whose::ancestor: return truth_of(above);
  }
  return Truth::unreadable;
}

Truth test(const check::BinaryCondition& condition, const Event& event) {
  if (condition.whose != check::BinaryCondition::Whose::own)
    return test_of_others(condition, event);
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
      case schema::ActionKind::notify_enforcer:
      case schema::ActionKind::set: return true;
      case schema::ActionKind::override: return action.error != 0;
      case schema::ActionKind::post:
      case schema::ActionKind::no_post:
      case schema::ActionKind::cleanup_enforcer:
      case schema::ActionKind::track_sock:
      case schema::ActionKind::untrack_sock: return false;
    }
    return false;
  });
}

Truth test(const check::ProcessCondition& condition, const Event& event) {
  const auto value = event.process.at(static_cast<std::size_t>(condition.value));
  if (!value) return Truth::unreadable;
  const auto ranges = [&](const std::vector<check::IntegerRange>& test) {
    return truth_of(has(test, *value, false));
  };
  const auto mask = [&](const check::MaskCondition& test) {
    return truth_of((*value & test.mask) != 0);
  };
  return std::visit(Match{ranges, mask}, condition.test);
}

bool is_there(const check::WorkloadCondition& condition, const Event& event,
              const plan::WorkloadSets& workload_sets) {
  if (event.workloads.contains(plan::workload_of_host)) return condition.host;
  if (!condition.containers) return false;
  return condition.containers->empty() ||
         event.workloads.contains(workload_sets.at(*condition.containers));
}

Looked look_at(const Value& value, schema::ArgType type, plan::Field field) {
  if (const auto number = number_of(value, type, field)) return *number;
  const auto* string = std::get_if<std::string>(&value);
  if (string != nullptr && field == plan::Field::value) return *string;
  const auto* sock = std::get_if<SockValue>(&value);
  const bool is_address =
      field == plan::Field::source_address || field == plan::Field::destination_address;
  if (sock == nullptr || !is_address) return Unreadable{};
  const auto& address = field == plan::Field::source_address ? sock->source : sock->destination;
  if (!address) return Unreadable{};
  return unmapped(*address);
}

bool none_of(const plan::Dimension& dimension) {
  return std::get<plan::BitClassifier>(dimension.classifier).none_of;
}

Truth truth_of(ExpressionTruth truth) {
  switch (truth) {
    case ExpressionTruth::no: return Truth::no;
    case ExpressionTruth::yes: return Truth::yes;
    case ExpressionTruth::unreadable: return Truth::unreadable;
    case ExpressionTruth::undecidable: return Truth::undecidable;
  }
  return Truth::no;
}

ExpressionValue expression_value(schema::ArgType type, const Value& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return narrowed(type, *number);
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return NoValue{};
  if (is_cut(check::TextCondition::Kind::substring, type, *text)) return CutText{kept(type, *text)};
  return *text;
}

}  // namespace

IpAddress unmapped(const IpAddress& address) {
  if (!address.is_ipv6 || !is_mapped(address.bytes)) return address;
  IpAddress ipv4;
  std::copy(address.bytes.begin() + 12, address.bytes.end(), ipv4.bytes.begin());
  return ipv4;
}

Value without(const Value& bits, const Value& off) {
  const auto* from = std::get_if<std::uint64_t>(&bits);
  const auto* what = std::get_if<std::uint64_t>(&off);
  if (from == nullptr || what == nullptr) return Unreadable{};
  return *from & ~*what;
}

std::uint64_t narrowed(schema::ArgType type, std::uint64_t number) {
  const schema::ArgTypeInfo& row = schema::info(type);
  const unsigned shift = 64 - 8 * row.width_bytes;
  number <<= shift;
  if (!row.is_signed) return number >> shift;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(number) >> shift);
}

bool matches(const check::Hook& hook, const check::Selector& selector, const Event& event,
             const plan::Numbers& numbers) {
  const auto holds = [&](Truth truth, bool negated) {
    switch (truth) {
      case Truth::no: return negated;
      case Truth::yes: return !negated;
      case Truth::unreadable: return false;
      case Truth::undecidable: return enforces(selector);
    }
    return false;
  };
  const auto value_of = [&](std::uint32_t position) {
    const check::Argument& argument = hook.arguments[position];
    return expression_value(argument.type, event.arguments[argument.index]);
  };
  for (const check::ArgCondition& condition : selector.arguments) {
    if (const auto* expression = std::get_if<check::Expression>(&condition.test)) {
      if (!holds(truth_of(evaluate(*expression, value_of)), false)) return false;
      continue;
    }
    const check::Argument& argument = hook.arguments[condition.argument];
    Value value = event.arguments[argument.index];
    if (condition.without)
      value = without(value, event.arguments[hook.arguments[*condition.without].index]);
    if (!holds(test(condition, argument.type, value), condition.negated)) return false;
  }
  for (const check::BinaryCondition& condition : selector.binaries) {
    if (!holds(test(condition, event), condition.negated)) return false;
  }
  for (const check::PidCondition& condition : selector.pids) {
    if (!holds(test(condition, event, numbers.follow), condition.negated)) return false;
  }
  if (selector.workload && !is_there(*selector.workload, event, numbers.workloads)) return false;
  return std::ranges::all_of(selector.process, [&](const check::ProcessCondition& condition) {
    return holds(test(condition, event), condition.negated);
  });
}

void sort_into_sets(Event& event, const plan::FollowSets& follow_sets) {
  for (const auto& [set, number] : follow_sets) {
    if (!set.match) continue;
    const check::TextCondition test{*set.match, set.paths};
    if (event.parent_binary && has(test, *event.parent_binary)) event.parent_sets.insert(number);
    if (names_one(test, event.ancestor_binaries)) event.ancestor_sets.insert(number);
    if (event.ancestor_sets.contains(number) || (event.binary && has(test, *event.binary)))
      event.family_sets.insert(number);
  }
}

Looked look(const plan::HookPlan& plan, const plan::Dimension& dimension, const Event& event) {
  switch (dimension.field) {
    case plan::Field::tgid: return std::uint64_t{event.tgid};
    case plan::Field::ns_tgid: return std::uint64_t{event.ns_tgid};
    case plan::Field::binary:
      if (!event.binary) return Unreadable{};
      return *event.binary;
    case plan::Field::follow: return event.follow_sets;
    case plan::Field::binary_family:
      if (none_of(dimension) && !event.binary) return Unreadable{};
      return event.family_sets;
    case plan::Field::parent_binary:
      if (none_of(dimension) && !event.parent_binary) return Unreadable{};
      return event.parent_sets;
    case plan::Field::ancestor_binary: return event.ancestor_sets;
    case plan::Field::process_value:
      if (const auto value = event.process.at(dimension.slot)) return *value;
      return Unreadable{};
    case plan::Field::workload: return event.workloads;
    case plan::Field::value:
    case plan::Field::source_port:
    case plan::Field::destination_port:
    case plan::Field::protocol:
    case plan::Field::family:
    case plan::Field::state:
    case plan::Field::source_address:
    case plan::Field::destination_address:
    case plan::Field::file_type: break;
  }
  const plan::Slot& slot = plan.slots[dimension.slot];
  const bool is_set = schema::info(slot.type).category == schema::Category::capability_set;
  if (is_set && slot.size_raw)
    return look_at(without(event.arguments[slot.raw], event.arguments[*slot.size_raw]), slot.type,
                   dimension.field);
  return look_at(event.arguments[slot.raw], slot.type, dimension.field);
}

}  // namespace vigil::testing
