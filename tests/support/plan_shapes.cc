#include "tests/support/plan_shapes.h"

#include <cstdio>
#include <cstdlib>

#include <fmt/core.h>

#include "engine/compile/plan/hook_limits.h"
#include "engine/compile/plan/placement.h"
#include "engine/compile/plan/plan.h"
#include "engine/schema/actions.h"
#include "engine/schema/arg_types.h"
#include "engine/schema/process_values.h"
#include "tests/support/one_plan.h"
#include "tests/support/policy_builder.h"

namespace vigil::testing {
namespace {

using check::AddressCondition;
using check::Hook;
using check::IntegerCondition;
using check::Selector;
using check::TextCondition;
using schema::ActionKind;
using schema::ArgType;

// Aborts for a mistake of this file.
template <typename T>
T must(const std::string& name, Result<T> made) {
  if (made) return std::move(*made);
  std::fprintf(stderr, "%s: %s\n", name.c_str(), made.error().message().c_str());
  std::abort();
}

plan::HookPlan planned(const std::string& name, const plan::HookKey& key, Hook hook) {
  if (hook.selectors.empty()) hook.selectors.resize(1);
  const auto policy = check::PolicyBuilder::build(name, {std::move(hook)});
  plan::OwnNumbers numbers;
  numbers.add(policy);
  auto made = must(name, one_plan(key, {{&policy, 1, 0}}, numbers.follow, numbers.workloads));
  made.function_number = 1;
  return made;
}

Selector in_container(std::string name) {
  check::LabelRequirement named{.key = "name", .op = schema::LabelOperator::in, .values = {}};
  named.values.push_back(std::move(name));
  return {.workload = check::WorkloadCondition{
              .host = false, .containers = check::LabelRequirements{std::move(named)}, .span = {}}};
}

plan::HookPlan entry(const std::string& name, const Hook& hook) {
  const auto policy = check::PolicyBuilder::build(name, {hook});
  for (const plan::HookKey& key : plan::hooks_of(policy)) {
    if (!plan::is_return(key.mechanism)) return planned(name, key, hook);
  }
  std::abort();
}

Hook with(Hook hook, std::vector<Selector> selectors) {
  hook.selectors = std::move(selectors);
  return hook;
}

Selector when(std::vector<check::ArgCondition> arguments) {
  return {.arguments = std::move(arguments)};
}

Hook file_open() { return lsm_hook("file_open", {argument(ArgType::file, 0)}); }

Hook through_fmod_ret(Hook hook) {
  hook.enforcement = schema::Mechanism::fmod_ret;
  hook.enforcement_function = "security_" + hook.function;
  return hook;
}

Hook denying(Hook hook) {
  for (Selector& selector : hook.selectors) selector.actions = {action(ActionKind::sigkill)};
  return hook;
}

// `count` rules, each with a path of its own; every third also with a binary.
Hook paths(Hook hook, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    Selector selector = when(
        {text(0, TextCondition::Kind::prefix, {fmt::format("/srv/tenant-{}/secret/", i * 7919)})});
    if (i % 3 == 0)
      selector.binaries = {
          binary(TextCondition::Kind::equal, {fmt::format("/usr/bin/tool-{}", i)})};
    hook.selectors.push_back(std::move(selector));
  }
  return denying(std::move(hook));
}

void add_mechanisms(std::vector<plan::HookPlan>& shapes) {
  const std::vector<Selector> paths = {
      when({text(0, TextCondition::Kind::equal, {"/etc/shadow"})})};
  shapes.push_back(entry("lsm, nothing looked at", with(file_open(), {Selector{}})));
  shapes.push_back(entry("lsm, path", denying(with(file_open(), paths))));
  shapes.push_back(entry("fmod_ret, path", denying(with(through_fmod_ret(file_open()), paths))));
  shapes.push_back(entry("lsm, no value", with(lsm_hook("file_open", {}), {Selector{}})));
  shapes.push_back(entry(
      "lsm, a hook that returns nothing",
      with(lsm_hook("bprm_committed_creds", {argument(ArgType::linux_binprm, 0)}), {Selector{}})));
  Hook kprobe = with(kprobe_hook("security_file_permission",
                                 {argument(ArgType::file, 0), argument(ArgType::int32, 1)}),
                     {when({text(0, TextCondition::Kind::prefix, {"/etc/"}), mask(1, 2)})});
  kprobe.return_argument = returned(ArgType::int32);
  shapes.push_back(entry("kprobe, path and mask", kprobe));
  shapes.push_back(
      planned("kretprobe", {schema::Mechanism::kretprobe, "security_file_permission"}, kprobe));
  shapes.push_back(
      entry("kprobe, arguments on the stack",
            with(kprobe_hook("do_mmap", {argument(ArgType::file, 0), argument(ArgType::uint64, 7)}),
                 {when({numbers(1, {{0, 10}})})})));
  check::Argument buffer = argument(ArgType::char_buf, 1);
  buffer.size_index = 2;
  shapes.push_back(entry("system call, fd and buffer",
                         with(syscall_hook("__x64_sys_write", {argument(ArgType::fd, 0), buffer,
                                                               argument(ArgType::size, 2)}),
                              {when({text(1, TextCondition::Kind::prefix, {"GET "})})})));
  buffer.whole = true;
  check::Argument pieces = argument(ArgType::char_iovec, 3);
  pieces.size_index = 2;
  pieces.whole = true;
  shapes.push_back(entry("system call, whole buffers",
                         with(syscall_hook("__x64_sys_write", {buffer, pieces}),
                              {when({text(0, TextCondition::Kind::prefix, {"GET "})})})));
  check::Argument iterator = argument(ArgType::iov_iter, 1);
  iterator.whole = true;
  shapes.push_back(entry("lsm, a whole buffer that is refused",
                         denying(with(lsm_hook("file_open", {iterator}),
                                      {when({text(0, TextCondition::Kind::prefix, {"GET "})})}))));
  shapes.push_back(entry("system call, string",
                         with(syscall_hook("__x64_sys_openat", {argument(ArgType::int32, 0),
                                                                argument(ArgType::string, 1)}),
                              {when({text(1, TextCondition::Kind::postfix, {".key"})})})));
}

check::Argument record_field(ArgType type, check::RecordPlace place) {
  check::Argument made = argument(type, place.offset_bytes);
  made.place = place;
  return made;
}

// Fields as sched_process_exec has them since long ago.
Hook exec_record() {
  using Form = check::RecordPlace::Form;
  return tracepoint_hook("sched", "sched_process_exec",
                         {record_field(ArgType::string, {Form::dynamic, 8, 4, false}),
                          record_field(ArgType::int32, {Form::value, 12, 4, true}),
                          record_field(ArgType::string, {Form::inside, 8, 4, false}),
                          record_field(ArgType::int64, {Form::value, 12, 2, true}),
                          record_field(ArgType::string, {Form::relative, 8, 4, false})});
}

void add_tracepoints(std::vector<plan::HookPlan>& shapes) {
  shapes.push_back(entry("tracepoint, every form of field",
                         with(exec_record(), {when({text(0, TextCondition::Kind::prefix, {"/usr/"}),
                                                    numbers(1, {{1, 1}})})})));
  shapes.push_back(entry("tracepoint, no value", with(tracepoint_hook("sched", "sched_switch", {}),
                                                      {{.pids = {pids({1})}}})));
  Hook raw = tracepoint_hook("sched", "sched_process_exec",
                             {argument(ArgType::int32, 1), argument(ArgType::linux_binprm, 2)});
  raw.raw = true;
  shapes.push_back(entry("raw tracepoint, path",
                         with(raw, {when({text(1, TextCondition::Kind::equal, {"/bin/true"})})})));
  shapes.push_back(entry("raw tracepoint, kills", denying(with(raw, {Selector{}}))));
}

void add_fentries(std::vector<plan::HookPlan>& shapes) {
  Hook fentry = fentry_hook("security_file_permission",
                            {argument(ArgType::file, 0), argument(ArgType::int32, 1)});
  fentry.return_argument = returned(ArgType::int32);
  fentry.selectors = {when({text(0, TextCondition::Kind::equal, {"/etc/shadow"})})};
  shapes.push_back(entry("fentry, path, awaits return", fentry));
  shapes.push_back(planned("fexit", {schema::Mechanism::fexit, fentry.function}, fentry));
  Hook syscall = fentry_hook("__x64_sys_openat", {argument(ArgType::string, 1)});
  syscall.syscall = true;
  shapes.push_back(entry("fentry, system call",
                         with(syscall, {when({text(0, TextCondition::Kind::postfix, {".key"})})})));
}

void add_lists(std::vector<plan::HookPlan>& shapes) {
  Hook list =
      list_hook({"__x64_sys_openat", "__x64_sys_readlinkat"}, {argument(ArgType::string, 1)});
  list.return_argument = returned(ArgType::int32);
  list.selectors = {when({text(0, TextCondition::Kind::postfix, {".key"})})};
  shapes.push_back(entry("list, awaits return", list));
  shapes.push_back(planned("list, return", {schema::Mechanism::kretprobe, list.function}, list));
  Hook others = list_hook({"__ia32_sys_openat", "__ia32_sys_readlinkat"}, list.arguments);
  others.abi = schema::Abi::i386;
  shapes.push_back(entry("list, of programs of 32 bits", with(others, list.selectors)));
}

void add_enforcers(std::vector<plan::HookPlan>& shapes) {
  shapes.push_back(entry("enforcer", enforcer_hook("path_mkdir")));
  Hook notifier = kprobe_hook("security_path_mkdir", {argument(ArgType::dentry, 1)});
  Selector notify = when({text(0, TextCondition::Kind::postfix, {"/forbidden"})});
  notify.actions = {action(ActionKind::notify_enforcer)};
  Selector drop;
  drop.actions = {action(ActionKind::cleanup_enforcer)};
  shapes.push_back(entry("kprobe, notifies an enforcer", with(notifier, {notify, drop})));
}

// Every way in which a value of user space is found.
void add_user_space(std::vector<plan::HookPlan>& shapes) {
  check::Argument buffer = argument(ArgType::char_buf, 2);
  buffer.size_index = 8;
  Hook function =
      with(uprobe_hook("turn", {argument(ArgType::int32, 0), argument(ArgType::string, 1), buffer,
                                argument(ArgType::uint64, 7), argument(ArgType::fd, 3)}),
           {when({numbers(0, {{0, 10}}), text(1, TextCondition::Kind::prefix, {"/"}),
                  numbers(3, {{1, 1}})}),
            {.binaries = {binary(TextCondition::Kind::equal, {"/usr/bin/cat"})},
             .actions = {action(ActionKind::sigkill)}}});
  function.return_argument = returned(ArgType::int32);
  shapes.push_back(entry("uprobe, registers and the stack", function));
  for (const plan::HookKey& key : plan::hooks_of(check::PolicyBuilder::build("", {function}))) {
    if (plan::is_return(key.mechanism)) shapes.push_back(planned("uretprobe", key, function));
  }
  Hook probe = uprobe_hook("", {});
  const auto add = [&](ArgType type, const check::Operand& operand) {
    probe.arguments.push_back(argument(type, static_cast<std::uint32_t>(probe.arguments.size())));
    probe.arguments.back().operand = operand;
  };
  const auto reg = [](std::string_view name) { return schema::find_register(name); };
  add(ArgType::int32, {.number = -9});
  add(ArgType::uint64, {.number = 0x123456789abc});
  add(ArgType::int64, {.base = reg("edi"), .is_signed = true});
  add(ArgType::uint8, {.base = reg("ah")});
  add(ArgType::int16, {.number = -20, .base = reg("rbp"), .memory_bytes = 2, .is_signed = true});
  add(ArgType::string, {.number = 0x7000000000,
                        .base = reg("rax"),
                        .index = reg("r12"),
                        .scale = 8,
                        .memory_bytes = 8});
  add(ArgType::uint32, {.number = 8, .index = reg("rcx"), .scale = 4, .memory_bytes = 4});
  shapes.push_back(entry("uprobe, every form of a static probe's arguments", probe));
  Hook set = uprobe_hook("", {argument(ArgType::int32, 0)});
  set.arguments[0].operand = {.number = -4, .base = reg("rbp"), .memory_bytes = 4};
  Selector sets;
  sets.actions = {action(ActionKind::set)};
  shapes.push_back(entry("uprobe, sets an argument", with(set, {sets})));
}

// `rules` selectors that ask for different returns, every other one acts.
Hook returning(Hook hook, ArgType type, std::size_t rules) {
  hook.return_argument = returned(type);
  hook.return_half = {.mechanism = schema::Mechanism::fexit, .telling_parameters = 1};
  for (std::size_t i = 0; i < rules; ++i) {
    Selector selector;
    if (type == ArgType::string) {
      selector.return_arguments = {
          text(0, TextCondition::Kind::prefix, {fmt::format("name-{}", i)})};
    } else if (type == ArgType::int32) {
      selector.return_arguments = {numbers(0, {{i, i}})};
    }
    if (i % 2 == 1) selector.return_actions = {action(ActionKind::sigkill)};
    hook.selectors.push_back(std::move(selector));
  }
  return hook;
}

void add_returns(std::vector<plan::HookPlan>& shapes) {
  const auto both = [&](const std::string& name, const Hook& hook) {
    shapes.push_back(entry(name + ", entry", hook));
    shapes.push_back(planned(name + ", return", *plan::return_key(hook), hook));
  };
  const Hook permission = kprobe_hook("security_file_permission", {argument(ArgType::file, 0)});
  both("fexit, 3 rules", returning(permission, ArgType::int32, 3));
  both("fexit, 1000 rules", returning(permission, ArgType::int32, 1000));
  both("fexit, string", returning(kprobe_hook("dentry_path_raw", {}), ArgType::string, 2));
  both("fexit, fd of a system call",
       returning(syscall_hook("__x64_sys_openat", {argument(ArgType::string, 1)}), ArgType::fd, 1));
  Hook accept =
      returning(kprobe_hook("inet_csk_accept", {argument(ArgType::sock, 0)}), ArgType::sock, 1);
  accept.selectors[0].actions = {action(ActionKind::untrack_sock)};
  accept.selectors[0].return_actions = {action(ActionKind::track_sock)};
  both("fexit, tracked sock", accept);
  check::Argument buffer = argument(ArgType::char_buf, 1);
  buffer.at_return = true;
  check::Argument pieces = argument(ArgType::char_iovec, 1);
  pieces.at_return = true;
  pieces.size_index = 2;
  both("fexit, what the call has filled",
       returning(kprobe_hook("vfs_read", {argument(ArgType::file, 0), buffer}), ArgType::int64, 1));
  both("fexit, what a system call has filled",
       returning(syscall_hook("__x64_sys_readv", {argument(ArgType::fd, 0), buffer, pieces}),
                 ArgType::int32, 1));
}

check::Argument through(check::Argument argument, std::vector<check::Way::Step> steps,
                        check::Way::Read read) {
  argument.way = check::Way{.steps = std::move(steps),
                            .offset = 16,
                            .depth = 1,
                            .read = read,
                            .bits = 13,
                            .bit_offset = 3};
  return argument;
}

void add_ways(std::vector<plan::HookPlan>& shapes) {
  Hook hook =
      kprobe_hook("security_file_permission",
                  {through(argument(ArgType::uint16, 0), {{0, 0}, {8, 1}}, check::Way::Read::value),
                   through(argument(ArgType::path, 0), {}, check::Way::Read::address)});
  check::Argument comm =
      through(argument(ArgType::string, 0), {{24, 0}}, check::Way::Read::address);
  comm.way->from = check::Way::From::current_task;
  check::Argument instruction = argument(ArgType::uint64, 0);
  instruction.way = check::Way{.from = check::Way::From::registers, .offset = 128};
  hook.data = {comm, instruction};
  hook.selectors = {when({numbers(0, {{7, 9}}), text(1, TextCondition::Kind::prefix, {"/etc/"}),
                          text(2, TextCondition::Kind::equal, {"cat"}), numbers(3, {{1, 2}})})};
  shapes.push_back(entry("kprobe, ways from arguments, task and registers", hook));
  Hook lsm = lsm_hook("file_open",
                      {through(argument(ArgType::uint16, 0), {{0, 0}}, check::Way::Read::value)});
  lsm.selectors = {when({numbers(0, {{7, 9}})})};
  shapes.push_back(entry("lsm, a way from an argument", denying(lsm)));
}

// One rule that shows where a call comes from, at its entry and its return, and one that does not.
void add_stacks(std::vector<plan::HookPlan>& shapes) {
  check::Action post = action(ActionKind::post);
  post.stacks = {.kernel = true, .user = true};
  Selector shown = when({text(0, TextCondition::Kind::prefix, {"/etc/"})});
  shown.actions = {post};
  shown.return_actions = {post};
  Selector denied = when({text(0, TextCondition::Kind::prefix, {"/srv/"})});
  denied.actions = {action(ActionKind::sigkill)};
  const Hook lsm = with(file_open(), {shown, denied});
  shapes.push_back(entry("lsm, stacks", lsm));
  shapes.push_back(entry("fmod_ret, stacks", through_fmod_ret(lsm)));
  Hook probe = kprobe_hook("security_file_permission", {argument(ArgType::file, 0)});
  probe.return_argument = returned(ArgType::int32);
  probe.selectors = {shown, Selector{}};
  shapes.push_back(entry("kprobe, stacks", probe));
  shapes.push_back(planned("kretprobe, stacks", *plan::return_key(probe), probe));
  Hook fentry = fentry_hook("security_file_permission", {argument(ArgType::file, 0)});
  fentry.return_argument = returned(ArgType::int32);
  fentry.selectors = {shown};
  shapes.push_back(entry("fentry, stacks", fentry));
  shapes.push_back(planned("fexit, stacks", *plan::return_key(fentry), fentry));
}

void add_rule_counts(std::vector<plan::HookPlan>& shapes) {
  for (const std::size_t count :
       {std::size_t{1}, std::size_t{64}, std::size_t{65}, std::size_t{1000}, std::size_t{4097}}) {
    shapes.push_back(entry(fmt::format("lsm, {} rules", count), paths(file_open(), count)));
  }
  shapes.push_back(entry("fmod_ret, 1000 rules", paths(through_fmod_ret(file_open()), 1000)));
  shapes.push_back(entry("kprobe, 1000 rules", [] {
    Hook hook = paths(kprobe_hook("security_file_open", {argument(ArgType::file, 0)}), 1000);
    for (Selector& selector : hook.selectors) selector.actions = {action(ActionKind::post)};
    return hook;
  }()));
}

check::Expression of_text(check::Expression::Kind kind, std::string text) {
  using Kind = check::Expression::Kind;
  check::Expression asked{.kind = kind, .text = std::move(text)};
  asked.operands = {{.kind = Kind::argument, .type = check::Expression::Type::text}};
  return asked;
}

// On the text of argument 0.
check::ArgCondition expression() {
  using Kind = check::Expression::Kind;
  check::Expression either{.kind = Kind::either};
  either.operands = {of_text(Kind::contains, "secret"), of_text(Kind::ends_with, ".key")};
  check::Expression both{.kind = Kind::both};
  both.operands = {std::move(either), of_text(Kind::starts_with, "/srv/")};
  return {.test = std::move(both), .span = at_line(34)};
}

// Adds a rule that stands alone on opened files.
auto alone_in(std::vector<plan::HookPlan>& shapes) {
  return [&shapes](const std::string& name, Selector selector) {
    shapes.push_back(entry(name, with(file_open(), {std::move(selector)})));
  };
}

void add_programs(std::vector<plan::HookPlan>& shapes) {
  const auto alone = alone_in(shapes);
  alone("binary", {.binaries = {binary(TextCondition::Kind::equal, {"/usr/bin/cat"})}});
  alone("binary from its end", {.binaries = {binary(TextCondition::Kind::postfix, {"/cat"})}});
  alone("process id", {.pids = {pids({1, 2})}});
  check::PidCondition in_namespace = pids({1});
  in_namespace.in_namespace = true;
  alone("process id in its namespace", {.pids = {in_namespace}});
  alone("ancestors", {.pids = {follow({1})}});
  check::PidCondition not_following = follow({1});
  not_following.negated = true;
  alone("no ancestors, two sets", {.pids = {follow({2}), not_following, follow({3})}});
  using Whose = check::BinaryCondition::Whose;
  for (const Whose whose : {Whose::family, Whose::parent, Whose::ancestor}) {
    check::BinaryCondition in = binary(TextCondition::Kind::prefix, {"/usr/sbin/"});
    in.whose = whose;
    check::BinaryCondition not_in = binary(TextCondition::Kind::postfix, {"/sh"});
    not_in.whose = whose;
    not_in.negated = true;
    alone(fmt::format("programs of others, {}", static_cast<int>(whose)),
          {.binaries = {in, not_in}});
  }
}

// One of each way to read them.
void add_process_values(std::vector<plan::HookPlan>& shapes) {
  using enum schema::ProcessValue;
  const auto alone = alone_in(shapes);
  for (const bool negated : {false, true}) {
    for (const schema::ProcessValue value : {pid_for_children_namespace, effective_capabilities,
                                             euid, namespace_changes, permitted_changes}) {
      // The class of a value is turned round, not its reading: one is enough.
      if (negated && value != euid) continue;
      alone(fmt::format("{}{}", negated ? "not " : "", schema::info(value).name),
            {.process = {process(value, negated)}});
    }
  }
  shapes.push_back(
      entry("every value of the process, with a path",
            with(file_open(), {[] {
                   Selector selector = when({text(0, TextCondition::Kind::prefix, {"/etc/"})});
                   for (const schema::ProcessValueInfo& value : schema::process_values())
                     selector.process.push_back(process(value.value, false));
                   return selector;
                 }()})));
}

void add_workloads(std::vector<plan::HookPlan>& shapes) {
  const auto alone = alone_in(shapes);
  alone("host", {.workload = check::WorkloadCondition{.host = true, .containers = {}, .span = {}}});
  std::vector<Selector> containers;
  for (int i = 0; i < 1000; ++i) containers.push_back(in_container(fmt::format("container-{}", i)));
  alone("container", containers.front());
  shapes.push_back(entry("container, 1000 rules", with(file_open(), std::move(containers))));
}

void add_paths(std::vector<plan::HookPlan>& shapes) {
  const auto alone = alone_in(shapes);
  alone("path, anywhere", when({text(0, TextCondition::Kind::substring, {"secret", "private"})}));
  alone("path, anywhere, in any case",
        when({text(0, TextCondition::Kind::substring_ignoring_case, {"secret"}),
              text(0, TextCondition::Kind::substring_ignoring_case, {"key"})}));
  alone("type of file", when({field(0, IntegerCondition::Field::file_type, {{8, 8}})}));
  std::vector<Selector> texts;
  for (int i = 0; i < 1000; ++i)
    texts.push_back(
        when({text(0, TextCondition::Kind::substring, {fmt::format("part-{}-of", i)})}));
  shapes.push_back(entry("path, anywhere, 1000 rules", with(file_open(), std::move(texts))));
  alone("expression", when({expression()}));
  shapes.push_back(entry("expression, 1000 rules", [] {
    Hook hook = paths(file_open(), 1000);
    for (std::size_t i = 0; i < 20; ++i) hook.selectors[i * 50].arguments.push_back(expression());
    return hook;
  }()));
  alone("path from its end", when({text(0, TextCondition::Kind::postfix, {".pem"})}));
}

void add_sockets(std::vector<plan::HookPlan>& shapes) {
  const Hook connect = lsm_hook(
      "socket_connect",
      {argument(ArgType::socket, 0), argument(ArgType::sockaddr, 1), argument(ArgType::int32, 2)});
  using Ends = AddressCondition::Field;
  using Field = IntegerCondition::Field;
  check::AddressPrefix ipv6{.is_ipv6 = true, .bytes = {0x20, 0x01, 0x0d, 0xb8}, .length = 32};
  shapes.push_back(
      entry("lsm, address and port",
            denying(with(connect, {when({addresses(1, Ends::source, {ipv4(10, 0, 0, 0, 8), ipv6}),
                                         field(1, Field::source_port, {{443, 443}}),
                                         field(0, Field::protocol, {{6, 6}})}),
                                   when({numbers(2, {{16, 28}})})}))));
  shapes.push_back(
      entry("kprobe, every field of a sock",
            with(kprobe_hook("tcp_connect", {argument(ArgType::sock, 0)}),
                 {when({addresses(0, Ends::source, {ipv4(127, 0, 0, 0, 8)}),
                        negated(addresses(0, Ends::destination, {ipv6})),
                        field(0, Field::source_port, {{0, 1023}}),
                        field(0, Field::destination_port, {{22, 22}, {443, 443}}),
                        field(0, Field::protocol, {{6, 6}}), field(0, Field::family, {{2, 2}}),
                        field(0, Field::state, {{1, 1}})})})));
}

void add_values(std::vector<plan::HookPlan>& shapes) {
  const auto all = std::vector<Selector>(1);
  shapes.push_back(entry(
      "path and dentry",
      with(lsm_hook("path_rename", {argument(ArgType::path, 0), argument(ArgType::dentry, 1),
                                    argument(ArgType::path, 2), argument(ArgType::dentry, 3)}),
           all)));
  shapes.push_back(entry(
      "binprm", with(lsm_hook("bprm_check_security", {argument(ArgType::linux_binprm, 0)}), all)));
  shapes.push_back(
      entry("cred", with(kprobe_hook("commit_creds", {argument(ArgType::cred, 0)}), all)));
  shapes.push_back(entry("capability", with(lsm_hook("capable", {argument(ArgType::cred, 0),
                                                                 argument(ArgType::capability, 2)}),
                                            {when({numbers(1, {{21, 21}})})})));
}

// Let go before a frame is taken, wherever the number comes from.
void add_number_gates(std::vector<plan::HookPlan>& shapes) {
  const auto add = [&](const std::string& name, Hook hook,
                       std::vector<check::IntegerRange> ranges) {
    const auto last = static_cast<std::uint32_t>(hook.arguments.size() - 1);
    hook.selectors = {when({numbers(last, std::move(ranges))})};
    shapes.push_back(entry("number gate, " + name, std::move(hook)));
  };
  constexpr std::uint64_t least = std::uint64_t{1} << 63, greatest = least - 1;
  std::vector<check::IntegerRange> many;
  for (std::uint64_t i = 0; i < 100; ++i) many.push_back({3 * i * i, 3 * i * i + 1});
  const Hook access =
      lsm_hook("file_permission", {argument(ArgType::file, 0), argument(ArgType::int32, 1)});
  shapes.push_back(
      entry("number gate, lsm that denies", denying(with(access, {when({numbers(1, {{2, 2}})})}))));
  add("fentry", fentry_hook("security_file_permission", {argument(ArgType::int32, 1)}), many);
  add("kprobe", kprobe_hook("security_file_permission", {argument(ArgType::int8, 1)}), many);
  add("below zero", kprobe_hook("tcp_connect", {argument(ArgType::int64, 0)}),
      {{least, least + 5}, {~std::uint64_t{0}, 7}, {greatest, greatest}});
  add("wide numbers", kprobe_hook("tcp_connect", {argument(ArgType::uint64, 0)}),
      {{std::uint64_t{1} << 40, std::uint64_t{1} << 41}, {least, least}});
  Hook raw = tracepoint_hook("raw_syscalls", "sys_enter", {argument(ArgType::syscall64, 1)});
  raw.raw = true;
  add("raw tracepoint", raw,
      {{59, 59}, {(std::uint64_t{1} << 31) + 11, (std::uint64_t{1} << 31) + 11}});
  add("tracepoint",
      tracepoint_hook(
          "sched", "sched_process_exec",
          {record_field(ArgType::int32, {check::RecordPlace::Form::value, 12, 4, true})}),
      {{1, 1}});
}

// What no condition looks at, in one event.
void add_told_objects(std::vector<plan::HookPlan>& shapes) {
  Hook hook = kprobe_hook("tcp_connect", {});
  for (const ArgType type :
       {ArgType::user_namespace, ArgType::bpf_attr, ArgType::bpf_prog, ArgType::bpf_map,
        ArgType::perf_event, ArgType::kernel_module, ArgType::load_info, ArgType::const_buf})
    hook.arguments.push_back(argument(type, 0));
  hook.arguments.back().fixed_size = 64;
  shapes.push_back(entry("objects that are told", with(std::move(hook), {Selector{}})));
}

// One hook each; the function only has to be there.
void add_objects(std::vector<plan::HookPlan>& shapes) {
  const auto read = [&](const check::Argument& value, std::vector<Selector> selectors) {
    shapes.push_back(entry(std::string(schema::info(value.type).name),
                           with(kprobe_hook("tcp_connect", {value}), std::move(selectors))));
  };
  const auto one = [&](ArgType type, std::vector<Selector> selectors) {
    read(argument(type, 0), std::move(selectors));
  };
  const auto words = [](TextCondition::Kind kind) {
    return std::vector<Selector>{when({text(0, kind, {"vigil"})})};
  };
  one(ArgType::filename, words(TextCondition::Kind::equal));
  one(ArgType::net_device, words(TextCondition::Kind::prefix));
  one(ArgType::kiocb, words(TextCondition::Kind::prefix));
  one(ArgType::iov_iter, words(TextCondition::Kind::postfix));
  one(ArgType::cap_effective, {when({numbers(0, {{1, 1}}), mask(0, std::uint64_t{1} << 40)})});
  check::ArgCondition gained = mask(0, ~std::uint64_t{0});
  gained.without = 1;
  shapes.push_back(entry("capabilities gained",
                         with(kprobe_hook("tcp_connect", {argument(ArgType::cap_effective, 0),
                                                          argument(ArgType::cap_effective, 1)}),
                              {when({gained})})));
  one(ArgType::bpf_cmd, {when({numbers(0, {{5, 5}})})});
  one(ArgType::data_loc, words(TextCondition::Kind::equal));
  one(ArgType::syscall64, {when({numbers(0, {{83, 83}})})});
  check::Argument vector = argument(ArgType::char_iovec, 0);
  vector.size_index = 1;
  read(vector, words(TextCondition::Kind::prefix));
  check::Argument address = argument(ArgType::sockaddr_un, 0);
  address.size_index = 1;
  read(address, words(TextCondition::Kind::equal));
  one(ArgType::sockaddr_un, {when({field(0, IntegerCondition::Field::family, {{1, 1}})})});
  using Field = IntegerCondition::Field;
  check::AddressPrefix ipv6{.is_ipv6 = true, .bytes = {0x20, 0x01, 0x0d, 0xb8}, .length = 32};
  one(ArgType::skb,
      {when({addresses(0, AddressCondition::Field::destination, {ipv4(127, 0, 0, 0, 8), ipv6}),
             field(0, Field::destination_port, {{53, 53}}), field(0, Field::protocol, {{17, 17}}),
             field(0, Field::family, {{2, 2}})})});
}

// Every value is needed by one rule only, so every step may be skipped.
Hook skippable(std::size_t rules_per_value) {
  constexpr ArgType types[] = {ArgType::int8, ArgType::uint16, ArgType::int32, ArgType::uint64,
                               ArgType::size};
  Hook hook = kprobe_hook("do_mmap", {});
  for (std::uint32_t index = 0; index < 6; ++index) {
    for (ArgType type : types) hook.arguments.push_back(argument(type, index));
  }
  hook.arguments.push_back(argument(ArgType::file, 0));
  for (std::uint32_t i = 0; i + 1 < hook.arguments.size(); ++i) {
    for (std::uint64_t n = 0; n < rules_per_value; ++n) {
      Selector selector = when({numbers(i, {{n, n}}), mask(i, 1 + n)});
      selector.actions = {action(ActionKind::no_post)};
      hook.selectors.push_back(std::move(selector));
    }
  }
  return hook;
}

void add_limits(std::vector<plan::HookPlan>& shapes) {
  shapes.push_back(entry("30 values, 60 dimensions, each skippable", skippable(1)));
  shapes.push_back(entry("the same with 3000 rules", skippable(100)));
  Hook strings = kprobe_hook("do_mmap", {});
  for (std::uint32_t index = 0; index < 6; ++index)
    strings.arguments.push_back(argument(ArgType::string, index));
  Selector selector;
  for (std::uint32_t index = 0; index < 6; ++index) {
    selector.arguments.push_back(text(index, TextCondition::Kind::equal, {"x"}));
    selector.arguments.push_back(text(index, TextCondition::Kind::postfix, {"y"}));
  }
  shapes.push_back(entry("6 strings, both ways", with(std::move(strings), {std::move(selector)})));
}

// A policy each of `hooks`, all on one hook of the kernel.
std::vector<plan::HookPlan> in_parts(const std::string& name, const std::vector<Hook>& hooks) {
  std::vector<check::CheckedPolicy> policies;
  for (const Hook& hook : hooks) policies.push_back(check::PolicyBuilder::build(name, {hook}));
  std::vector<plan::LoadedPolicy> loaded;
  for (std::uint32_t i = 0; i < policies.size(); ++i) loaded.push_back({&policies[i], i + 1, i});
  auto parts = must(name, plan::plan(plan::hooks_of(policies.front()).front(), loaded, {{}, {}}));
  for (plan::HookPlan& part : parts) part.function_number = 1;
  return parts;
}

// Twenty texts that no event could hold together.
std::vector<Hook> reading_too_much(const Hook& hook) {
  std::vector<Hook> hooks;
  for (const ArgType type :
       {ArgType::path, ArgType::dentry, ArgType::linux_binprm, ArgType::string}) {
    for (std::uint32_t index = 0; index < 5; ++index) {
      hooks.push_back(with(hook, {when({text(0, TextCondition::Kind::equal, {"/etc/shadow"})})}));
      hooks.back().arguments = {argument(type, index)};
    }
  }
  return hooks;
}

std::vector<Hook> all_denying(std::vector<Hook> hooks) {
  for (Hook& hook : hooks) hook = denying(std::move(hook));
  return hooks;
}

}  // namespace

std::vector<std::vector<plan::HookPlan>> shapes_in_parts() {
  const Hook rename = lsm_hook("path_rename", {});
  const Hook probe = kprobe_hook("security_path_rename", {});
  std::vector<std::vector<plan::HookPlan>> shapes;
  shapes.push_back(in_parts("lsm, three parts", reading_too_much(rename)));
  shapes.push_back(in_parts("lsm, three parts that refuse", all_denying(reading_too_much(rename))));
  shapes.push_back(in_parts("fmod_ret, three parts that refuse",
                            all_denying(reading_too_much(through_fmod_ret(rename)))));
  shapes.push_back(in_parts("kprobe, three parts", reading_too_much(probe)));
  const std::vector<Selector> every = {Selector{}};
  shapes.push_back(
      in_parts("kprobe, a part for each view of the arguments",
               {with(kprobe_hook("__x64_sys_openat", {argument(ArgType::uint64, 0)}), every),
                with(syscall_hook("__x64_sys_openat", {argument(ArgType::string, 1)}), every)}));
  shapes.push_back(in_parts("lsm, 20000 rules of one policy",
                            {paths(lsm_hook("file_open", {argument(ArgType::file, 0)}), 20000)}));
  return shapes;
}

std::vector<plan::HookPlan> plan_shapes() {
  std::vector<plan::HookPlan> shapes;
  add_mechanisms(shapes);
  add_tracepoints(shapes);
  add_fentries(shapes);
  add_lists(shapes);
  add_enforcers(shapes);
  add_user_space(shapes);
  add_returns(shapes);
  add_ways(shapes);
  add_stacks(shapes);
  add_rule_counts(shapes);
  add_programs(shapes);
  add_process_values(shapes);
  add_workloads(shapes);
  add_paths(shapes);
  add_sockets(shapes);
  add_values(shapes);
  add_number_gates(shapes);
  add_told_objects(shapes);
  add_objects(shapes);
  add_limits(shapes);
  return shapes;
}

}  // namespace vigil::testing
