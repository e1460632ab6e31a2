#include "engine/stream/sinks/encoder.h"

#include <utility>
#include <variant>

#include "engine/stream/sinks/encode_argument.h"
#include "tetragon/tetragon.pb.h"

namespace vigil::sinks {
namespace {

Enumerator named(tetragon::KprobeAction action) {
  return {action, tetragon::KprobeAction_Name(action)};
}

Enumerator action_of(schema::ActionKind action) {
  switch (action) {
    case schema::ActionKind::post: return named(tetragon::KPROBE_ACTION_POST);
    case schema::ActionKind::no_post: return named(tetragon::KPROBE_ACTION_NOPOST);
    case schema::ActionKind::sigkill: return named(tetragon::KPROBE_ACTION_SIGKILL);
    case schema::ActionKind::signal: return named(tetragon::KPROBE_ACTION_SIGNAL);
    case schema::ActionKind::override: return named(tetragon::KPROBE_ACTION_OVERRIDE);
    case schema::ActionKind::notify_enforcer: return named(tetragon::KPROBE_ACTION_NOTIFYENFORCER);
    case schema::ActionKind::cleanup_enforcer:
      return named(tetragon::KPROBE_ACTION_CLEANUPENFORCERNOTIFICATION);
    case schema::ActionKind::track_sock: return named(tetragon::KPROBE_ACTION_TRACKSOCK);
    case schema::ActionKind::untrack_sock: return named(tetragon::KPROBE_ACTION_UNTRACKSOCK);
    case schema::ActionKind::set: return named(tetragon::KPROBE_ACTION_SET);
  }
  __builtin_unreachable();
}

template <typename Form>
void encode_identity(const event::Process& process, Form& form) {
  using namespace fields::process;
  form.word(exec_id, process.exec_id);
  form.wrapped(pid, process.pid);
  form.wrapped(uid, process.uid);
  form.text(cwd, process.cwd);
  form.text(binary, process.binary);
  form.text(arguments, process.arguments);
  form.word(flags, process.flags);
  form.time(start_time, process.start_time);
  form.wrapped(auid, process.auid);
  form.text(docker, process.docker);
  form.word(parent_exec_id, process.parent_exec_id);
}

template <typename Form>
void encode_element(const event::Argument& argument, const Field& list, Form& form) {
  form.open_element(list);
  encode_argument(argument, form);
  form.close();
}

template <typename Form>
void encode_arguments(const std::vector<event::Argument>& arguments, const Field& args,
                      Form& form) {
  if (arguments.empty()) return;
  form.open_list(args);
  for (const auto& argument : arguments) encode_element(argument, args, form);
  form.close_list();
}

// The value that was returned comes last where an event has no other place for it.
template <typename Form>
void encode_arguments_and_return(const event::ProcessHook& hook, const Field& args, Form& form) {
  if (!hook.returned) return encode_arguments(hook.arguments, args, form);
  form.open_list(args);
  for (const auto& argument : hook.arguments) encode_element(argument, args, form);
  encode_element(*hook.returned, args, form);
  form.close_list();
}

template <typename Form>
void encode_tags(const event::HookInfo& info, const Field& tags, Form& form) {
  if (info.tags.empty()) return;
  form.open_list(tags);
  for (const auto& tag : info.tags) form.text_element(tags, tag);
  form.close_list();
}

template <typename Form>
void encode_stack(const std::vector<event::StackFrame>& frames, const Field& list, Form& form) {
  using namespace fields::stack_frame;
  if (frames.empty()) return;
  form.open_list(list);
  for (const event::StackFrame& frame : frames) {
    form.open_element(list);
    form.number(address, frame.address);
    form.number(offset, frame.offset);
    form.text(symbol, frame.symbol);
    form.text(file, frame.file);
    form.close();
  }
  form.close_list();
}

template <typename Form>
void encode_kprobe(const event::ProcessHook& hook, Form& form) {
  using namespace fields::kprobe;
  form.text(function_name, event::function_of(hook));
  encode_arguments(hook.arguments, args, form);
  if (hook.returned) {
    form.open(returned);
    encode_argument(*hook.returned, form);
    form.close();
  }
  form.enumerator(action, action_of(hook.action));
  encode_stack(hook.stacks.kernel, kernel_stack_trace, form);
  form.text(policy_name, hook.info->policy);
  form.enumerator(return_action, action_of(hook.return_action));
  form.text(message, hook.info->message);
  encode_tags(*hook.info, tags, form);
  encode_stack(hook.stacks.user, user_stack_trace, form);
  encode_arguments(hook.data, data, form);
}

template <typename Form>
void encode_tracepoint(const event::ProcessHook& hook, Form& form) {
  using namespace fields::tracepoint;
  form.text(subsys, hook.info->subsystem);
  form.text(event, hook.info->function);
  encode_arguments(hook.arguments, args, form);
  form.text(policy_name, hook.info->policy);
  form.enumerator(action, action_of(hook.action));
  form.text(message, hook.info->message);
  encode_tags(*hook.info, tags, form);
}

template <typename Form>
void encode_lsm(const event::ProcessHook& hook, Form& form) {
  using namespace fields::lsm;
  form.text(function_name, event::function_of(hook));
  form.text(policy_name, hook.info->policy);
  form.text(message, hook.info->message);
  encode_arguments(hook.arguments, args, form);
  form.enumerator(action, action_of(hook.action));
  encode_tags(*hook.info, tags, form);
}

template <typename Form>
void encode_uprobe(const event::ProcessHook& hook, Form& form) {
  using namespace fields::uprobe;
  form.text(path, hook.info->path);
  form.text(symbol, hook.info->function);
  form.text(policy_name, hook.info->policy);
  form.text(message, hook.info->message);
  encode_arguments_and_return(hook, args, form);
  encode_tags(*hook.info, tags, form);
  form.number(offset, hook.info->offset);
  form.number(ref_ctr_offset, hook.info->ref_ctr_offset);
  form.enumerator(action, action_of(hook.action));
}

template <typename Form>
void encode_usdt(const event::ProcessHook& hook, Form& form) {
  using namespace fields::usdt;
  form.text(path, hook.info->path);
  form.text(provider, hook.info->provider);
  form.text(name, hook.info->function);
  form.text(policy_name, hook.info->policy);
  form.text(message, hook.info->message);
  encode_arguments(hook.arguments, args, form);
  encode_tags(*hook.info, tags, form);
  form.enumerator(action, action_of(hook.action));
}

}  // namespace

template <typename Form>
void Encoder<Form>::append_process(const event::ProcessPtr& process, Form& form) {
  if (const std::string* known = processes_->find(process)) return form.part(*known);
  scratch_.clear();
  Form part(scratch_);
  encode_identity(*process, part);
  form.part(scratch_);
  if (scratch_.size() <= kept_bytes) processes_->keep(process, scratch_);
}

template <typename Form>
struct Encoder<Form>::Filler {
  Encoder& encoder;
  const event::Event& event;
  Form& form;

  void operator()(const event::ProcessExec& exec) const {
    form.open(fields::response::process_exec);
    processes(exec);
    form.close();
  }
  void operator()(const event::ProcessExit& exit) const {
    form.open(fields::response::process_exit);
    processes(exit);
    form.word(fields::exit::signal, exit.signal);
    form.number(fields::exit::status, exit.status);
    form.time(fields::exit::time, event.time);
    form.close();
  }
  void operator()(const event::ProcessHook& hook) const {
    switch (hook.info->section) {
      case schema::Section::kprobes:
      case schema::Section::fentries:
        form.open(fields::response::process_kprobe);
        processes_of_hook(hook);
        encode_kprobe(hook, form);
        form.close();
        return;
      case schema::Section::tracepoints:
        form.open(fields::response::process_tracepoint);
        processes_of_hook(hook);
        encode_tracepoint(hook, form);
        form.close();
        return;
      case schema::Section::lsmhooks:
        form.open(fields::response::process_lsm);
        processes_of_hook(hook);
        encode_lsm(hook, form);
        form.close();
        return;
      case schema::Section::uprobes:
        form.open(fields::response::process_uprobe);
        processes_of_hook(hook);
        encode_uprobe(hook, form);
        form.close();
        return;
      case schema::Section::usdts:
        form.open(fields::response::process_usdt);
        processes_of_hook(hook);
        encode_usdt(hook, form);
        form.close();
        return;
    }
  }
  void operator()(const event::Loss& loss) const {
    form.open(fields::response::rate_limit_info);
    form.number(fields::rate_limit::dropped, loss.records);
    form.close();
  }

  // Every event of a process begins with the two.
  void processes(const auto& body) const {
    process(fields::processes::process, body.process, 0, body.process->tid);
    parent(body.parent);
  }
  void processes_of_hook(const event::ProcessHook& hook) const {
    process(fields::processes::process, hook.process, 1, hook.tid);
    parent(hook.parent);
  }
  void parent(const event::ProcessPtr& parent) const {
    if (parent != nullptr) process(fields::processes::parent, parent, 0, parent->tid);
  }
  void process(const Field& field, const event::ProcessPtr& process, std::uint32_t refcnt,
               std::uint32_t tid) const {
    form.open(field);
    encoder.append_process(process, form);
    form.number(fields::process::refcnt, refcnt);
    form.wrapped(fields::process::tid, tid);
    form.wrapped(fields::process::in_init_tree, process->in_init_tree);
    form.close();
  }
};

template <typename Form>
void Encoder<Form>::append(const event::Event& event, std::string& out) {
  Form form(out);
  form.begin();
  std::visit(Filler{*this, event, form}, event.body);
  form.text(fields::response::node_name, node_name_);
  form.time(fields::response::time, event.time);
  form.end();
}

template class Encoder<JsonForm>;
template class Encoder<ProtoForm>;

}  // namespace vigil::sinks
