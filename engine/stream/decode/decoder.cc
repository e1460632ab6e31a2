#include "engine/stream/decode/decoder.h"

#include <utility>

#include "engine/base/text.h"
#include "kernel/include/wire.h"

namespace vigil::decode {
namespace {

using event::ProcessFlag;

constexpr std::pair<wire_process_flags, ProcessFlag> flag_names[] = {
    {WIRE_PROCESS_EXECVE, ProcessFlag::execve},
    {WIRE_PROCESS_CLONE, ProcessFlag::clone},
    {WIRE_PROCESS_REBUILT, ProcessFlag::miss},
    {WIRE_PROCESS_TRUNC_ARGS, ProcessFlag::trunc_args},
    {WIRE_PROCESS_ERROR_ARGS, ProcessFlag::error_args},
    {WIRE_PROCESS_ERROR_FILENAME, ProcessFlag::error_filename},
    {WIRE_PROCESS_NO_CWD, ProcessFlag::no_cwd},
    {WIRE_PROCESS_ROOT_CWD, ProcessFlag::root_cwd},
    {WIRE_PROCESS_ERROR_CWD, ProcessFlag::error_cwd},
    {WIRE_PROCESS_ERROR_CGROUP, ProcessFlag::error_cgroup_name},
    {WIRE_PROCESS_CUT_CWD, ProcessFlag::error_path_resolution_cwd},
    {WIRE_PROCESS_IN_INIT_TREE, ProcessFlag::in_init_tree},
};

event::ProcessFlags flags_of(std::uint32_t wire) {
  event::ProcessFlags flags;
  for (const auto& [bit, flag] : flag_names)
    if (wire & bit) flags.set(flag);
  return flags;
}

event::ExecKey key_of(const wire_exec_key& key) { return {key.tgid, key.ktime_ns}; }
PiecesKey pieces_of(const event::ExecKey& key) { return {key.tgid, key.ktime_ns}; }

// wire_fork, wire_exec and wire_hook name these alike.
template <typename Wire>
void fill_task(const Wire& wire, event::TaskRecord& task) {
  task.ktime_ns = wire.head.ktime_ns;
  task.self = key_of(wire.self);
  task.parent = key_of(wire.parent);
  task.tid = wire.tid;
  task.ns_tgid = wire.ns_tgid;
  task.euid = wire.euid;
}

Returns::CallId call_of(const wire_hook& wire) {
  return {wire.call, wire.tid, wire.policy_id, wire.hook_index};
}

schema::ActionKind action_of(std::uint8_t wire) {
  switch (static_cast<wire_action>(wire)) {
    case WIRE_ACTION_POST: return schema::ActionKind::post;
    case WIRE_ACTION_SIGKILL: return schema::ActionKind::sigkill;
    case WIRE_ACTION_OVERRIDE: return schema::ActionKind::override;
    case WIRE_ACTION_NOPOST: return schema::ActionKind::no_post;
    case WIRE_ACTION_SIGNAL: return schema::ActionKind::signal;
    case WIRE_ACTION_NOTIFY_ENFORCER: return schema::ActionKind::notify_enforcer;
    case WIRE_ACTION_CLEANUP_ENFORCER: return schema::ActionKind::cleanup_enforcer;
    case WIRE_ACTION_TRACKSOCK: return schema::ActionKind::track_sock;
    case WIRE_ACTION_UNTRACKSOCK: return schema::ActionKind::untrack_sock;
    case WIRE_ACTION_SET: return schema::ActionKind::set;
  }
  return schema::ActionKind::post;
}

}  // namespace

Decoder::Decoder(const HookRegistry& hooks, Handler handler)
    : hooks_(hooks),
      handler_(std::move(handler)),
      returns_([this](event::HookRecord&& record) { handler_(std::move(record)); }) {}

void Decoder::feed(Ring ring, std::span<const std::uint8_t> bytes) {
  auto head = ByteCursor(bytes).take<wire_head>();
  if (!head || head->size < sizeof *head || head->size > bytes.size()) {
    ++counters_.malformed;
    return;
  }
  ++counters_.records;
  sequences_[static_cast<std::size_t>(ring)].see(head->cpu, head->sequence);
  if (!dispatch(*head, ByteCursor(bytes.first(head->size)))) ++counters_.malformed;
}

bool Decoder::dispatch(const wire_head& head, ByteCursor cursor) {
  switch (static_cast<wire_kind>(head.kind)) {
    case WIRE_FORK: return on_fork(cursor);
    case WIRE_EXEC: return on_exec(cursor);
    case WIRE_EXIT: return on_exit(cursor);
    case WIRE_DATA: return on_data(cursor);
    case WIRE_HOOK: return on_hook(cursor);
    case WIRE_RETURN: return on_return(cursor);
    case WIRE_REST: return on_rest(cursor);
  }
  ++counters_.unknown_kind;
  return true;
}

bool Decoder::on_fork(ByteCursor cursor) {
  auto wire = cursor.take<wire_fork>();
  if (!wire) return false;
  event::ForkRecord record;
  fill_task(*wire, record);
  record.auid = wire->auid;
  record.flags = flags_of(wire->flags);
  handler_(record);
  return true;
}

bool Decoder::on_exec(ByteCursor cursor) {
  auto wire = cursor.take<wire_exec>();
  if (!wire) return false;
  auto filename = cursor.take_text(wire->filename_size);
  auto cwd = cursor.take_text(wire->cwd_size);
  auto cgroup = cursor.take_text(wire->cgroup_size);
  auto args = cursor.take_text(wire->args_size);
  if (!args) return false;

  event::ExecRecord record;
  fill_task(*wire, record);
  record.auid = wire->auid;
  record.flags = flags_of(wire->flags);
  record.filename = *filename;
  record.cwd = *cwd;
  if (wire->flags & WIRE_PROCESS_DELETED_CWD) record.cwd += deleted_suffix;
  record.cgroup = *cgroup;
  auto pieces = arguments_.take(pieces_of(record.self), wire->args_data_size);
  record.argv = std::move(pieces.bytes);
  if (pieces.complete) {
    record.argv += *args;
  } else {
    record.flags.set(ProcessFlag::trunc_args);
    record.flags.set(ProcessFlag::error_args);
    ++counters_.lost_arguments;
  }
  handler_(std::move(record));
  return true;
}

bool Decoder::on_exit(ByteCursor cursor) {
  auto wire = cursor.take<wire_exit>();
  if (!wire) return false;
  returns_.exited(wire->self.tgid, wire->head.ktime_ns);
  handler_(event::ExitRecord{wire->head.ktime_ns, key_of(wire->self), wire->tid, wire->exit_code});
  return true;
}

bool Decoder::on_data(ByteCursor cursor) {
  auto wire = cursor.take<wire_data>();
  if (!wire) return false;
  auto bytes = cursor.take_text(wire->size);
  if (!bytes) return false;
  arguments_.add(pieces_of(key_of(wire->self)), wire->offset, *bytes);
  return true;
}

bool Decoder::on_rest(ByteCursor cursor) {
  auto wire = cursor.take<wire_rest>();
  if (!wire) return false;
  auto bytes = cursor.take_text(wire->size);
  if (!bytes) return false;
  rests_.add({wire->tid, wire->call, wire->policy_id, wire->hook_index, wire->slot}, wire->offset,
             *bytes);
  return true;
}

Values Decoder::take_hook_values(ByteCursor cursor, const event::HookInfo& info,
                                 const wire_hook& wire) {
  return take_values(cursor, info, wire.selector, [&](std::uint8_t slot, std::uint32_t size) {
    return rests_.take({wire.tid, wire.call, wire.policy_id, wire.hook_index, slot}, size).bytes;
  });
}

bool Decoder::on_hook(ByteCursor cursor) {
  auto wire = cursor.take<wire_hook>();
  if (!wire) return false;
  auto info = hooks_.find({wire->policy_id, wire->hook_index, wire->generation});
  if (info == nullptr) {
    ++counters_.unknown_hook;
    return true;
  }
  event::HookRecord record;
  fill_task(*wire, record);
  record.process_unknown = (wire->flags & WIRE_HOOK_PROCESS_UNKNOWN) != 0;
  record.action = action_of(wire->action);
  auto values = take_hook_values(cursor, *info, *wire);
  record.arguments = std::move(values.arguments);
  record.function = values.function;
  record.data = std::move(values.data);
  record.stacks = std::move(values.stacks);
  counters_.cut_stacks += values.cut_stacks;
  record.info = std::move(info);
  if (wire->flags & WIRE_HOOK_AWAITS_RETURN) {
    returns_.entry(call_of(*wire), std::move(record));
  } else {
    handler_(std::move(record));
  }
  return !values.malformed;
}

bool Decoder::on_return(ByteCursor cursor) {
  auto wire = cursor.take<wire_hook>();
  if (!wire) return false;
  Returns::Answer answer{.ktime_ns = wire->head.ktime_ns,
                         .matches = (wire->flags & WIRE_HOOK_REJECTED) == 0,
                         .action = action_of(wire->action),
                         .values = {},
                         .stacks = {}};
  bool malformed = false;
  if (answer.matches) {
    auto info = hooks_.find({wire->policy_id, wire->hook_index, wire->generation, Half::returned});
    if (info == nullptr) {
      ++counters_.unknown_hook;
      return true;
    }
    auto values = take_hook_values(cursor, *info, *wire);
    malformed = values.malformed;
    answer.values = std::move(values.arguments);
    answer.stacks = std::move(values.stacks);
    counters_.cut_stacks += values.cut_stacks;
  }
  returns_.returned(call_of(*wire), std::move(answer));
  return !malformed;
}

void Decoder::expect(Ring ring, std::uint16_t cpu, std::uint64_t records) {
  sequences_[static_cast<std::size_t>(ring)].expect(cpu, records);
}

void Decoder::tick(std::uint64_t now_ktime_ns) {
  returns_.expire(now_ktime_ns);
  tell_losses();
  publish_counters();
}

void Decoder::tell_losses() {
  for (Ring ring : {Ring::process, Ring::events}) {
    const std::uint64_t records = sequences_[static_cast<std::size_t>(ring)].take_confirmed();
    if (records > 0) handler_(event::Loss{ring, records});
  }
}

void Decoder::publish_counters() {
  counters_.missing_process = sequences_[static_cast<std::size_t>(Ring::process)].told();
  counters_.missing_events = sequences_[static_cast<std::size_t>(Ring::events)].told();
  counters_.entries_without_return = returns_.entries_without_return();
  counters_.returns_without_entry = returns_.returns_without_entry();
}

}  // namespace vigil::decode
