#include "engine/compile/codegen/main_program.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include <fmt/core.h>

#include "engine/compile/codegen/emitter.h"
#include "engine/compile/codegen/expression_program.h"
#include "engine/compile/codegen/gates.h"
#include "engine/compile/codegen/operands.h"
#include "engine/compile/codegen/slot_kinds.h"
#include "engine/compile/codegen/steps.h"
#include "engine/compile/codegen/traced_context.h"
#include "engine/compile/plan/describe.h"
#include "engine/compile/plan/hook_limits.h"
#include "engine/compile/plan/placement.h"
#include "kernel/include/runtime_abi.h"

namespace vigil::codegen {
namespace {

using schema::Mechanism;

constexpr Register context = Register::r6, frame = Register::r7, alive = Register::r8,
                   verdict = Register::r9;
constexpr Register scratch = Register::r1;
constexpr Register argument1 = Register::r1, argument2 = Register::r2, argument3 = Register::r3,
                   result = Register::r0;
constexpr Register stack = Register::r10;

constexpr std::int32_t helper_map_lookup_elem = 1;
constexpr std::int32_t helper_tail_call = 12;
constexpr std::int32_t helper_get_attach_cookie = 174;
constexpr std::int32_t helper_get_func_ret = 184;
constexpr std::int16_t frame_key_at = -4;  // on the stack

constexpr std::int16_t return_register = 80;
constexpr std::int16_t stack_pointer = 152;

constexpr std::int32_t greatest_error = 4095;
// EAGAIN: what a hook that refuses says when it has no frame to decide in.
constexpr std::int32_t undecided = -11;

bool returns_verdict(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::lsm:
    case Mechanism::fmod_ret: return true;
    case Mechanism::kprobe:
    case Mechanism::kretprobe:
    case Mechanism::fentry:
    case Mechanism::fexit:
    case Mechanism::raw_tracepoint:
    case Mechanism::tracepoint:
    case Mechanism::uprobe:
    case Mechanism::uretprobe: return false;
  }
  return false;
}

// Kernels from 6.13 on may take the processor from a task inside such a program; probes of the
// kernel keep it.
bool is_preemptible(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::lsm:
    case Mechanism::fmod_ret:
    case Mechanism::fentry:
    case Mechanism::fexit:
    case Mechanism::raw_tracepoint:
    case Mechanism::uprobe:
    case Mechanism::uretprobe: return true;
    case Mechanism::kprobe:
    case Mechanism::kretprobe:
    case Mechanism::tracepoint: return false;
  }
  return false;
}

class MainProgram {
 public:
  explicit MainProgram(const plan::HookPlan& plan)
      : plan_(plan),
        steps_(steps_of(plan)),
        context_(context_of(plan.key.mechanism)),
        gates_(plan),
        has_verdict_(returns_verdict(plan.key.mechanism)),
        is_return_(plan::is_return(plan.key.mechanism)),
        may_refuse_(std::ranges::any_of(plan.rules, &plan::Rule::hook_refuses)),
        tests_alive_(std::ranges::any_of(steps_, &Step::is_optional)),
        asks_for_processes_(codegen::asks_for_processes(plan)),
        is_first_(plan.part == 0),
        is_last_(plan.part + 1 == plan.parts) {}

  Result<Code> make();

 private:
  Span hook_span() const {
    return plan_.placements.empty() ? Span{} : plan_.placements.front().span;
  }
  Span rules_span() const { return plan_.rules.empty() ? hook_span() : plan_.rules.front().span; }

  Span span_of(const Step& step) const {
    if (step.slot) return plan_.slots[*step.slot].span;
    if (step.expression) return plan_.expressions[*step.expression].span;
    return plan_.dimensions[step.dimensions.front()].span;
  }

  void pass_gates();
  void enter();
  void take_function();
  void take_arguments();
  void copy_argument(std::uint8_t raw, std::int16_t context_offset);
  void take_operand(std::uint8_t raw);
  void store_raw(std::uint8_t raw);
  void copy_field(std::uint8_t raw);
  void take_syscall_arguments();
  void copy_words(const std::set<std::uint8_t>& raws);
  void copy_registers(const std::set<std::uint8_t>& raws);
  std::set<std::uint8_t> raw_arguments() const;
  void take(const Step& step);
  // Where to go on when no rule is left.
  Emitter::Label no_rule() const { return is_return_ ? answer_ : out_; }
  void skip_unless_needed(const Step& step, Emitter::Label past);
  void read(std::uint8_t slot);
  void read_stack(std::uint8_t slot, plan::Stack stack);
  void follow_way(std::uint8_t slot, const check::Way& way, Emitter::Label unreadable);
  void match(std::uint32_t dimension, Emitter::Label rejected);
  void decide_expression(std::uint32_t number);
  void decide();
  void keep_verdict(Emitter::Label kept);
  void take_telling_parameters();
  void recall();
  void take_return_value();
  void answer();
  void remember_process();
  void leave();
  void finish();
  void answer_undecided();
  void leave_part();
  void answer_for_kept_frame();
  void go_on();

  // function(frame), function(frame, number)
  void call(std::string_view function);
  void call(std::string_view function, std::uint32_t number);

  const plan::HookPlan& plan_;
  const std::vector<Step> steps_;
  const Context context_;
  const Gates gates_;
  const bool has_verdict_;
  const bool is_return_;
  const bool may_refuse_;
  const bool tests_alive_;
  const bool asks_for_processes_;
  const bool is_first_, is_last_;  // of the hook's parts
  Emitter emit_;
  Emitter::Label out_ = emit_.make_label("out");  // with a frame
  Emitter::Label answer_ = emit_.make_label("answer");
  Emitter::Label no_frame_ = emit_.make_label("no_frame");
  Emitter::Label uninterested_ = emit_.make_label("uninterested");
  Emitter::Label not_a_hit_ = emit_.make_label("not_a_hit");
};

void MainProgram::call(std::string_view function) {
  emit_.move(argument1, frame);
  emit_.call(function);
}

void MainProgram::call(std::string_view function, std::uint32_t number) {
  emit_.move(argument1, frame);
  emit_.move(argument2, static_cast<std::int32_t>(number));
  emit_.call(function);
}

void MainProgram::pass_gates() {
  emit_.line(hook_span(), "can it be of interest?");
  emit_.move(context, argument1);
  gates_.pass(emit_, context, not_a_hit_);
}

void MainProgram::enter() {
  emit_.line(hook_span(), "take a frame");
  // So that a processor needs no more frames than its interrupts can nest.
  if (is_preemptible(plan_.key.mechanism)) emit_.call_kernel("bpf_preempt_disable");
  if (has_verdict_) emit_.move(verdict, 0);
  if (is_first_) {
    emit_.call("vg_enter");
  } else {
    emit_.move(argument1, context);
    emit_.call("vg_resume");
  }
  emit_.store(Width::u32, {stack, frame_key_at}, result);
  emit_.move(argument2, stack);
  emit_.add(argument2, frame_key_at);
  emit_.load_map(argument1, "frames");
  emit_.call_helper(helper_map_lookup_elem);
  emit_.jump_if(result, Compare::equal, 0, no_frame_);
  emit_.move(frame, result);
}

std::set<std::uint8_t> MainProgram::raw_arguments() const {
  std::set<std::uint8_t> raws;
  for (const Step& step : steps_) {
    if (!step.slot) continue;
    const plan::Slot& slot = plan_.slots[*step.slot];
    if (slot.stack) continue;
    const bool from_argument = !slot.way || slot.way->from == check::Way::From::value;
    const bool is_argument = slot.raw != plan::function_raw && slot.raw != plan::return_raw;
    if (from_argument && is_argument) raws.insert(slot.raw);
    if (slot.size_raw) raws.insert(*slot.size_raw);
  }
  for (const plan::Rule& rule : plan_.rules)
    if (rule.writes) raws.insert(rule.writes->raw);
  return raws;
}

Address raw_argument(std::uint8_t raw) {
  return {frame, static_cast<std::int16_t>(VG_FRAME_RAW_OFFSET + 8 * raw)};
}

void MainProgram::copy_argument(std::uint8_t raw, std::int16_t context_offset) {
  emit_.load(Width::u64, scratch, {context, context_offset});
  store_raw(raw);
}

void MainProgram::take_operand(std::uint8_t raw) {
  emit_operand(emit_, plan_.operands[raw], context, scratch, argument2);
  store_raw(raw);
}

void MainProgram::store_raw(std::uint8_t raw) {
  emit_.store(Width::u64, raw_argument(raw), scratch);
}

// A number, or the address of what lies in the record.
void MainProgram::copy_field(std::uint8_t raw) {
  const check::RecordPlace& place = plan_.fields[raw];
  const auto at = static_cast<std::int16_t>(place.offset_bytes);
  using Form = check::RecordPlace::Form;
  if (place.form == Form::value) {
    load_field(emit_, scratch, context, place);
    store_raw(raw);
    return;
  }
  // In the frame the address becomes a number, to which the verifier lets anything be added.
  emit_.store(Width::u64, raw_argument(raw), context);
  emit_.load(Width::u64, scratch, raw_argument(raw));
  if (place.form == Form::inside || place.form == Form::relative) emit_.add(scratch, at);
  if (place.form == Form::relative) emit_.add(scratch, sizeof(std::uint32_t));
  if (place.form != Form::inside) {
    emit_.load(Width::u16, argument2, {context, at});
    emit_.add(scratch, argument2);
  }
  store_raw(raw);
}

// The cookie of what the program is attached by is the function's number.
void MainProgram::take_function() {
  if (plan_.functions.empty()) return;
  emit_.line(hook_span(), "which of the functions is it?");
  emit_.move(argument1, context);
  emit_.call_helper(helper_get_attach_cookie);
  emit_.store(Width::u64, raw_argument(plan::function_raw), result);
}

void MainProgram::take_syscall_arguments() {
  switch (plan_.abi) {
    case schema::Abi::x64: return call("vg_syscall_arguments");
    case schema::Abi::i386: return call("vg_syscall_arguments32");
  }
}

void MainProgram::take_arguments() {
  const std::set<std::uint8_t> raws = raw_arguments();
  if (raws.empty()) return;
  emit_.line(hook_span(), "take the arguments");
  switch (context_) {
    case Context::registers: return copy_registers(raws);
    case Context::words:
    case Context::typed_words: return copy_words(raws);
    case Context::record:
      for (std::uint8_t raw : raws) copy_field(raw);
  }
}

void MainProgram::copy_words(const std::set<std::uint8_t>& raws) {
  if (plan_.syscall) {
    copy_argument(0, word_at(0));
    take_syscall_arguments();
    return;
  }
  for (std::uint8_t raw : raws) copy_argument(raw, word_at(raw));
}

void MainProgram::copy_registers(const std::set<std::uint8_t>& raws) {
  if (plan::is_user(plan_.key.mechanism)) {
    for (std::uint8_t raw : raws) take_operand(raw);
    return;
  }
  if (plan_.syscall) {
    copy_argument(0, argument_registers[0]);
    take_syscall_arguments();
    return;
  }
  for (std::uint8_t raw : raws) {
    if (raw < argument_registers.size()) copy_argument(raw, argument_registers[raw]);
  }
  if (*raws.rbegin() < argument_registers.size()) return;
  emit_.move(argument1, frame);
  emit_.load(Width::u64, argument2, {context, stack_pointer});
  emit_.call("vg_stack_arguments");
}

// Falls through to the reading, so that the verifier follows the path that knows less first.
void MainProgram::skip_unless_needed(const Step& step, Emitter::Label past) {
  if (step.needed_by <= std::numeric_limits<std::int32_t>::max()) {
    emit_.move(scratch, static_cast<std::int32_t>(step.needed_by));
  } else {
    emit_.move_wide(scratch, step.needed_by);
  }
  emit_.bit_and(scratch, alive);
  emit_.jump_if(scratch, Compare::equal, 0, past);
}

void MainProgram::read(std::uint8_t slot) {
  emit_.line(plan_.slots[slot].span, "read " + plan::describe(plan_.slots[slot]));
  if (plan_.slots[slot].stack) return read_stack(slot, *plan_.slots[slot].stack);
  const Emitter::Label unreadable = emit_.make_label("unreadable");
  if (plan_.slots[slot].way) follow_way(slot, *plan_.slots[slot].way, unreadable);
  call(kind_of(plan_.slots[slot].type).reader, slot);
  emit_.bind(unreadable);
}

std::string_view reader_of(plan::Stack stack) {
  switch (stack) {
    case plan::Stack::kernel: return "vg_read_kernel_stack";
    case plan::Stack::user: return "vg_read_user_stack";
  }
  return {};
}

void MainProgram::read_stack(std::uint8_t slot, plan::Stack stack) {
  emit_.move(argument3, context);
  call(reader_of(stack), slot);
}

void MainProgram::follow_way(std::uint8_t slot, const check::Way& way, Emitter::Label unreadable) {
  if (way.from != check::Way::From::registers) {
    call("vg_resolve", slot);
    emit_.jump_if(result, Compare::not_equal, 0, unreadable);
    return;
  }
  emit_.load(Width::u64, scratch, {context, static_cast<std::int16_t>(way.offset)});
  emit_.store(Width::u64, raw_argument(VG_RAW_RESOLVED + slot), scratch);
}

struct Matcher {
  std::string_view operator()(const plan::TrieClassifier&) const { return "vg_match_trie"; }
  std::string_view operator()(const plan::SubstringClassifier&) const {
    return "vg_match_substring";
  }
  std::string_view operator()(const plan::RangeClassifier&) const { return "vg_match_ranges"; }
  std::string_view operator()(const plan::AddressClassifier&) const { return "vg_match_address"; }
  std::string_view operator()(const plan::BitClassifier&) const { return "vg_match_bits"; }
};

std::string_view matcher_of(const plan::Dimension& dimension) {
  if (dimension.field == plan::Field::workload) return "vg_match_workload";
  return std::visit(Matcher{}, dimension.classifier);
}

void MainProgram::match(std::uint32_t number, Emitter::Label rejected) {
  const plan::Dimension& dimension = plan_.dimensions[number];
  emit_.line(dimension.span, "match " + plan::describe(plan_, dimension));
  call(matcher_of(dimension), number);
  emit_.jump_if(result, Compare::equal, 0, rejected);
  if (tests_alive_) emit_.move(alive, result);
}

void MainProgram::decide_expression(std::uint32_t number) {
  const plan::RuleExpression& each = plan_.expressions[number];
  const Emitter::Label fails = emit_.make_label("fails");
  const Emitter::Label past = emit_.make_label("past_expression");
  emit_.line(each.span, fmt::format("does the expression of rule {} hold?", each.rule));
  // Who denies or signals has the benefit of the doubt.
  const bool enforces = plan_.rules[each.rule].enforces();
  emit_expression(emit_, frame, each.expression,
                  static_cast<std::uint32_t>(plan_.dimensions.size()), plan_,
                  {.fails = fails, .undecidable = enforces ? past : fails});
  emit_.jump(past);
  emit_.bind(fails);
  call("vg_reject", each.rule);
  emit_.jump_if(result, Compare::equal, 0, no_rule());
  if (tests_alive_) emit_.move(alive, result);
  emit_.bind(past);
}

void MainProgram::take(const Step& step) {
  const Emitter::Label past = emit_.make_label("past");
  if (step.is_optional) {
    emit_.line(span_of(step), "does a rule that is left need the next value?");
    skip_unless_needed(step, past);
  }
  if (step.slot) read(*step.slot);
  const Emitter::Label rejected =
      asks_for_processes_ && step.lasts_until_exec ? uninterested_ : no_rule();
  for (std::uint32_t dimension : step.dimensions) match(dimension, rejected);
  if (step.expression) decide_expression(*step.expression);
  emit_.bind(past);
}

void MainProgram::decide() {
  emit_.line(rules_span(), "act for the rules that match");
  call("vg_decide");
  if (has_verdict_ && is_first_ && is_last_) keep_verdict(out_);
}

// Since 6.12 the verifier wants to see that an LSM program returns 0 or an error. A verdict
// from an earlier program needs no care: the kernel stops at the first that is not 0.
void MainProgram::keep_verdict(Emitter::Label kept) {
  const Emitter::Label not_an_error = emit_.make_label("not_an_error");
  emit_.move(verdict, result);
  emit_.shift_left(verdict, 32);
  emit_.shift_right_signed(verdict, 32);
  emit_.jump_if(verdict, Compare::greater, 0, not_an_error);
  emit_.jump_if(verdict, Compare::greater_or_equal, -greatest_error, kept);
  emit_.bind(not_an_error);
  emit_.move(verdict, -1);
}

// Where kprobes and trampolines have them both, so that entry and return see the same.
void MainProgram::take_telling_parameters() {
  for (std::size_t i = 0; i < argument_registers.size(); ++i) {
    if ((plan_.telling_parameters >> i & 1) == 0) continue;
    emit_.load(Width::u64, scratch, {context, argument_at(context_, static_cast<std::uint8_t>(i))});
    emit_.store(Width::u64, {frame, static_cast<std::int16_t>(VG_FRAME_REGISTERS_OFFSET + 8 * i)},
                scratch);
  }
}

void MainProgram::recall() {
  emit_.line(hook_span(), "does a rule wait for this call?");
  take_telling_parameters();
  call("vg_recall");
  emit_.jump_if(result, Compare::equal, 0, out_);
}

void MainProgram::take_return_value() {
  emit_.line(hook_span(), "take the return value");
  if (context_ == Context::registers) return copy_argument(plan::return_raw, return_register);
  emit_.move(argument1, context);
  emit_.move(argument2, frame);
  emit_.add(argument2, raw_argument(plan::return_raw).offset);
  emit_.call_helper(helper_get_func_ret);
}

void MainProgram::answer() {
  emit_.bind(answer_);
  emit_.line(rules_span(), "act for the rules that wait, and say which do not match");
  call("vg_return");
}

void MainProgram::remember_process() {
  if (!asks_for_processes_ || plan::is_return(plan_.key.mechanism)) return;
  emit_.jump(out_);
  emit_.bind(uninterested_);
  emit_.line(hook_span(), "no rule asks for this process");
  emit_.call("vg_uninterested");
}

void MainProgram::leave() {
  remember_process();
  emit_.bind(out_);
  emit_.line(hook_span(), "give the frame back");
  call("vg_leave");
  answer_undecided();
  if (is_preemptible(plan_.key.mechanism)) emit_.call_kernel("bpf_preempt_enable");
  if (has_verdict_) {
    finish();
    if (gates_.none()) return;
  }
  emit_.bind(not_a_hit_);
  emit_.move(result, 0);
  emit_.exit();
}

void MainProgram::finish() {
  if (has_verdict_) {
    emit_.move(result, verdict);
  } else {
    emit_.move(result, 0);
  }
  emit_.exit();
}

// Without a frame nobody knows what the call is about: where a policy enforces it has to be tried
// again.
void MainProgram::answer_undecided() {
  if (!has_verdict_ || !may_refuse_) return emit_.bind(no_frame_);
  const Emitter::Label decided = emit_.make_label("decided");
  emit_.jump(decided);
  emit_.bind(no_frame_);
  emit_.call("vg_undecided");
  emit_.jump_if(result, Compare::equal, 0, decided);
  emit_.move(verdict, undecided);
  if (!is_last_) {
    if (is_preemptible(plan_.key.mechanism)) emit_.call_kernel("bpf_preempt_enable");
    finish();
  }
  emit_.bind(decided);
}

// Of one of several parts: what it has decided is for those after it to know, and for the last
// to answer.
void MainProgram::leave_part() {
  remember_process();
  emit_.bind(out_);
  if (is_last_) {
    const Emitter::Label kept = emit_.make_label("kept");
    emit_.line(hook_span(), "give the frame back");
    if (has_verdict_) {
      call("vg_verdict");
      keep_verdict(kept);
    }
    emit_.bind(kept);
    call("vg_leave");
  } else {
    emit_.line(hook_span(), "keep the frame if something was decided");
    emit_.move(argument1, frame);
    emit_.move(argument2, context);
    emit_.call("vg_keep");
  }
  answer_undecided();
  if (is_preemptible(plan_.key.mechanism)) emit_.call_kernel("bpf_preempt_enable");
  if (is_last_) {
    finish();
    if (gates_.none()) return;
  }
  emit_.bind(not_a_hit_);
  if (!is_last_) go_on();
  answer_for_kept_frame();
}

// Comes back only if the part is missing.
void MainProgram::go_on() {
  emit_.line(hook_span(), "go on to the next part");
  emit_.move(argument1, context);
  emit_.load_map(argument2, "hook_parts");
  emit_.move(argument3, plan_.part);
  emit_.call_helper(helper_tail_call);
  emit_.call("vg_part_missing");
}

void MainProgram::answer_for_kept_frame() {
  const Emitter::Label kept = emit_.make_label("kept");
  emit_.move(argument1, context);
  emit_.call("vg_claim");
  if (has_verdict_) keep_verdict(kept);
  emit_.bind(kept);
  finish();
}

Result<Code> MainProgram::make() {
  pass_gates();
  enter();
  take_function();
  if (is_return_) recall();
  take_arguments();
  if (is_return_) {
    take_return_value();
  } else {
    take_telling_parameters();
  }
  emit_.line(hook_span(), "every rule is alive");
  call("vg_begin");
  for (const Step& step : steps_) take(step);
  if (is_return_) {
    answer();
  } else {
    decide();
  }
  if (is_first_ && is_last_) {
    leave();
  } else {
    leave_part();
  }
  return emit_.finish();
}

}  // namespace

Result<Code> make_main_program(const plan::HookPlan& plan) { return MainProgram(plan).make(); }

}  // namespace vigil::codegen
