#include "tests/bench/rules.h"

#include <fmt/format.h>

#include <cstdlib>

#include "engine/compile/plan/plan.h"
#include "tests/bench/calls.h"
#include "tests/support/policy_builder.h"

namespace vigil::bench {
namespace {

using check::ArgCondition;
using check::Selector;
using check::TextCondition;
using schema::ActionKind;
using schema::ArgType;
using schema::Mechanism;
using Kind = TextCondition::Kind;

#if defined(__x86_64__)
constexpr const char* getpid_function = "__x64_sys_getpid";
#else
constexpr const char* getpid_function = "__arm64_sys_getpid";
#endif

// The first of each kind is what the floors look for.
std::string value_of(Rule rule, std::size_t number) {
  switch (rule) {
    case Rule::binary: return fmt::format("/usr/bin/tool-{:06}", number);
    case Rule::equal: return fmt::format("/srv/tenant-{:06}/key-{:06}", number, number);
    case Rule::near: return fmt::format("/srv/tenant-{:06}/plain-file", number);
    case Rule::prefix: return fmt::format("/srv/tenant-{:06}/", number);
    case Rule::postfix: return fmt::format("{:06}.pem", number);
    case Rule::address:
    case Rule::port:
    case Rule::number:
    case Rule::mixed:
    case Rule::post:
    case Rule::deny: break;
  }
  std::abort();
}

std::vector<std::string> texts(Rule rule, std::size_t first, std::size_t count) {
  std::vector<std::string> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(value_of(rule, first + i));
  return made;
}

// From 203.0.113.0 on.
std::vector<check::AddressPrefix> addresses_from(std::size_t first, std::size_t count) {
  std::vector<check::AddressPrefix> made;
  for (std::size_t i = first; i < first + count; ++i) {
    const std::size_t number = (203u << 24) + (113u << 8) + i;
    made.push_back(testing::ipv4(
        static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
        static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number), 32));
  }
  return made;
}

std::vector<check::IntegerRange> ports_from(std::size_t first, std::size_t count) {
  constexpr std::size_t first_port = 7000, ports = 60'000, measured = 7001;
  std::vector<check::IntegerRange> made;
  for (std::size_t i = first; i < first + count; ++i) {
    std::size_t port = first_port + i % (ports - first_port);
    if (port == measured) port = ports;
    made.push_back({port, port});
  }
  return made;
}

// System calls that the kernel does not have.
std::vector<check::IntegerRange> numbers_from(std::size_t first, std::size_t count) {
  constexpr std::size_t no_call = 100'000;
  std::vector<check::IntegerRange> made;
  for (std::size_t i = first; i < first + count; ++i) made.push_back({no_call + i, no_call + i});
  return made;
}

Selector looks_at(ArgCondition condition) { return {.arguments = {std::move(condition)}}; }

Selector acting(Selector selector, ActionKind kind) {
  selector.actions = {testing::action(kind)};
  return selector;
}

Selector of_shape(std::uint32_t argument, std::size_t number, std::size_t first,
                  std::size_t values);

Selector selector_of(Rule rule, std::uint32_t argument, std::size_t number, std::size_t values) {
  const std::size_t first = number * values;
  switch (rule) {
    case Rule::binary:
      return {.binaries = {testing::binary(Kind::equal, texts(rule, first, values))}};
    case Rule::equal:
      return looks_at(testing::text(argument, Kind::equal, texts(rule, first, values)));
    case Rule::near:
      return looks_at(testing::text(argument, Kind::equal, texts(rule, first, values)));
    case Rule::prefix:
      return looks_at(testing::text(argument, Kind::prefix, texts(rule, first, values)));
    case Rule::postfix:
      return looks_at(testing::text(argument, Kind::postfix, texts(rule, first, values)));
    case Rule::address:
      return looks_at(testing::addresses(argument, check::AddressCondition::Field::source,
                                         addresses_from(first, values)));
    case Rule::port:
      return looks_at(testing::field(argument, check::IntegerCondition::Field::source_port,
                                     ports_from(first, values)));
    case Rule::number: return looks_at(testing::numbers(argument, numbers_from(first, values)));
    case Rule::mixed: return of_shape(argument, number, first, values);
    case Rule::post: return looks_at(testing::text(argument, Kind::equal, {plain_file}));
    case Rule::deny:
      return acting(looks_at(testing::text(argument, Kind::equal, {plain_file})),
                    ActionKind::override);
  }
  std::abort();
}

// Five shapes in turn.
Selector of_shape(std::uint32_t argument, std::size_t number, std::size_t first,
                  std::size_t values) {
  switch (number % 5) {
    case 0: return selector_of(Rule::prefix, argument, number, values);
    case 1: return selector_of(Rule::binary, argument, number, values);
    case 2: return selector_of(Rule::postfix, argument, number, values);
    case 3: return selector_of(Rule::equal, argument, number, values);
    default: {
      Selector both = selector_of(Rule::prefix, argument, number, values);
      both.binaries = {testing::binary(Kind::equal, texts(Rule::binary, first, values))};
      return both;
    }
  }
}

check::Argument at(ArgType type, std::uint32_t index) { return testing::argument(type, index); }

check::Hook hook_of(const Place& place, Mechanism mechanism) {
  if (mechanism == Mechanism::lsm) return testing::lsm_hook(place.lsm, place.arguments);
  if (mechanism == Mechanism::fentry) return testing::fentry_hook(place.function, place.arguments);
  if (mechanism == Mechanism::raw_tracepoint) {
    auto hook = testing::tracepoint_hook("", place.raw_tracepoint, {at(ArgType::int64, 1)});
    hook.raw = true;
    return hook;
  }
  if (place.syscall) return testing::syscall_hook(place.function, place.arguments);
  return testing::kprobe_hook(place.function, place.arguments);
}

}  // namespace

std::string_view name_of(Rule rule) {
  switch (rule) {
    case Rule::binary: return "binary";
    case Rule::equal: return "equal";
    case Rule::near: return "near";
    case Rule::prefix: return "prefix";
    case Rule::postfix: return "postfix";
    case Rule::address: return "address";
    case Rule::port: return "port";
    case Rule::number: return "number";
    case Rule::mixed: return "mixed";
    case Rule::post: return "post";
    case Rule::deny: return "deny";
  }
  std::abort();
}

const std::vector<Place>& all_places() {
  const std::vector<check::Argument> file = {at(ArgType::file, 0)};
  const std::vector<check::Argument> access = {at(ArgType::file, 0), at(ArgType::int32, 1)};
  static const std::vector<Place> places = {
      {"open", "file_open", "security_file_open", file},
      {"read", "file_permission", "security_file_permission", access},
      {"write", "file_permission", "security_file_permission", access},
      {"unlink",
       "path_unlink",
       "security_path_unlink",
       {at(ArgType::path, 0), at(ArgType::dentry, 1)},
       1},
      {"connect",
       "socket_connect",
       "security_socket_connect",
       {at(ArgType::socket, 0), at(ArgType::sockaddr, 1)},
       1},
      {"sendto", "socket_sendmsg", "security_socket_sendmsg", {at(ArgType::socket, 0)}},
      {"exec", "bprm_check_security", "security_bprm_check", {at(ArgType::linux_binprm, 0)}},
      {"fork", "task_alloc", "security_task_alloc", {}},
      {"getpid", "", getpid_function, {}, 0, true, "sys_enter"},
  };
  return places;
}

const Place& place_of(std::string_view call) {
  for (const Place& place : all_places())
    if (place.call == call) return place;
  std::abort();
}

bool has(const Place& place, Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::lsm: return !place.lsm.empty();
    case Mechanism::raw_tracepoint: return !place.raw_tracepoint.empty();
    case Mechanism::fentry: return !place.syscall;
    default: return mechanism == Mechanism::kprobe;
  }
}

plan::HookKey key_of(const Place& place, Mechanism mechanism) {
  return plan::hooks_of(check::PolicyBuilder::build("any", {hook_of(place, mechanism)})).front();
}

std::vector<check::CheckedPolicy> policies(const Place& place, Mechanism mechanism, Rule rule,
                                           std::size_t count, std::size_t values) {
  std::vector<check::CheckedPolicy> made;
  for (std::size_t i = 0; i < count; ++i) {
    const bool matches = rule == Rule::post || rule == Rule::deny;
    const Rule here = matches && i + 1 < count ? Rule::equal : rule;
    check::Hook hook = hook_of(place, mechanism);
    hook.selectors = {selector_of(here, place.looked_at, i, values)};
    made.push_back(check::PolicyBuilder::build(fmt::format("{}-{}", name_of(rule), i), {hook}));
  }
  return made;
}

}  // namespace vigil::bench
