#include "engine/stream/process/tracker.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "engine/stream/process/identity.h"
#include "engine/stream/process/signals.h"

namespace vigil::process {
namespace {

using event::ProcessFlag;
using event::ProcessFlags;

constexpr std::uint32_t unset_auid = 0xffffffff;

bool is_from_proc(const event::Process& process) {
  return process.flags == to_string(ProcessFlags{ProcessFlag::proc_fs});
}

}  // namespace

Tracker::Tracker(Options options, Handler handler)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      table_(options_.limits),
      sweep_(options_.lives) {
  event::Process kernel = identified(kernel_key, kernel_key);
  kernel.auid = unset_auid;
  kernel.binary = "<kernel>";
  kernel.flags = to_string(ProcessFlags{ProcessFlag::proc_fs});
  publish(std::move(kernel));
}

// Who it is and who started it; nothing of what it runs.
event::Process Tracker::identified(const event::ExecKey& key, const event::ExecKey& parent) const {
  event::Process process;
  process.key = key;
  process.parent_key = parent.ktime_ns == 0 ? kernel_key : parent;
  process.exec_id = exec_id(options_.node, key);
  process.parent_exec_id = exec_id(options_.node, process.parent_key);
  process.pid = process.tid = key.tgid;
  process.start_time = options_.clock.wall_time_ns(key.ktime_ns);
  return process;
}

event::ProcessPtr Tracker::find_parent(const event::ExecKey& key) const {
  if (auto found = table_.find(key)) return found;
  if (auto found = find_from_proc(key)) return found;
  return key.ktime_ns == 0 && key.tgid != 0 ? table_.find_live(key.tgid) : nullptr;
}

// The kernel knows the start of a process to the nanosecond, /proc to the clock tick: the
// keys differ where the kernel had to rebuild its state.
event::ProcessPtr Tracker::find_from_proc(const event::ExecKey& key) const {
  constexpr std::uint64_t tick_ns = 10'000'000;
  auto live = table_.find_live(key.tgid);
  if (live == nullptr || !is_from_proc(*live)) return nullptr;
  const bool same = key.ktime_ns == 0 || key.ktime_ns / tick_ns == live->key.ktime_ns / tick_ns;
  return same ? live : nullptr;
}

event::ProcessPtr Tracker::publish(event::Process&& process) {
  auto published = std::make_shared<const event::Process>(std::move(process));
  table_.insert(published, now_ns_);
  return published;
}

event::ProcessPtr Tracker::make_unknown(const event::ExecKey& key, const event::ExecKey& parent,
                                        std::uint32_t euid) {
  ++counters_.unknown_processes;
  event::Process process = identified(key, parent);
  process.uid = euid;
  process.auid = unset_auid;
  process.flags = to_string(ProcessFlags{ProcessFlag::unknown});
  return std::make_shared<const event::Process>(std::move(process));
}

void Tracker::add_existing(const std::vector<ExistingProcess>& processes) {
  auto kernel = table_.find(kernel_key);
  emit(kernel_key.ktime_ns, event::ProcessExec{kernel, kernel});
  for (const auto& existing : processes) {
    if (table_.find_live(existing.key.tgid) != nullptr) continue;
    auto process = publish_existing(existing);
    emit(process->key.ktime_ns, event::ProcessExec{process, table_.find(process->parent_key)});
  }
}

event::ProcessPtr Tracker::publish_existing(const ExistingProcess& existing) {
  event::Process process = identified(existing.key, existing.parent_key);
  process.uid = existing.euid;
  process.auid = existing.auid;
  process.cwd = existing.cwd;
  process.binary = existing.binary;
  process.arguments = join_arguments(existing.argv);
  process.flags = to_string(ProcessFlags{ProcessFlag::proc_fs});
  process.docker = container_id(existing.cgroup_path);
  return publish(std::move(process));
}

void Tracker::apply(event::Record&& record) {
  std::visit([this]<typename T>(T&& typed) { on(std::forward<T>(typed)); }, std::move(record));
}

// Runs what its parent runs until it execs.
void Tracker::on(event::ForkRecord&& record) {
  now_ns_ = std::max(now_ns_, record.ktime_ns);
  auto parent = find_parent(record.parent);
  event::Process process = identified(record.self, parent ? parent->key : record.parent);
  if (parent != nullptr) {
    process.cwd = parent->cwd;
    process.binary = parent->binary;
    process.arguments = parent->arguments;
    process.docker = parent->docker;
  }
  process.uid = record.euid;
  process.auid = record.auid;
  ProcessFlags flags{ProcessFlag::execve};
  process.in_init_tree = record.flags.has(ProcessFlag::in_init_tree);
  if (process.in_init_tree) flags.set(ProcessFlag::in_init_tree);
  process.flags = to_string(flags);
  publish(std::move(process));
  for (auto& hook : parked_.take(record.self)) on(std::move(hook));
}

void Tracker::on(event::ExecRecord&& record) {
  now_ns_ = std::max(now_ns_, record.ktime_ns);
  auto parent = find_parent(record.parent);
  // A process that execs again follows itself, not a fork.
  if (record.parent.tgid == record.self.tgid) record.flags.clear(ProcessFlag::clone);
  event::Process process = identified(record.self, parent ? parent->key : record.parent);
  process.uid = record.euid;
  process.auid = record.auid;
  process.cwd = record.flags.has(ProcessFlag::root_cwd) ? "/" : record.cwd;
  // What is relative to a path without its beginning stays relative.
  const bool cut = record.flags.has(ProcessFlag::error_path_resolution_cwd);
  process.binary = binary_path(cut ? std::string_view{} : record.cwd, record.filename);
  process.arguments = join_arguments(record.argv);
  process.flags = to_string(record.flags);
  process.docker = container_id(record.cgroup);
  process.in_init_tree = record.flags.has(ProcessFlag::in_init_tree);
  auto published = publish(std::move(process));
  emit(record.ktime_ns, event::ProcessExec{published, std::move(parent)});
  for (auto& hook : parked_.take(record.self)) on(std::move(hook));
}

void Tracker::on(event::ExitRecord&& record) {
  constexpr std::uint32_t signal_bits = 0x7f;  // the next one: a core was dumped
  now_ns_ = std::max(now_ns_, record.ktime_ns);
  auto process = table_.find(record.self);
  if (process == nullptr) process = find_from_proc(record.self);
  if (process == nullptr) process = make_unknown(record.self, {}, 0);
  auto parent = table_.find(process->parent_key);
  emit(record.ktime_ns,
       event::ProcessExit{process, std::move(parent), signal_name(record.exit_code & signal_bits),
                          record.exit_code >> 8 & 0xff});
  // Whatever was known under this number has left with it.
  table_.end(process->key, now_ns_);
  if (auto live = table_.find_live(record.self.tgid)) table_.end(live->key, now_ns_);
}

void Tracker::on(event::HookRecord&& record) {
  now_ns_ = std::max(now_ns_, record.ktime_ns);
  auto process = table_.find(record.self);
  if (process == nullptr && record.process_unknown) process = find_from_proc(record.self);
  if (process == nullptr && !record.process_unknown && !parked_.is_full()) {
    parked_.add(std::move(record), now_ns_);
    return;
  }
  emit_hook(std::move(record), std::move(process));
}

void Tracker::on(event::Loss&& loss) {
  if (loss.ring == event::Loss::Ring::process) sweep_.ask();
  emit(now_ns_, loss);
}

void Tracker::emit_hook(event::HookRecord&& record, event::ProcessPtr process) {
  if (process == nullptr) {
    auto parent = find_parent(record.parent);
    process = make_unknown(record.self, parent ? parent->key : record.parent, record.euid);
  }
  event::ProcessHook hook;
  hook.parent = table_.find(process->parent_key);
  hook.process = std::move(process);
  hook.tid = record.tid;
  hook.info = std::move(record.info);
  hook.function = record.function;
  hook.arguments = std::move(record.arguments);
  hook.data = std::move(record.data);
  hook.returned = std::move(record.returned);
  hook.stacks = std::move(record.stacks);
  hook.action = record.action;
  hook.return_action = record.return_action;
  emit(record.ktime_ns, std::move(hook));
}

void Tracker::tick(std::uint64_t now_ktime_ns, std::uint64_t read_until_ns) {
  now_ns_ = std::max(now_ns_, now_ktime_ns);
  for (auto& hook : parked_.take_expired(read_until_ns)) {
    auto process = table_.find(hook.self);
    emit_hook(std::move(hook), std::move(process));
  }
  for (const event::ExecKey& gone : sweep_.step(table_)) table_.end(gone, now_ns_);
  table_.expire(now_ns_);
}

void Tracker::emit(std::uint64_t ktime_ns, decltype(event::Event::body) body) {
  handler_({options_.clock.wall_time_ns(ktime_ns), std::move(body)});
}

}  // namespace vigil::process
