#include "tests/support/random_policies.h"

#include <algorithm>
#include <limits>

#include <fmt/core.h>

#include "tests/support/policy_builder.h"

namespace vigil::testing {
namespace {

using check::AddressCondition;
using check::IntegerCondition;
using check::TextCondition;

// Positions in Hook::arguments, and the parameters they read.
enum : std::uint32_t { text_argument, int_argument, word_argument, sock_argument };

}  // namespace

RandomPolicies::RandomPolicies(std::uint32_t seed, std::size_t policies) : random_(seed) {
  policies_.reserve(policies);
  for (std::size_t i = 0; i < policies; ++i) {
    policies_.push_back(check::PolicyBuilder::build(fmt::format("policy-{}", i), {hook()}));
    for (const plan::FollowSet& set : plan::follow_sets_of(policies_.back())) {
      follow_sets_.try_emplace(set, static_cast<std::uint32_t>(follow_sets_.size() * 17 % 256));
    }
  }
  for (std::uint32_t i = 0; i < policies; ++i) loaded_.push_back({&policies_[i], i + 1, i});
}

std::uint64_t RandomPolicies::below(std::uint64_t limit) { return random_() % limit; }

std::string RandomPolicies::word() {
  constexpr std::string_view alphabet = "ab/\x80\xff";
  std::string word;
  for (std::uint64_t length = below(6); length > 0; --length)
    word += alphabet[below(alphabet.size())];
  return word;
}

std::vector<std::string> RandomPolicies::words() {
  std::vector<std::string> words(1 + below(4));
  for (std::string& each : words) each = word();
  return words;
}

std::uint64_t RandomPolicies::signed_number() {
  constexpr std::int64_t numbers[] = {std::numeric_limits<std::int64_t>::min(),
                                      std::numeric_limits<std::int32_t>::min(),
                                      -100,
                                      -1,
                                      0,
                                      1,
                                      100,
                                      std::numeric_limits<std::int32_t>::max(),
                                      std::numeric_limits<std::int64_t>::max()};
  const std::uint64_t near = below(3);
  return static_cast<std::uint64_t>(numbers[below(std::size(numbers))]) + near - 1;
}

std::uint64_t RandomPolicies::unsigned_number() {
  constexpr std::uint64_t numbers[] = {0,
                                       1,
                                       7,
                                       0x7fffffff,
                                       0x80000000,
                                       0xffffffff,
                                       0x8000000000000000,
                                       std::numeric_limits<std::uint64_t>::max()};
  return numbers[below(std::size(numbers))] + below(3) - 1;
}

std::uint64_t RandomPolicies::port() { return below(8) * 1000 + below(3); }

std::vector<check::IntegerRange> RandomPolicies::ranges(std::uint64_t (RandomPolicies::*number)(),
                                                        bool is_signed) {
  const std::uint64_t flip = is_signed ? std::uint64_t{1} << 63 : 0;
  std::vector<check::IntegerRange> ranges(1 + below(3));
  for (check::IntegerRange& range : ranges) {
    range.first = (this->*number)();
    range.last = one_in(2) ? range.first : (this->*number)();
    if ((range.last ^ flip) < (range.first ^ flip)) std::swap(range.first, range.last);
  }
  return ranges;
}

IpAddress RandomPolicies::address() {
  IpAddress address{.is_ipv6 = one_in(2)};
  constexpr std::uint8_t bytes[] = {0, 1, 10, 127, 128, 255};
  for (std::size_t i = 0; i < (address.is_ipv6 ? 16U : 4U); ++i) {
    address.bytes[i] = one_in(3) ? bytes[below(std::size(bytes))] : (i == 0 ? 10 : 0);
  }
  if (address.is_ipv6 && one_in(4)) {
    std::fill_n(address.bytes.begin(), 10, std::uint8_t{0});
    address.bytes[10] = address.bytes[11] = 0xff;
  }
  return address;
}

std::vector<check::AddressPrefix> RandomPolicies::prefixes() {
  std::vector<check::AddressPrefix> prefixes(1 + below(3));
  for (check::AddressPrefix& prefix : prefixes) {
    const IpAddress start = address();
    const unsigned bits = start.is_ipv6 ? 128 : 32;
    prefix.is_ipv6 = start.is_ipv6;
    prefix.length = static_cast<std::uint8_t>(one_in(3) ? bits : below(bits + 1));
    for (unsigned bit = 0; bit < prefix.length; ++bit) {
      prefix.bytes[bit / 8] |= static_cast<std::uint8_t>(start.bytes[bit / 8] & 0x80 >> bit % 8);
    }
  }
  return prefixes;
}

TextCondition RandomPolicies::text_test() {
  constexpr TextCondition::Kind kinds[] = {TextCondition::Kind::equal, TextCondition::Kind::prefix,
                                           TextCondition::Kind::postfix};
  return {kinds[below(std::size(kinds))], words()};
}

check::ArgCondition RandomPolicies::condition() {
  constexpr IntegerCondition::Field fields[] = {
      IntegerCondition::Field::source_port, IntegerCondition::Field::destination_port,
      IntegerCondition::Field::protocol, IntegerCondition::Field::family,
      IntegerCondition::Field::state};
  switch (below(8)) {
    case 0:
    case 1: {
      const TextCondition test = text_test();
      return text(text_argument, test.kind, test.values);
    }
    case 2: return numbers(int_argument, ranges(&RandomPolicies::signed_number, true));
    case 3: return numbers(word_argument, ranges(&RandomPolicies::unsigned_number, false));
    case 4: return mask(one_in(2) ? int_argument : word_argument, std::uint64_t{5} << below(62));
    case 5:
      return field(sock_argument, fields[below(std::size(fields))],
                   ranges(&RandomPolicies::port, false));
    default:
      return addresses(
          sock_argument,
          one_in(2) ? AddressCondition::Field::source : AddressCondition::Field::destination,
          prefixes());
  }
}

check::Selector RandomPolicies::selector() {
  check::Selector selector;
  for (std::uint64_t count = below(4); count > 0; --count) {
    selector.arguments.push_back(condition());
    selector.arguments.back().negated = one_in(3);
  }
  if (one_in(3)) {
    selector.binaries.push_back({.negated = one_in(2), .test = text_test()});
  }
  for (std::uint64_t count = one_in(3) ? 1 + below(2) : 0; count > 0; --count) {
    check::PidCondition pid =
        one_in(2) ? follow({std::uint32_t(below(9))}) : pids({1, std::uint32_t(below(4))});
    pid.negated = one_in(2);
    pid.in_namespace = one_in(3);
    selector.pids.push_back(pid);
  }
  return selector;
}

check::Hook RandomPolicies::hook() {
  using schema::ArgType;
  check::Hook hook =
      lsm_hook("file_open", {argument(ArgType::string, 0), argument(ArgType::int32, 1),
                             argument(ArgType::uint64, 2), argument(ArgType::sock, 3)});
  for (std::uint64_t count = 1 + below(3); count > 0; --count) hook.selectors.push_back(selector());
  return hook;
}

Event RandomPolicies::event() {
  const auto or_unreadable = [&](Value value) {
    return one_in(10) ? Value(Unreadable{}) : std::move(value);
  };
  SockValue sock{.source_port = port(),
                 .destination_port = port(),
                 .protocol = port(),
                 .family = port(),
                 .state = port()};
  if (!one_in(5)) sock.source = address();
  if (!one_in(5)) sock.destination = address();
  Event event;
  event.arguments = {or_unreadable(word() + word()), or_unreadable(signed_number()),
                     or_unreadable(unsigned_number()), or_unreadable(sock)};
  event.tgid = static_cast<std::uint32_t>(below(5));
  event.ns_tgid = static_cast<std::uint32_t>(below(5));
  if (!one_in(10)) event.binary = word() + word();
  for (const auto& [set, number] : follow_sets_) {
    if (one_in(3)) event.follow_sets.insert(number);
  }
  return event;
}

std::vector<bool> RandomPolicies::expected(const plan::HookPlan& plan, const Event& event) const {
  std::vector<bool> truths;
  for (const plan::Rule& rule : plan.rules) {
    const auto loaded = std::ranges::find(loaded_, rule.policy_id, &plan::LoadedPolicy::id);
    const check::Hook& hook = loaded->policy->hooks()[rule.hook_index];
    truths.push_back(matches(hook, hook.selectors[rule.selector], event, follow_sets_));
  }
  return truths;
}

}  // namespace vigil::testing
