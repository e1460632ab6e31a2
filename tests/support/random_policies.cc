#include "tests/support/random_policies.h"

#include <algorithm>
#include <limits>

#include <fmt/core.h>

#include "engine/compile/plan/hook_limits.h"
#include "engine/schema/arg_types.h"
#include "engine/schema/process_values.h"
#include "tests/support/policy_builder.h"

namespace vigil::testing {
namespace {

using check::AddressCondition;
using check::IntegerCondition;
using check::TextCondition;
using schema::ActionKind;
using schema::ArgType;
using schema::Category;
using schema::PolicyMode;

constexpr std::size_t most_parameters = 12;
// As many as a record has room for.
constexpr std::size_t most_texts = 6;

bool is_text(ArgType type) { return schema::is_text(schema::info(type).category); }

// What a register of a real program can be made to hold.
bool can_be_real(ArgType type) {
  switch (schema::info(type).category) {
    case Category::integer:
    case Category::capability: return type != ArgType::syscall64;
    case Category::text: return type == ArgType::string;
    case Category::buffer: return type == ArgType::char_buf;
    case Category::path: return type != ArgType::kiocb;
    case Category::socket:
    case Category::address:
    case Category::nothing: return true;
    case Category::opaque: return type == ArgType::cred;
    case Category::capability_set:
    case Category::packet:
    case Category::unix_address: return false;
  }
  return false;
}

// The language cannot ask for a text that is nowhere.
bool is_anywhere(const check::ArgCondition& condition) {
  const auto* text = std::get_if<TextCondition>(&condition.test);
  return text != nullptr && (text->kind == TextCondition::Kind::substring ||
                             text->kind == TextCondition::Kind::substring_ignoring_case);
}

// How often each of `count` comes up when `total` are spread over them, each once at least.
std::vector<std::size_t> spread(std::size_t total, std::size_t count, std::mt19937_64& random) {
  std::vector<std::size_t> counts(count, 1);
  for (std::size_t left = total - count; left > 0; --left) ++counts[random() % count];
  return counts;
}

}  // namespace

RandomPolicies::RandomPolicies(std::uint32_t seed, const Size& size, World world)
    : random_(seed), world_(std::move(world)) {
  choose_parameters();
  first_process_value_ = below(schema::process_value_count);
  while (followed_.size() < 6) followed_.push_back(program_test(world_.binaries));
  std::vector<std::size_t> selectors;
  if (size.selectors) selectors = spread(*size.selectors, size.policies, random_);
  policies_.reserve(size.policies);
  for (std::size_t i = 0; i < size.policies; ++i) {
    policies_.push_back(policy(i, size.selectors ? std::optional(selectors[i]) : std::nullopt));
    for (const plan::FollowSet& set : plan::follow_sets_of(policies_.back())) {
      follow_sets_.try_emplace(set, static_cast<std::uint32_t>(follow_sets_.size() * 17 % 256));
    }
    for (const auto& set : plan::workload_sets_of(policies_.back())) {
      // In many words of what the kernel keeps.
      const auto number = plan::first_workload_set + 977 * workload_sets_.size();
      workload_sets_.try_emplace(set, static_cast<std::uint32_t>(number));
    }
  }
  for (std::uint32_t i = 0; i < size.policies; ++i) loaded_.push_back({&policies_[i], i + 1, i});
  workloads_ = some_workloads();
}

std::uint64_t RandomPolicies::below(std::uint64_t limit) { return random_() % limit; }

std::string RandomPolicies::word() {
  constexpr std::string_view alphabet = "abB/\x80\xff";
  std::string word;
  for (std::uint64_t length = below(6); length > 0; --length)
    word += alphabet[below(alphabet.size())];
  return word;
}

std::string RandomPolicies::path() {
  std::string path;
  for (std::uint64_t components = below(5); components > 0; --components) {
    std::string name = word();
    std::erase(name, '/');
    path += '/' + (name.empty() ? "a" : name);
  }
  return path.empty() ? "/" : path;
}

// A beginning, an end, all of it, or that with a byte more, less or changed.
std::string RandomPolicies::part_of(const std::string& text) {
  std::string part = text;
  switch (below(5)) {
    case 0: part.resize(below(text.size() + 1)); break;
    case 1: part.erase(0, below(text.size() + 1)); break;
    case 2: part += static_cast<char>(below(255) + 1); break;
    case 3:
      if (!part.empty()) part[below(part.size())] = static_cast<char>(below(255) + 1);
      break;
    default: break;
  }
  return part;
}

std::vector<std::string> RandomPolicies::parts_of(const std::vector<std::string>& texts) {
  std::vector<std::string> parts(1 + below(3));
  for (std::string& each : parts) each = part_of(one_of(texts));
  return parts;
}

std::vector<std::string> RandomPolicies::words() {
  std::vector<std::string> words(1 + below(4));
  for (std::string& each : words) each = word();
  return words;
}

std::uint64_t RandomPolicies::signed_number() {
  constexpr std::int64_t numbers[] = {std::numeric_limits<std::int64_t>::min(),
                                      std::numeric_limits<std::int32_t>::min(),
                                      -0x8000,
                                      -0x80,
                                      -100,
                                      -1,
                                      0,
                                      1,
                                      100,
                                      0x7f,
                                      0x7fff,
                                      0xffff,
                                      std::numeric_limits<std::int32_t>::max(),
                                      std::numeric_limits<std::int64_t>::max()};
  const std::uint64_t near = below(3);
  return static_cast<std::uint64_t>(numbers[below(std::size(numbers))]) + near - 1;
}

std::uint64_t RandomPolicies::unsigned_number() {
  constexpr std::uint64_t numbers[] = {0,
                                       1,
                                       7,
                                       0xff,
                                       0xffff,
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

IpAddress RandomPolicies::address(bool is_ipv6) {
  IpAddress address{.is_ipv6 = is_ipv6};
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
    const IpAddress start = address(one_in(2));
    const unsigned bits = start.is_ipv6 ? 128 : 32;
    prefix.is_ipv6 = start.is_ipv6;
    prefix.length = static_cast<std::uint8_t>(one_in(3) ? bits : below(bits + 1));
    for (unsigned bit = 0; bit < prefix.length; ++bit) {
      prefix.bytes[bit / 8] |= static_cast<std::uint8_t>(start.bytes[bit / 8] & 0x80 >> bit % 8);
    }
  }
  return prefixes;
}

// Of a program: those tests can be negated.
TextCondition RandomPolicies::program_test(const std::vector<std::string>& near) {
  constexpr TextCondition::Kind kinds[] = {TextCondition::Kind::equal, TextCondition::Kind::prefix,
                                           TextCondition::Kind::postfix};
  return {kinds[below(std::size(kinds))], near.empty() || one_in(4) ? words() : parts_of(near)};
}

TextCondition RandomPolicies::text_test(const std::vector<std::string>& near) {
  TextCondition test = program_test(near);
  if (one_in(3)) test.kind = TextCondition::Kind::substring;
  if (one_in(6)) test.kind = TextCondition::Kind::substring_ignoring_case;
  return test;
}

void RandomPolicies::choose_parameters() {
  std::size_t texts = 0;
  const std::size_t count = 3 + below(most_parameters - 2);
  while (parameters_.size() < count) {
    const ArgType type = schema::arg_types()[below(schema::arg_types().size())].type;
    const bool has_size = type == ArgType::char_buf;
    if (world_.is_real && !can_be_real(type)) continue;
    if (is_text(type) && texts == most_texts) continue;
    if (has_size && parameters_.size() + 2 > count) continue;
    texts += is_text(type) ? 1 : 0;
    parameters_.push_back(type);
    if (has_size) parameters_.push_back(ArgType::size);
  }
}

// Most parameters, some twice; integers now and then as another type.
std::vector<check::Argument> RandomPolicies::arguments() {
  std::vector<check::Argument> arguments;
  for (std::uint32_t i = 0; i < parameters_.size(); ++i) {
    const ArgType type = parameters_[i];
    if (one_in(5)) continue;
    arguments.push_back(argument(type, i));
    if (type == ArgType::char_buf) arguments.back().size_index = i + 1;
    if (schema::info(type).category == Category::integer && one_in(4))
      arguments.push_back(argument(one_in(2) ? ArgType::int16 : ArgType::uint64, i));
  }
  return arguments;
}

check::ArgCondition RandomPolicies::socket_condition(std::uint32_t argument, ArgType type) {
  constexpr IntegerCondition::Field fields[] = {
      IntegerCondition::Field::family, IntegerCondition::Field::source_port,
      IntegerCondition::Field::destination_port, IntegerCondition::Field::protocol,
      IntegerCondition::Field::state};
  const bool one_end = type == ArgType::sockaddr;
  const std::size_t both_ends = type == ArgType::skb ? 4 : std::size(fields);
  if (one_in(2)) {
    return field(argument, fields[below(one_end ? 2 : both_ends)],
                 ranges(&RandomPolicies::port, false));
  }
  return addresses(
      argument,
      one_end || one_in(2) ? AddressCondition::Field::source : AddressCondition::Field::destination,
      prefixes());
}

check::ArgCondition RandomPolicies::field_of_text(std::uint32_t argument, ArgType type) {
  const bool is_path = schema::info(type).category == Category::path;
  return field(argument,
               is_path ? IntegerCondition::Field::file_type : IntegerCondition::Field::family,
               {{1, 1 + below(9)}});
}

check::ArgCondition RandomPolicies::gained(std::uint32_t argument,
                                           const std::vector<check::Argument>& arguments) {
  check::ArgCondition condition = mask(argument, ~std::uint64_t{0});
  condition.without = argument;
  for (std::uint32_t i = 0; i < arguments.size(); ++i) {
    const bool is_set = schema::info(arguments[i].type).category == Category::capability_set;
    if (is_set && one_in(2)) condition.without = i;
  }
  return condition;
}

std::optional<check::ArgCondition> RandomPolicies::condition(
    const std::vector<check::Argument>& arguments) {
  if (arguments.empty()) return std::nullopt;
  const auto at = static_cast<std::uint32_t>(below(arguments.size()));
  const ArgType type = arguments[at].type;
  switch (schema::info(type).category) {
    case Category::capability_set:
      if (one_in(3)) return gained(at, arguments);
      [[fallthrough]];
    case Category::integer:
    case Category::capability: {
      if (one_in(4)) return mask(at, std::uint64_t{5} << below(62));
      const bool is_signed = schema::info(type).is_signed;
      return numbers(
          at, ranges(is_signed ? &RandomPolicies::signed_number : &RandomPolicies::unsigned_number,
                     is_signed));
    }
    case Category::path:
    case Category::unix_address:
      if (one_in(4) && !world_.is_real) return field_of_text(at, type);
      [[fallthrough]];
    case Category::text:
    case Category::buffer: {
      const TextCondition test =
          text_test(type == ArgType::fd ? world_.files : std::vector<std::string>{});
      return testing::text(at, test.kind, test.values);
    }
    case Category::socket:
    case Category::packet:
    case Category::address: return socket_condition(at, type);
    case Category::opaque:
    case Category::nothing: return std::nullopt;
  }
  return std::nullopt;
}

check::PidCondition RandomPolicies::pid_condition() {
  const std::size_t at = below(world_.pids.size());
  std::vector<std::uint32_t> values = {world_.pids[at]};
  if (one_in(2) && at > 0) values.push_back(world_.pids[at - 1]);
  check::PidCondition condition = one_in(2) ? follow(values) : pids(values);
  condition.negated = one_in(2);
  condition.in_namespace = one_in(3);
  return condition;
}

std::uint64_t RandomPolicies::process_number() {
  return world_.process_numbers.empty() ? port() : one_of(world_.process_numbers);
}

check::ProcessCondition RandomPolicies::process_condition() {
  // A few for all policies of a hook, which looks at no more than 64 things.
  constexpr std::uint64_t different = 4;
  const auto value = static_cast<schema::ProcessValue>((first_process_value_ + below(different)) %
                                                       schema::process_value_count);
  check::ProcessCondition condition{.value = value, .negated = one_in(2)};
  switch (schema::info(value).kind) {
    case schema::ProcessValueKind::name_space:
    case schema::ProcessValueKind::id:
      condition.test = ranges(&RandomPolicies::process_number, false);
      break;
    case schema::ProcessValueKind::capabilities:
    case schema::ProcessValueKind::changed_namespaces:
    case schema::ProcessValueKind::changed_capabilities:
      condition.test = check::MaskCondition{std::uint64_t{5} << below(62)};
      break;
  }
  return condition;
}

check::WorkloadCondition RandomPolicies::workload_condition() {
  check::WorkloadCondition condition{.host = one_in(3), .containers = {}, .span = {}};
  if (one_in(6)) return condition;
  condition.containers.emplace();
  if (one_in(4)) return condition;
  condition.containers->push_back({.key = "name", .op = schema::LabelOperator::in, .values = {}});
  condition.containers->back().values.push_back(fmt::format("container-{}", below(12)));
  return condition;
}

std::set<std::uint32_t> RandomPolicies::some_workloads() {
  if (one_in(3)) return {plan::workload_of_host};
  std::set<std::uint32_t> workloads = {plan::workload_of_any_container};
  for (const auto& [set, number] : workload_sets_)
    if (one_in(3)) workloads.insert(number);
  return workloads;
}

std::vector<check::Action> RandomPolicies::actions(PolicyMode mode) {
  constexpr ActionKind kinds[] = {ActionKind::post, ActionKind::no_post, ActionKind::signal,
                                  ActionKind::override, ActionKind::sigkill};
  constexpr std::int32_t errors[] = {0, -1, -13, -4095};
  constexpr std::int32_t signals[] = {10, 12};  // SIGUSR1, SIGUSR2
  std::vector<check::Action> actions;
  const bool may_kill = !world_.is_real || mode == PolicyMode::monitor;
  for (std::uint64_t count = one_in(2) ? 0 : 1 + below(2); count > 0; --count) {
    check::Action made = action(kinds[below(std::size(kinds) - (may_kill ? 0 : 1))]);
    if (made.kind == ActionKind::override) made.error = errors[below(std::size(errors))];
    if (made.kind == ActionKind::signal) made.signal = signals[below(std::size(signals))];
    actions.push_back(made);
  }
  return actions;
}

check::Selector RandomPolicies::selector(const std::vector<check::Argument>& arguments,
                                         PolicyMode mode) {
  check::Selector selector;
  for (std::uint64_t count = below(4); count > 0; --count) {
    auto made = condition(arguments);
    if (!made) continue;
    made->negated = one_in(3) && !is_anywhere(*made);
    selector.arguments.push_back(std::move(*made));
  }
  if (one_in(3)) {
    using Whose = check::BinaryCondition::Whose;
    constexpr Whose others[] = {Whose::family, Whose::parent, Whose::ancestor};
    const bool of_others = one_in(2);
    selector.binaries.push_back(
        {.whose = of_others ? others[below(3)] : Whose::own,
         .negated = one_in(2),
         .test = of_others ? one_of(followed_) : program_test(world_.binaries)});
  }
  for (std::uint64_t count = one_in(3) ? 1 + below(2) : 0; count > 0; --count) {
    selector.pids.push_back(pid_condition());
  }
  for (std::uint64_t count = one_in(3) ? 1 + below(3) : 0; count > 0; --count) {
    selector.process.push_back(process_condition());
  }
  if (one_in(4)) selector.workload = workload_condition();
  selector.actions = actions(mode);
  return selector;
}

check::Hook RandomPolicies::hook(std::size_t selectors, PolicyMode mode) {
  check::Hook hook = lsm_hook("file_open", arguments());
  while (hook.selectors.size() < selectors)
    hook.selectors.push_back(selector(hook.arguments, mode));
  return hook;
}

check::CheckedPolicy RandomPolicies::policy(std::size_t number,
                                            std::optional<std::size_t> selectors) {
  const PolicyMode mode = one_in(3) ? PolicyMode::monitor : PolicyMode::enforce;
  std::vector<check::Hook> hooks = {hook(selectors.value_or(1 + below(3)), mode)};
  if (!selectors && one_in(8)) hooks.push_back(hook(1 + below(3), mode));
  return check::PolicyBuilder::build(fmt::format("policy-{}", number), std::move(hooks), mode);
}

SockValue RandomPolicies::sock(ArgType type) {
  constexpr std::uint64_t ipv4 = 2, ipv6 = 10;
  SockValue sock{.family = one_in(5) ? port() : (one_in(2) ? ipv4 : ipv6)};
  const bool is_ip = sock.family == ipv4 || sock.family == ipv6;
  if (is_ip) {
    sock.source = address(sock.family == ipv6);
    sock.source_port = port();
  }
  if (type == ArgType::sockaddr) return sock;
  if (is_ip) {
    sock.destination = address(sock.family == ipv6);
    sock.destination_port = port();
  }
  sock.protocol = port();
  sock.state = below(13);
  return sock;
}

// Around what is kept of a text, more than that now and then.
std::string RandomPolicies::text(ArgType type) {
  const bool is_long = world_.is_real && one_in(40);
  if (schema::info(type).category != Category::path)
    return word() + std::string(is_long ? 4070 + below(60) : 0, 'm') + word();
  if (type == ArgType::fd && !world_.files.empty()) return one_of(world_.files);
  std::string start;
  for (int i = 0; is_long && i < 16; ++i) start += '/' + std::string(249, 'm');
  if (is_long) start += '/' + std::string(60 + below(60), 'm');
  const std::string end = path();
  return is_long && end == "/" ? start : start + end;
}

Value RandomPolicies::value(ArgType type) {
  switch (schema::info(type).category) {
    case Category::integer:
    case Category::capability:
    case Category::capability_set:
      if (world_.is_real) return one_in(2) ? signed_number() : unsigned_number();
      return one_in(10) ? Value(Unreadable{}) : Value(signed_number());
    case Category::unix_address:
      if (one_in(4)) return sock(ArgType::sockaddr);
      [[fallthrough]];
    case Category::text:
    case Category::buffer:
    case Category::path: return one_in(10) ? Value(Unreadable{}) : Value(text(type));
    case Category::socket:
    case Category::packet:
    case Category::address: return one_in(10) ? Value(Unreadable{}) : Value(sock(type));
    case Category::opaque:
    case Category::nothing: return unsigned_number();
  }
  return Unreadable{};
}

Event RandomPolicies::event() {
  Event event;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    event.arguments.push_back(value(parameters_[i]));
    if (i == 0 || parameters_[i - 1] != ArgType::char_buf) continue;
    const auto* buffer = std::get_if<std::string>(&event.arguments[i - 1]);
    event.arguments[i] = buffer != nullptr ? std::uint64_t{buffer->size()} : 1 + below(5000);
  }
  event.tgid = static_cast<std::uint32_t>(below(5));
  event.ns_tgid = static_cast<std::uint32_t>(below(5));
  event.workloads = world_.is_real ? workloads_ : some_workloads();
  if (!one_in(10)) event.binary = word() + word();
  for (auto& value : event.process) {
    if (!one_in(10)) value = one_in(2) ? port() : unsigned_number();
  }
  if (!one_in(5)) event.parent_binary = word() + word();
  if (event.parent_binary) event.ancestor_binaries.push_back(*event.parent_binary);
  for (std::uint64_t more = below(3); more > 0; --more) event.ancestor_binaries.push_back(word());
  sort_into_sets(event, follow_sets_);
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
    truths.push_back(matches(hook, hook.selectors[rule.selector], event, set_numbers()));
  }
  return truths;
}

}  // namespace vigil::testing
