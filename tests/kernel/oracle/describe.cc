#include "tests/kernel/oracle/describe.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/schema/arg_types.h"

namespace vigil::testing {
namespace {

constexpr std::size_t most_shown = 4;

std::string quoted(const std::string& text) {
  constexpr std::size_t most_bytes = 64;
  std::string shown;
  for (const char c : text.substr(0, most_bytes)) {
    const auto byte = static_cast<unsigned char>(c);
    shown += byte >= 0x20 && byte < 0x7f ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return fmt::format("\"{}\"{}", shown,
                     text.size() > most_bytes ? fmt::format("... of {} bytes", text.size()) : "");
}

std::string bytes(const std::array<std::uint8_t, 16>& address, bool is_ipv6) {
  return fmt::format("{:02x}",
                     fmt::join(address.begin(), address.begin() + (is_ipv6 ? 16 : 4), ":"));
}

std::string describe(const std::optional<IpAddress>& address) {
  return address ? bytes(address->bytes, address->is_ipv6) : "none";
}

struct DescribedValue {
  std::string operator()(Unreadable) const { return "unreadable"; }
  std::string operator()(std::uint64_t number) const { return fmt::format("{:#x}", number); }
  std::string operator()(const std::string& text) const { return quoted(text); }
  std::string operator()(const SockValue& sock) const {
    return fmt::format("family {} {} port {} to {} port {} protocol {} state {}", sock.family,
                       describe(sock.source), sock.source_port, describe(sock.destination),
                       sock.destination_port, sock.protocol, sock.state);
  }
};

struct DescribedTest {
  std::string operator()(const check::IntegerCondition& test) const {
    std::string text = fmt::format("field {} in", static_cast<int>(test.field));
    for (const check::IntegerRange& range : test.ranges)
      text += fmt::format(" {:#x}-{:#x}", range.first, range.last);
    return text;
  }
  std::string operator()(const check::MaskCondition& test) const {
    return fmt::format("mask {:#x}", test.mask);
  }
  std::string operator()(const check::TextCondition& test) const {
    constexpr const char* kinds[] = {"equal", "prefix", "postfix", "substring", "in any case"};
    std::string text = kinds[static_cast<std::size_t>(test.kind)];
    for (const std::string& value : test.values) text += " " + quoted(value);
    return text;
  }
  std::string operator()(const check::Expression&) const { return "an expression"; }
  std::string operator()(const check::AddressCondition& test) const {
    std::string text = test.field == check::AddressCondition::Field::source ? "from" : "to";
    for (const check::AddressPrefix& prefix : test.prefixes)
      text += fmt::format(" {}/{}", bytes(prefix.bytes, prefix.is_ipv6), prefix.length);
    return text;
  }
};

std::string describe(const check::Hook& hook, const check::Selector& selector) {
  std::string text;
  const auto add = [&](bool negated, const std::string& what) {
    text += fmt::format("\n        {}{}", negated ? "not " : "", what);
  };
  for (const check::ArgCondition& each : selector.arguments) {
    const check::Argument& argument = hook.arguments[each.argument];
    add(each.negated,
        fmt::format("argument {} as {}: {}", argument.index, schema::info(argument.type).name,
                    std::visit(DescribedTest{}, each.test)));
  }
  for (const check::BinaryCondition& each : selector.binaries)
    add(each.negated, "binary " + DescribedTest{}(each.test));
  for (const check::PidCondition& each : selector.pids)
    add(each.negated, fmt::format("{}process {}{}", each.follow_forks ? "child of " : "",
                                  fmt::join(each.pids, " "), each.in_namespace ? " (ns)" : ""));
  return text;
}

std::string describe(const std::vector<plan::LoadedPolicy>& policies, const Post& post) {
  const auto loaded = std::ranges::find(policies, post.policy_id, &plan::LoadedPolicy::id);
  std::string text =
      fmt::format("\n      policy {} hook {} selector {} action {}{}{}", post.policy_id,
                  post.hook_index, post.selector, static_cast<int>(post.action),
                  post.monitored ? " monitored" : "", post.enforcing ? " enforcing" : "");
  if (loaded == policies.end()) return text;
  const check::Hook& hook = loaded->policy->hooks().at(post.hook_index);
  return text + describe(hook, hook.selectors.at(post.selector));
}

std::string describe(const std::vector<plan::LoadedPolicy>& policies, const Outcome& outcome,
                     const Outcome& other) {
  std::string text = fmt::format("verdict {}, signals {}, {} events", outcome.verdict,
                                 outcome.signals, outcome.posts.size());
  std::vector<Post> alone;
  std::ranges::set_difference(outcome.posts, other.posts, std::back_inserter(alone));
  for (std::size_t i = 0; i < std::min(alone.size(), most_shown); ++i)
    text += describe(policies, alone[i]);
  return text;
}

}  // namespace

std::string describe(const std::vector<schema::ArgType>& parameters, const Event& event) {
  std::string text =
      fmt::format("  process {} ({} in its namespace), {}, follow sets {}\n", event.tgid,
                  event.ns_tgid, quoted(event.binary.value_or("")), event.follow_sets);
  for (std::size_t i = 0; i < event.arguments.size(); ++i) {
    text += fmt::format("    argument {}: {} {}\n", i, schema::info(parameters[i]).name,
                        std::visit(DescribedValue{}, event.arguments[i]));
  }
  return text;
}

std::string describe(const Counts& counts) {
  return fmt::format("post {} nopost {} signal {}+{} override {}+{}", counts.post, counts.nopost,
                     counts.signal, counts.monitor_signal, counts.override,
                     counts.monitor_override);
}

std::string describe_difference(const std::vector<plan::LoadedPolicy>& policies,
                                const Outcome& reference, const Outcome& kernel) {
  return fmt::format("    reference: {}\n    kernel: {}", describe(policies, reference, kernel),
                     describe(policies, kernel, reference));
}

}  // namespace vigil::testing
