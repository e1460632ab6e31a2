#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "engine/compile/codegen/opcodes.h"
#include "engine/compile/codegen/steps.h"
#include "engine/compile/codegen/tables.h"
#include "engine/compile/plan/plan.h"
#include "kernel/include/runtime_abi.h"
#include "tests/support/one_plan.h"
#include "tests/support/plan_shapes.h"
#include "tests/support/policy_builder.h"

namespace vigil::codegen {
namespace {

using check::TextCondition;
using schema::ArgType;
using schema::Mechanism;
using testing::argument;

std::string name_of(const plan::HookPlan& plan) { return plan.placements.front().policy; }

bool jumps(const Instruction& instruction) {
  const std::uint8_t operation = instruction.opcode & opcode::operation_mask;
  return (instruction.opcode & opcode::class_mask) == opcode::class_jump &&
         operation != opcode::call && operation != opcode::exit;
}

TEST(Generate, every_shape_has_lines_from_the_start_and_jumps_only_forward) {
  for (const plan::HookPlan& plan : testing::plan_shapes()) {
    const HookProgram program = generate(plan);
    ASSERT_FALSE(program.lines.empty()) << name_of(plan);
    EXPECT_EQ(program.lines.front().instruction, 0U) << name_of(plan);
    const auto not_ascending =
        std::ranges::adjacent_find(program.lines, std::greater_equal{}, &LineEntry::instruction);
    EXPECT_EQ(not_ascending, program.lines.end()) << name_of(plan);
    for (std::size_t i = 0; i < program.instructions.size(); ++i) {
      if (!jumps(program.instructions[i])) continue;
      EXPECT_GE(program.instructions[i].offset, 0) << name_of(plan);
      EXPECT_LT(i + 1 + static_cast<std::size_t>(program.instructions[i].offset),
                program.instructions.size());
    }
    EXPECT_EQ(disassemble(program).find("unknown"), std::string::npos) << disassemble(program);
  }
}

TEST(Generate, every_shape_reads_a_value_before_it_is_matched_and_at_most_once) {
  for (const plan::HookPlan& plan : testing::plan_shapes()) {
    std::vector<bool> read(plan.slots.size());
    for (const Step& step : steps_of(plan)) {
      if (!step.slot) continue;
      EXPECT_FALSE(read[*step.slot]) << name_of(plan);
      read[*step.slot] = true;
      for (std::uint32_t dimension : step.dimensions)
        EXPECT_EQ(plan.dimensions[dimension].slot, *step.slot);
    }
  }
}

bool calls(const HookProgram& program, std::string_view function) {
  return std::ranges::find(program.calls, function, &CallRelocation::function) !=
         program.calls.end();
}

TEST(Generate, each_part_but_the_last_goes_on_and_the_last_answers) {
  for (const auto& parts : testing::shapes_in_parts()) {
    const HookPrograms programs = generate(parts);
    ASSERT_GT(programs.size(), 1U) << name_of(parts.front());
    for (std::size_t i = 0; i < programs.size(); ++i) {
      const bool first = i == 0, last = i + 1 == programs.size();
      EXPECT_EQ(calls(programs[i], "vg_enter"), first) << name_of(parts[i]);
      EXPECT_EQ(calls(programs[i], "vg_resume"), !first) << name_of(parts[i]);
      EXPECT_EQ(calls(programs[i], "vg_leave"), last) << name_of(parts[i]);
      EXPECT_EQ(calls(programs[i], "vg_keep"), !last) << name_of(parts[i]);
      const std::string text = disassemble(programs[i]);
      const std::string go_on = fmt::format("r3 = {}\n", i);
      const auto at = text.find("hook_parts");
      ASSERT_EQ(at != text.npos, !last) << text;
      EXPECT_TRUE(last || text.find(go_on, at) != text.npos) << text;
    }
  }
}

plan::HookPlan plan_of(const check::Hook& hook, const plan::HookKey& key) {
  const auto policy = check::PolicyBuilder::build("p", {hook});
  auto made = testing::one_plan(key, {{&policy, 1, 0}}, {});
  EXPECT_TRUE(made);
  return std::move(*made);
}

HookProgram program_of(const check::Hook& hook, const plan::HookKey& key) {
  return generate(plan_of(hook, key));
}

TEST(Generate, an_lsm_program_returns_a_verdict_that_can_only_be_an_error_or_0) {
  check::Hook hook = testing::lsm_hook("file_open", {argument(ArgType::file, 0)});
  hook.selectors.resize(1);
  hook.selectors[0].arguments = {testing::text(0, TextCondition::Kind::equal, {"/etc/shadow"})};
  const std::string text = disassemble(program_of(hook, {Mechanism::lsm, "file_open"}));
  EXPECT_NE(text.find("call vg_decide\n"), std::string::npos);
  const std::string clamp =
      "r9 = r0\n   29: r9 <<= 32\n   30: r9 s>>= 32\n   31: if r9 s> 0 goto not_an_error\n"
      "   32: if r9 s>= -4095 goto out\nnot_an_error:\n   33: r9 = -1\nout:\n";
  EXPECT_NE(text.find(clamp), std::string::npos) << text;
  EXPECT_NE(
      text.find("no_frame:\n   36: call kernel bpf_preempt_enable\n   37: r0 = r9\n   38: exit\n"
                "not_a_hit:\n   39: r0 = 0\n   40: exit\n"),
      std::string::npos)
      << text;
}

TEST(Generate, a_hook_that_can_refuse_does_so_when_it_cannot_decide) {
  check::Hook hook = testing::lsm_hook("file_open", {argument(ArgType::file, 0)});
  hook.selectors.resize(1);
  EXPECT_EQ(disassemble(program_of(hook, {Mechanism::lsm, "file_open"})).find("vg_undecided"),
            std::string::npos);
  hook.selectors[0].actions = {
      {.kind = schema::ActionKind::override, .error = -1, .rate_limit = {}, .span = {}}};
  const std::string text = disassemble(program_of(hook, {Mechanism::lsm, "file_open"}));
  EXPECT_NE(
      text.find(
          "goto decided\nno_frame:\n   30: call vg_undecided\n   31: if r0 == 0 goto decided\n"
          "   32: r9 = -11\ndecided:\n   33: call kernel bpf_preempt_enable\n"),
      std::string::npos)
      << text;
}

TEST(Generate, a_program_that_can_be_preempted_keeps_its_processor_from_begin_to_end) {
  for (const plan::HookPlan& plan : testing::plan_shapes()) {
    const HookProgram program = generate(plan);
    const bool preemptible = plan.key.mechanism != Mechanism::kprobe &&
                             plan.key.mechanism != Mechanism::kretprobe &&
                             plan.key.mechanism != Mechanism::tracepoint;
    ASSERT_EQ(program.kernel_calls.size(), preemptible ? 2 : 0) << name_of(plan);
    if (!preemptible) continue;
    EXPECT_EQ(program.kernel_calls[0].function, "bpf_preempt_disable");
    const auto enter = std::ranges::find(program.calls, "vg_enter", &CallRelocation::function);
    ASSERT_NE(enter, program.calls.end());
    EXPECT_LT(program.kernel_calls[0].instruction, enter->instruction);
    for (auto gate = program.calls.begin(); gate != enter; ++gate) {
      const std::string& name = gate->function;
      EXPECT_TRUE(name.starts_with("vg_gate_") || name.starts_with("vg_probe_")) << name;
    }
    EXPECT_EQ(program.kernel_calls[1].function, "bpf_preempt_enable");
    EXPECT_GT(program.kernel_calls[1].instruction, program.calls.back().instruction);
  }
}

TEST(Generate, a_kprobe_takes_arguments_from_registers_and_from_the_stack) {
  check::Hook hook = testing::kprobe_hook(
      "do_mmap",
      {argument(ArgType::file, 0), argument(ArgType::uint64, 5), argument(ArgType::uint64, 7)});
  hook.selectors.resize(1);
  const std::string text = disassemble(program_of(hook, {Mechanism::kprobe, "do_mmap"}));
  EXPECT_NE(text.find("r1 = *(u64 *)(r6 + 112)\n   11: *(u64 *)(r7 + 16) = r1\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("r1 = *(u64 *)(r6 + 72)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("r1 = *(u64 *)(r6 + 64)\n   13: *(u64 *)(r7 + 56) = r1\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("r2 = *(u64 *)(r6 + 152)\n   16: call vg_stack_arguments\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("r0 = 0\n"), std::string::npos);
}

check::Argument field(ArgType type, check::RecordPlace place) {
  check::Argument field = argument(type, 4);
  field.place = place;
  return field;
}

TEST(Generate, a_tracepoint_takes_fields_by_their_width_and_addresses_of_what_is_longer) {
  using Form = check::RecordPlace::Form;
  check::Hook hook =
      testing::tracepoint_hook("sched", "sched_process_exec",
                               {field(ArgType::int32, {Form::value, 12, 4, true}),
                                field(ArgType::uint16, {Form::value, 16, 2, false}),
                                field(ArgType::string, {Form::inside, 24, 16, false}),
                                field(ArgType::string, {Form::dynamic, 8, 4, false})});
  hook.selectors.resize(1);
  const std::string text =
      disassemble(program_of(hook, {Mechanism::tracepoint, "sched/sched_process_exec"}));
  for (const char* expected :
       {"r1 = *(u32 *)(r6 + 12)\n   11: r1 <<= 32\n   12: r1 s>>= 32\n   13: *(u64 *)(r7 + 16) = "
        "r1\n",
        "r1 = *(u16 *)(r6 + 16)\n   15: *(u64 *)(r7 + 24) = r1\n",
        "*(u64 *)(r7 + 32) = r6\n   17: r1 = *(u64 *)(r7 + 32)\n   18: r1 += 24\n",
        "r1 = *(u64 *)(r7 + 40)\n   22: r2 = *(u16 *)(r6 + 8)\n   23: r1 += r2\n"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << text;
  }
}

TEST(Generate, a_raw_tracepoint_takes_words) {
  check::Hook hook =
      testing::tracepoint_hook("sched", "sched_process_exec", {argument(ArgType::linux_binprm, 2)});
  hook.raw = true;
  hook.selectors.resize(1);
  hook.selectors[0].arguments = {testing::text(0, TextCondition::Kind::equal, {"/bin/true"})};
  const std::string text =
      disassemble(program_of(hook, {Mechanism::raw_tracepoint, "sched_process_exec"}));
  EXPECT_NE(text.find("r1 = *(u64 *)(r6 + 16)\n    2: call vg_probe_binprm\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("r1 = *(u64 *)(r6 + 16)\n   15: *(u64 *)(r7 + 32) = r1\n"), std::string::npos)
      << text;
}

TEST(Generate, a_fexit_asks_for_the_return_value) {
  check::Hook hook = testing::fentry_hook("vfs_read", {});
  hook.return_argument = testing::returned(ArgType::int64);
  hook.selectors.resize(1);
  const std::string text = disassemble(program_of(hook, {Mechanism::fexit, "vfs_read"}));
  EXPECT_NE(text.find("call helper 184\n"), std::string::npos) << text;
  EXPECT_NE(text.find("call vg_return\n"), std::string::npos) << text;
}

TEST(Generate, a_list_tells_its_functions_apart_by_a_cookie) {
  check::Hook hook = testing::list_hook({"__x64_sys_dup", "__x64_sys_dup2"}, {});
  hook.selectors.resize(1);
  const HookProgram program = program_of(hook, {Mechanism::kprobe, hook.function});
  EXPECT_EQ(program.functions, hook.functions);
  const std::string text = disassemble(program);
  EXPECT_NE(text.find("call helper 174\n   12: *(u64 *)(r7 + 112) = r0\n"), std::string::npos)
      << text;
  EXPECT_EQ(text.find("vg_syscall_arguments"), std::string::npos) << "nobody asks for them";
  EXPECT_NE(text.find("call vg_read_integer\n"), std::string::npos) << text;
}

TEST(Generate, system_calls_of_32_bits_have_other_registers) {
  check::Hook hook = testing::syscall_hook("__ia32_sys_dup", {argument(ArgType::int32, 0)});
  hook.abi = schema::Abi::i386;
  hook.selectors.resize(1);
  const std::string text = disassemble(program_of(hook, {Mechanism::kprobe, hook.function}));
  EXPECT_NE(text.find("call vg_syscall_arguments32\n"), std::string::npos) << text;
}

TEST(Generate, a_hook_of_enforcers_looks_for_a_notification_first) {
  const check::Hook hook = testing::enforcer_hook("path_mkdir");
  const std::string text = disassemble(program_of(hook, {Mechanism::lsm, "path_mkdir"}));
  EXPECT_NE(text.find("call vg_gate_notified\n    2: if r0 == 0 goto not_a_hit\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("call vg_undecided\n"), std::string::npos) << text;
}

TEST(Generate, a_uprobe_takes_values_from_where_the_program_keeps_them) {
  check::Hook hook = testing::uprobe_hook("main", {argument(ArgType::int32, 1)});
  const auto add = [&](const check::Operand& operand) {
    hook.arguments.push_back(argument(ArgType::int64, 2));
    hook.arguments.back().operand = operand;
  };
  add({.base = schema::find_register("ah"), .is_signed = true});
  add({.number = -20, .base = schema::find_register("rbp"), .memory_bytes = 4, .is_signed = true});
  add({.number = 0x123456789,
       .base = schema::find_register("rax"),
       .index = schema::find_register("rcx"),
       .scale = 8,
       .memory_bytes = 8});
  hook.selectors.resize(1);
  const HookProgram program = program_of(hook, {Mechanism::uprobe, "/opt/tide", 0x1100});
  const std::string text = disassemble(program);
  for (const char* expected :
       {"r1 = *(u64 *)(r6 + 104)\n", "r1 = *(u8 *)(r6 + 81)\n", "r1 <<= 56\n", "r1 s>>= 56\n",
        "r1 = *(u64 *)(r6 + 32)\n", "r1 += -20\n", "r2 = *(u64 *)(r6 + 88)\n", "r2 <<= 3\n",
        "r1 += r2\n"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << text;
  }
  const auto table = std::ranges::find(program.tables, ".rodata.conf", &Table::name);
  vg_conf conf;
  ASSERT_EQ(table->bytes.size(), sizeof conf);
  std::memcpy(&conf, table->bytes.data(), sizeof conf);
  EXPECT_EQ(conf.memory[0], 0);
  EXPECT_EQ(conf.memory[1], 0);
  EXPECT_EQ(conf.memory[2], 4 | VG_RAW_IN_MEMORY_SIGNED);
  EXPECT_EQ(conf.memory[3], 8);
}

std::set<std::string> left_out(const plan::HookPlan& plan) {
  std::set<std::string> functions;
  for (const Replacement& replacement : generate(plan).replacements) {
    EXPECT_EQ(replacement.by, "vg_nothing");
    functions.insert(replacement.function);
  }
  return functions;
}

TEST(Generate, a_program_is_without_what_no_rule_of_it_asks_for) {
  const std::map<std::string, std::function<void(plan::HookPlan&)>> asked_by = {
      {"vg_write", [](auto& plan) { plan.rules[0].writes.emplace(); }},
      {"vg_rate_limited", [](auto& plan) { plan.rules[0].rate_ms = 1; }},
      {"vg_track", [](auto& plan) { plan.rules[0].untrack_slots = 1; }},
      {"vg_record_owner", [](auto& plan) { plan.slots[0].type = ArgType::sock; }},
      {"vg_notify", [](auto& plan) { plan.rules[0].drops_notification = true; }},
      {"vg_act_as_enforcer", [](auto& plan) { plan.rules[0].enforcer = true; }},
      {"vg_remember", [](auto& plan) { plan.rules[0].awaits_return = true; }},
      {"vg_accept_changes", [](auto& plan) { plan.rules[0].accepts_capabilities = true; }},
      {"vg_send_rest", [](auto& plan) { plan.slots[0].whole = true; }},
      {"vg_process_value",
       [](auto& plan) { plan.dimensions[0].field = plan::Field::process_value; }},
      {"vg_binary_text", [](auto& plan) { plan.dimensions[0].field = plan::Field::binary; }},
      {"vg_follow", [](auto& plan) { plan.dimensions[0].field = plan::Field::parent_binary; }},
      {"vg_ns_tgid", [](auto& plan) { plan.dimensions[0].field = plan::Field::ns_tgid; }},
  };
  check::Hook hook = testing::lsm_hook("file_open", {argument(ArgType::file, 0)});
  hook.selectors.resize(1);
  hook.selectors[0].arguments = {testing::text(0, TextCondition::Kind::equal, {"/etc/shadow"})};
  const plan::HookPlan plain = plan_of(hook, {Mechanism::lsm, "file_open"});
  std::set<std::string> all;
  for (const auto& [function, _] : asked_by) all.insert(function);
  EXPECT_EQ(left_out(plain), all);
  for (const auto& [function, ask] : asked_by) {
    plan::HookPlan asking = plain;
    ask(asking);
    auto others = all;
    others.erase(function);
    EXPECT_EQ(left_out(asking), others) << function;
  }
}

TEST(Generate, what_is_written_to_is_taken_whoever_else_asks_for_it) {
  check::Hook hook =
      testing::uprobe_hook("main", {argument(ArgType::int32, 0), argument(ArgType::int32, 1)});
  hook.arguments[1].operand = {
      .number = -20, .base = schema::find_register("rbp"), .memory_bytes = 4};
  hook.selectors.resize(1);
  hook.selectors[0].actions = {testing::action(schema::ActionKind::set),
                               testing::action(schema::ActionKind::no_post)};
  hook.selectors[0].actions[0].write = {.argument = 1, .value = 42};
  const HookProgram program = program_of(hook, {Mechanism::uprobe, "/opt/tide", 0x1100});
  const std::string text = disassemble(program);
  EXPECT_NE(text.find("r1 = *(u64 *)(r6 + 32)\n"), std::string::npos) << text;
  const auto table = std::ranges::find(program.tables, ".rodata.rules", &Table::name);
  vg_rule rule;
  ASSERT_EQ(table->bytes.size(), sizeof rule);
  std::memcpy(&rule, table->bytes.data(), sizeof rule);
  EXPECT_EQ(rule.flags, VG_RULE_WRITE | VG_RULE_ENFORCES);
  EXPECT_EQ(rule.write_raw, 1);
  EXPECT_EQ(rule.write_value, 42U);
}

TEST(Generate, memory_of_user_space_is_brought_in_by_a_program_of_its_own) {
  const plan::HookKey key{Mechanism::uprobe, "/opt/tide", 0x1100};
  check::Hook hook = testing::uprobe_hook("main", {argument(ArgType::int32, 0)});
  hook.selectors.resize(1);
  EXPECT_TRUE(program_of(hook, key).preload.instructions.empty()) << "all in registers";
  check::Argument buffer = argument(ArgType::char_buf, 2);
  buffer.size_index = 3;
  hook =
      testing::uprobe_hook("main", {argument(ArgType::string, 1), buffer,
                                    argument(ArgType::int64, 6), argument(ArgType::sockaddr, 4)});
  hook.selectors.resize(1);
  HookProgram preload;
  static_cast<Code&>(preload) = program_of(hook, key).preload;
  const std::string text = disassemble(preload);
  std::size_t at = 0;
  for (const char* expected :
       {"r1 = *(u64 *)(r6 + 104)\n", "call vg_preload_string\n", "r1 = *(u64 *)(r6 + 88)\n",
        "r7 = r1\n", "r1 = *(u64 *)(r6 + 96)\n", "r2 = r7\n", "call vg_preload_bytes\n",
        "r1 = *(u64 *)(r6 + 152)\n", "r1 += 8\n", "r2 = 8\n", "call vg_preload_word\n",
        "r1 = *(u64 *)(r6 + 72)\n", "r2 = 28\n", "call vg_preload_bytes\n", "exit\n"}) {
    at = text.find(expected, at);
    ASSERT_NE(at, std::string::npos) << expected << text;
  }
  EXPECT_EQ(preload.lines.front().instruction, 0U);
  hook.return_argument = testing::returned(ArgType::int32);
  EXPECT_TRUE(
      program_of(hook, {Mechanism::uretprobe, "/opt/tide", 0x1100}).preload.instructions.empty());
}

bool in_order(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t at = 0;
  for (const std::string& part : parts) {
    at = text.find(part, at);
    if (at == std::string::npos) return false;
  }
  return true;
}

TEST(Generate, a_kretprobe_takes_the_return_register) {
  check::Hook hook = testing::kprobe_hook("vfs_read", {});
  hook.return_argument = testing::returned(ArgType::int64);
  hook.selectors.resize(1);
  const std::string text = disassemble(program_of(hook, {Mechanism::kretprobe, "vfs_read"}));
  EXPECT_TRUE(in_order(text, {"call vg_recall", "r1 = *(u64 *)(r6 + 80)", "= r1", "call vg_begin",
                              "call vg_read_integer", "call vg_return", "call vg_leave"}))
      << text;
  EXPECT_EQ(text.find("vg_decide"), std::string::npos);
}

TEST(Generate, an_fexit_takes_what_tells_calls_apart_and_says_no_when_no_rule_is_left) {
  check::Hook hook = testing::kprobe_hook("vfs_read", {});
  hook.return_argument = testing::returned(ArgType::int64);
  hook.return_half = {.mechanism = Mechanism::fexit, .telling_parameters = 2};
  hook.selectors.resize(1);
  hook.selectors[0].return_arguments = {testing::numbers(0, {{0, 0}})};
  const std::string text = disassemble(program_of(hook, {Mechanism::fexit, "vfs_read"}));
  EXPECT_TRUE(in_order(text, {"r1 = *(u64 *)(r6 + 8)", "*(u64 *)(r7 + 536) = r1", "call vg_recall",
                              "call helper 184", "call vg_match_ranges", "goto answer",
                              "answer:", "call vg_return"}))
      << text;
}

// One rule looks at the first value, the other at the second; the third is only reported by the
// second rule.
plan::HookPlan two_ways() {
  check::Hook first = testing::lsm_hook("file_open", {argument(ArgType::int32, 0)});
  first.selectors.resize(1);
  first.selectors[0].arguments = {testing::numbers(0, {{1, 1}})};
  check::Hook second =
      testing::lsm_hook("file_open", {argument(ArgType::int32, 1), argument(ArgType::path, 2)});
  second.selectors.resize(1);
  second.selectors[0].arguments = {testing::numbers(0, {{2, 2}})};
  const auto policy = check::PolicyBuilder::build("p", {first, second});
  auto made = testing::one_plan({Mechanism::lsm, "file_open"}, {{&policy, 1, 0}}, {});
  EXPECT_TRUE(made);
  return std::move(*made);
}

TEST(Steps, a_value_is_read_only_for_rules_that_are_left) {
  const plan::HookPlan plan = two_ways();
  const std::vector<Step> steps = steps_of(plan);
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0].needed_by, 1U);
  EXPECT_FALSE(steps[0].is_optional);  // nothing has been decided yet
  EXPECT_EQ(steps[1].needed_by, 2U);
  EXPECT_TRUE(steps[1].is_optional);
  EXPECT_EQ(steps[2].slot, 2);
  EXPECT_EQ(steps[2].needed_by, 2U);
  EXPECT_TRUE(steps[2].is_optional);
  const std::string text = disassemble(generate(plan));
  EXPECT_NE(text.find("r8 = r0\n"), std::string::npos) << text;
  EXPECT_NE(text.find("r1 = 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("r1 &= r8\n"), std::string::npos) << text;
  EXPECT_NE(text.find("if r1 == 0 goto past_1\n"), std::string::npos) << text;
}

TEST(Steps, what_no_event_shows_and_no_rule_looks_at_is_never_read) {
  check::Hook hook = testing::lsm_hook("file_open", {argument(ArgType::path, 0)});
  hook.selectors.resize(1);
  hook.selectors[0].actions = {testing::action(schema::ActionKind::no_post)};
  const auto policy = check::PolicyBuilder::build("p", {hook});
  const auto made = testing::one_plan({Mechanism::lsm, "file_open"}, {{&policy, 1, 0}}, {});
  ASSERT_TRUE(made);
  EXPECT_TRUE(steps_of(*made).empty());
}

}  // namespace
}  // namespace vigil::codegen
