#include "tests/support/to_proto.h"

#include <utility>
#include <variant>

#include "engine/stream/sinks/text.h"

namespace vigil::sinks {
namespace {

void fill_time(event::WallTime time, google::protobuf::Timestamp& out) {
  constexpr std::int64_t second = 1'000'000'000;
  std::int64_t seconds = time / second;
  std::int64_t nanoseconds = time % second;
  if (nanoseconds < 0) {
    --seconds;
    nanoseconds += second;
  }
  out.set_seconds(seconds);
  out.set_nanos(static_cast<std::int32_t>(nanoseconds));
}

void fill_process(const event::Process& process, tetragon::Process& out) {
  out.set_exec_id(process.exec_id);
  out.mutable_pid()->set_value(process.pid);
  out.mutable_uid()->set_value(process.uid);
  out.set_cwd(message_text(process.cwd));
  out.set_binary(message_text(process.binary));
  out.set_arguments(message_text(process.arguments));
  out.set_flags(process.flags);
  fill_time(process.start_time, *out.mutable_start_time());
  out.mutable_auid()->set_value(process.auid);
  out.set_docker(message_text(process.docker));
  out.set_parent_exec_id(process.parent_exec_id);
  out.mutable_tid()->set_value(process.tid);
  out.mutable_in_init_tree()->set_value(process.in_init_tree);
}

// Every event of a process begins with these two.
template <typename Event, typename Message>
void fill_processes(const Event& event, Message& out) {
  fill_process(*event.process, *out.mutable_process());
  if (event.parent != nullptr) fill_process(*event.parent, *out.mutable_parent());
}

tetragon::KprobeAction action_of(schema::ActionKind action) {
  switch (action) {
    case schema::ActionKind::post: return tetragon::KPROBE_ACTION_POST;
    case schema::ActionKind::no_post: return tetragon::KPROBE_ACTION_NOPOST;
    case schema::ActionKind::sigkill: return tetragon::KPROBE_ACTION_SIGKILL;
    case schema::ActionKind::signal: return tetragon::KPROBE_ACTION_SIGNAL;
    case schema::ActionKind::override: return tetragon::KPROBE_ACTION_OVERRIDE;
    case schema::ActionKind::notify_enforcer: return tetragon::KPROBE_ACTION_NOTIFYENFORCER;
    case schema::ActionKind::cleanup_enforcer:
      return tetragon::KPROBE_ACTION_CLEANUPENFORCERNOTIFICATION;
    case schema::ActionKind::track_sock: return tetragon::KPROBE_ACTION_TRACKSOCK;
    case schema::ActionKind::untrack_sock: return tetragon::KPROBE_ACTION_UNTRACKSOCK;
    case schema::ActionKind::set: return tetragon::KPROBE_ACTION_SET;
  }
  __builtin_unreachable();
}

// What events of policies have in common.
template <typename Message>
void fill_any_hook(const event::ProcessHook& hook, Message& out) {
  fill_processes(hook, out);
  out.mutable_process()->mutable_tid()->set_value(hook.tid);
  out.mutable_process()->set_refcnt(1);
  out.set_policy_name(message_text(hook.info->policy));
  out.set_message(message_text(hook.info->message));
  out.set_action(action_of(hook.action));
  for (const auto& argument : hook.arguments) *out.add_args() = to_proto(argument);
  for (const auto& tag : hook.info->tags) out.add_tags(message_text(tag));
}

// And those of functions of the kernel.
template <typename Message>
void fill_hook(const event::ProcessHook& hook, Message& out) {
  fill_any_hook(hook, out);
  out.set_function_name(message_text(event::function_of(hook)));
}

void fill_uprobe(const event::ProcessHook& hook, tetragon::ProcessUprobe& out) {
  fill_any_hook(hook, out);
  out.set_path(message_text(hook.info->path));
  out.set_symbol(message_text(hook.info->function));
  out.set_offset(hook.info->offset);
  out.set_ref_ctr_offset(hook.info->ref_ctr_offset);
  if (hook.returned) *out.add_args() = to_proto(*hook.returned);
}

void fill_usdt(const event::ProcessHook& hook, tetragon::ProcessUsdt& out) {
  fill_any_hook(hook, out);
  out.set_path(message_text(hook.info->path));
  out.set_provider(message_text(hook.info->provider));
  out.set_name(message_text(hook.info->function));
}

void fill_frame(const event::StackFrame& frame, tetragon::StackTraceEntry& out) {
  out.set_address(frame.address);
  out.set_offset(frame.offset);
  out.set_symbol(message_text(frame.symbol));
  out.set_module(message_text(frame.file));
}

struct Filler {
  const event::Event& event;
  tetragon::GetEventsResponse& out;

  void operator()(const event::ProcessExec& exec) const {
    fill_processes(exec, *out.mutable_process_exec());
  }
  void operator()(const event::ProcessExit& exit) const {
    auto& message = *out.mutable_process_exit();
    fill_processes(exit, message);
    message.set_signal(exit.signal);
    message.set_status(exit.status);
    fill_time(event.time, *message.mutable_time());
  }
  void operator()(const event::ProcessHook& hook) const {
    switch (hook.info->section) {
      case schema::Section::kprobes:
      case schema::Section::fentries: fill_kprobe(hook, *out.mutable_process_kprobe()); return;
      case schema::Section::tracepoints:
        fill_tracepoint(hook, *out.mutable_process_tracepoint());
        return;
      case schema::Section::lsmhooks: fill_hook(hook, *out.mutable_process_lsm()); return;
      case schema::Section::uprobes: fill_uprobe(hook, *out.mutable_process_uprobe()); return;
      case schema::Section::usdts: fill_usdt(hook, *out.mutable_process_usdt()); return;
    }
  }
  void operator()(const event::Loss& loss) const {
    out.mutable_rate_limit_info()->set_number_of_dropped_process_events(loss.records);
  }

  static void fill_tracepoint(const event::ProcessHook& hook,
                              tetragon::ProcessTracepoint& message) {
    fill_any_hook(hook, message);
    message.set_subsys(message_text(hook.info->subsystem));
    message.set_event(message_text(hook.info->function));
  }
  static void fill_kprobe(const event::ProcessHook& hook, tetragon::ProcessKprobe& message) {
    fill_hook(hook, message);
    if (hook.returned) *message.mutable_return_() = to_proto(*hook.returned);
    message.set_return_action(action_of(hook.return_action));
    for (const auto& value : hook.data) *message.add_data() = to_proto(value);
    for (const auto& frame : hook.stacks.kernel)
      fill_frame(frame, *message.add_kernel_stack_trace());
    for (const auto& frame : hook.stacks.user) fill_frame(frame, *message.add_user_stack_trace());
  }
};

}  // namespace

tetragon::GetEventsResponse to_proto(const event::Event& event, const std::string& node_name) {
  tetragon::GetEventsResponse out;
  std::visit(Filler{event, out}, event.body);
  out.set_node_name(message_text(node_name));
  fill_time(event.time, *out.mutable_time());
  return out;
}

}  // namespace vigil::sinks
