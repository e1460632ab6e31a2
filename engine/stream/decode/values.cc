#include "engine/stream/decode/values.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/text.h"
#include "engine/schema/arg_types.h"
#include "kernel/include/runtime_abi.h"
#include "kernel/include/wire.h"

namespace vigil::decode {
namespace {

using event::ErrorValue;
using event::Value;
using schema::ArgType;

// A shape that the readers of the JSON know this text for.
constexpr const char* unreadable = "Bad address for basic type";

// "drwxr-xr-x"; without a type of file (a dentry not yet created) "---------".
std::string permission_text(std::uint16_t mode) {
  static constexpr std::pair<std::uint16_t, char> types[] = {
      {0140000, 's'}, {0120000, 'l'}, {0100000, '-'}, {0060000, 'b'},
      {0040000, 'd'}, {0020000, 'c'}, {0010000, 'p'},
  };
  static constexpr std::string_view letters = "rwxrwxrwx";
  std::string text(letters);
  for (unsigned i = 0; i < 9; ++i)
    if ((mode >> (8 - i) & 1) == 0) text[i] = '-';
  auto special = [&](std::uint16_t bit, std::size_t at, char with, char without) {
    if (mode & bit) text[at] = text[at] == 'x' ? with : without;
  };
  special(04000, 2, 's', 'S');
  special(02000, 5, 's', 'S');
  special(01000, 8, 't', 'T');
  for (const auto& [bits, letter] : types)
    if ((mode & 0170000) == bits) text.insert(text.begin(), letter);
  return text;
}

Value path_value(ByteCursor bytes) {
  auto head = bytes.take<wire_path>();
  if (!head) return ErrorValue{unreadable};
  event::PathValue value;
  value.path = *bytes.take_text(bytes.remaining());
  if (head->flags & WIRE_PATH_DELETED) value.path += deleted_suffix;
  value.unresolved = (head->flags & WIRE_PATH_UNRESOLVED) != 0;
  value.permission = permission_text(head->flags & WIRE_PATH_NO_MODE ? 0 : head->mode);
  return value;
}

// Both ends of a connection.
template <typename Wire, typename Ends>
void copy_ends(const Wire& wire, Ends& value) {
  std::copy_n(wire.source, 16, value.source.begin());
  std::copy_n(wire.destination, 16, value.destination.begin());
  value.source_port = wire.source_port;
  value.destination_port = wire.destination_port;
}

Value sock_value(ByteCursor bytes) {
  auto wire = bytes.take<wire_sock>();
  if (!wire) return ErrorValue{unreadable};
  event::SockValue value;
  value.family = wire->family;
  value.type = wire->type;
  value.protocol = wire->protocol;
  value.state = wire->state;
  value.mark = wire->mark;
  value.priority = wire->priority;
  copy_ends(*wire, value);
  value.cookie = wire->cookie;
  return value;
}

Value sockaddr_value(ByteCursor bytes) {
  auto wire = bytes.take<wire_sockaddr>();
  if (!wire) return ErrorValue{unreadable};
  event::SockaddrValue value{wire->family, wire->port, {}, wire->read_as};
  std::copy_n(wire->address, 16, value.address.begin());
  return value;
}

Value unix_address_value(ByteCursor bytes) {
  auto wire = bytes.take<wire_sockaddr_un>();
  if (!wire) return ErrorValue{unreadable};
  return event::UnixAddressValue{wire->family, std::string(*bytes.take_text(bytes.remaining()))};
}

Value skb_value(ByteCursor bytes) {
  auto wire = bytes.take<wire_skb>();
  if (!wire) return ErrorValue{unreadable};
  event::SkbValue value;
  value.hash = wire->hash;
  value.length = wire->length;
  value.priority = wire->priority;
  value.mark = wire->mark;
  value.family = wire->family;
  value.protocol = wire->protocol;
  copy_ends(*wire, value);
  value.sec_path_length = wire->sec_path_length;
  value.sec_path_offloads = wire->sec_path_offloads;
  return value;
}

Value bytes_value(ByteCursor bytes, const wire_value& value, const TakeRest& take_rest) {
  auto head = bytes.take<wire_bytes>();
  if (!head) return ErrorValue{unreadable};
  event::BytesValue made{std::string(*bytes.take_text(bytes.remaining())), head->original_size,
                         (value.flags & WIRE_VALUE_TRUNCATED) != 0};
  if (head->rest_size == 0) return made;
  made.bytes += take_rest(value.slot, head->rest_size);
  made.truncated = made.bytes.size() < made.original_size;
  return made;
}

event::UserNsValue user_ns_of(const wire_user_ns& wire) {
  return {wire.level, wire.uid, wire.gid, wire.inum};
}

Value cred_value(ByteCursor bytes) {
  auto wire = bytes.take<wire_cred>();
  if (!wire) return ErrorValue{unreadable};
  event::CredValue value;
  value.uid = wire->uid;
  value.gid = wire->gid;
  value.euid = wire->euid;
  value.egid = wire->egid;
  value.suid = wire->suid;
  value.sgid = wire->sgid;
  value.fsuid = wire->fsuid;
  value.fsgid = wire->fsgid;
  value.securebits = wire->securebits;
  value.permitted = wire->permitted;
  value.effective = wire->effective;
  value.inheritable = wire->inheritable;
  value.user_ns = user_ns_of(wire->user_ns);
  return value;
}

Value user_ns_value(ByteCursor bytes) {
  auto wire = bytes.take<wire_user_ns>();
  return wire ? Value(user_ns_of(*wire)) : ErrorValue{unreadable};
}

// Up to its NUL.
template <std::size_t size>
std::string name_of(const wire_u8 (&name)[size]) {
  return {name, std::find(name, name + size, 0)};
}

Value bpf_prog_value(ByteCursor bytes) {
  auto wire = bytes.take<wire_bpf_prog>();
  if (!wire) return ErrorValue{unreadable};
  return event::BpfProgValue{wire->type, wire->instructions, name_of(wire->name)};
}

Value bpf_map_value(ByteCursor bytes) {
  auto wire = bytes.take<wire_bpf_map>();
  if (!wire) return ErrorValue{unreadable};
  return event::BpfMapValue{wire->type, wire->key_size, wire->value_size, wire->max_entries,
                            name_of(wire->name)};
}

Value perf_event_value(ByteCursor bytes) {
  auto wire = bytes.take<wire_perf_event>();
  if (!wire) return ErrorValue{unreadable};
  return event::PerfEventValue{wire->type, wire->config, wire->probe_offset,
                               std::string(*bytes.take_text(bytes.remaining()))};
}

Value module_value(ByteCursor bytes) {
  auto wire = bytes.take<wire_module>();
  if (!wire) return ErrorValue{unreadable};
  event::ModuleValue value{std::string(*bytes.take_text(bytes.remaining())), wire->taints, {}};
  if (wire->flags & WIRE_MODULE_LOADING)
    value.signature_ok = (wire->flags & WIRE_MODULE_SIGNED) != 0;
  return value;
}

wire_value_kind kind_of(ArgType type) {
  switch (type) {
    case ArgType::int8:
    case ArgType::int16:
    case ArgType::int32:
    case ArgType::int64:
    case ArgType::uint8:
    case ArgType::uint16:
    case ArgType::uint32:
    case ArgType::uint64:
    case ArgType::size:
    case ArgType::bpf_cmd:
    case ArgType::syscall64:
    case ArgType::capability:
    case ArgType::kernel_cap_t:
    case ArgType::cap_inheritable:
    case ArgType::cap_permitted:
    case ArgType::cap_effective:
    case ArgType::nop: return WIRE_VALUE_INTEGER;
    case ArgType::string:
    case ArgType::filename:
    case ArgType::net_device:
    case ArgType::data_loc: return WIRE_VALUE_STRING;
    case ArgType::char_buf:
    case ArgType::char_iovec:
    case ArgType::iov_iter:
    case ArgType::const_buf: return WIRE_VALUE_BYTES;
    case ArgType::file:
    case ArgType::path:
    case ArgType::dentry:
    case ArgType::fd:
    case ArgType::kiocb:
    case ArgType::linux_binprm: return WIRE_VALUE_PATH;
    case ArgType::sock:
    case ArgType::socket: return WIRE_VALUE_SOCK;
    case ArgType::skb: return WIRE_VALUE_SKB;
    case ArgType::sockaddr: return WIRE_VALUE_SOCKADDR;
    case ArgType::sockaddr_un: return WIRE_VALUE_SOCKADDR_UN;
    case ArgType::cred: return WIRE_VALUE_CRED;
    case ArgType::user_namespace: return WIRE_VALUE_USER_NS;
    case ArgType::bpf_attr:
    case ArgType::bpf_prog: return WIRE_VALUE_BPF_PROG;
    case ArgType::bpf_map: return WIRE_VALUE_BPF_MAP;
    case ArgType::perf_event: return WIRE_VALUE_PERF_EVENT;
    case ArgType::kernel_module:
    case ArgType::load_info: return WIRE_VALUE_MODULE;
  }
  __builtin_unreachable();
}

// A value as it stands in the record.
struct Raw {
  wire_value head{};
  std::span<const std::uint8_t> bytes;
};
using RawValues = std::array<std::optional<Raw>, VG_MAX_SLOTS>;

std::string reason_of(const wire_value& head) {
  if (head.depth == 0) return unreadable;
  return "Bad address encountered during resolve dereference at depth " +
         std::to_string(head.depth - 1);
}

Value value_of(ArgType type, const Raw& raw, const TakeRest& take_rest) {
  if (raw.head.flags & WIRE_VALUE_ERROR) return ErrorValue{reason_of(raw.head)};
  ByteCursor bytes(raw.bytes);
  switch (kind_of(type)) {
    case WIRE_VALUE_INTEGER: {
      auto integer = bytes.take<std::uint64_t>();
      return integer ? integer_value(type, *integer) : ErrorValue{unreadable};
    }
    case WIRE_VALUE_STRING: return std::string(*bytes.take_text(bytes.remaining()));
    case WIRE_VALUE_PATH: return path_value(bytes);
    case WIRE_VALUE_SOCK: return sock_value(bytes);
    case WIRE_VALUE_SOCKADDR: return sockaddr_value(bytes);
    case WIRE_VALUE_SOCKADDR_UN: return unix_address_value(bytes);
    case WIRE_VALUE_SKB: return skb_value(bytes);
    case WIRE_VALUE_BYTES: return bytes_value(bytes, raw.head, take_rest);
    case WIRE_VALUE_CRED: return cred_value(bytes);
    case WIRE_VALUE_USER_NS: return user_ns_value(bytes);
    case WIRE_VALUE_BPF_PROG: return bpf_prog_value(bytes);
    case WIRE_VALUE_BPF_MAP: return bpf_map_value(bytes);
    case WIRE_VALUE_PERF_EVENT: return perf_event_value(bytes);
    case WIRE_VALUE_MODULE: return module_value(bytes);
    case WIRE_VALUE_STACK: break;  // no type of argument
  }
  __builtin_unreachable();
}

// By slot. False: the bytes end inside a value, or one names no slot.
bool take_raw(ByteCursor cursor, RawValues& values) {
  while (cursor.remaining() > 0) {
    auto head = cursor.take<wire_value>();
    if (!head || head->slot >= values.size()) return false;
    auto bytes = cursor.take_bytes(head->size);
    if (!bytes) return false;
    values[head->slot] = Raw{*head, *bytes};
    // The last one's padding may be cut off.
    if (cursor.remaining() > 0 && !cursor.align(8)) return cursor.remaining() == 0;
  }
  return true;
}

}  // namespace

event::Value integer_value(ArgType type, std::uint64_t raw) {
  const schema::ArgTypeInfo& row = schema::info(type);
  if (!schema::is_number(row.category)) return ErrorValue{"not an integer type"};
  const unsigned unused = 64 - 8u * row.width_bytes;
  const std::uint64_t top = raw << unused;
  return row.is_signed ? static_cast<std::uint64_t>(static_cast<std::int64_t>(top) >> unused)
                       : top >> unused;
}

namespace {

std::uint32_t function_number(const RawValues& raw, const event::HookInfo& info) {
  if (info.function_slot >= raw.size() || !raw[info.function_slot]) return 0;
  const auto number = ByteCursor(raw[info.function_slot]->bytes).take<std::uint64_t>();
  return number ? static_cast<std::uint32_t>(*number) : 0;
}

std::vector<event::Argument> pick(const RawValues& raw,
                                  const std::vector<event::HookInfo::Shown>& all,
                                  const TakeRest& take_rest, bool& malformed) {
  std::vector<event::Argument> values;
  for (const auto& shown : all) {
    if (shown.type == ArgType::nop) continue;
    if (shown.at_return) {
      values.push_back({shown.type, shown.label, ErrorValue{"the call was not seen to return"}});
      continue;
    }
    const auto* found = shown.slot < raw.size() && raw[shown.slot] ? &*raw[shown.slot] : nullptr;
    if (found == nullptr) {
      values.push_back({shown.type, shown.label, ErrorValue{"no value in the record"}});
    } else if (found->head.kind != kind_of(shown.type)) {
      malformed = true;
      values.push_back({shown.type, shown.label, ErrorValue{"value of another type"}});
    } else {
      values.push_back({shown.type, shown.label, value_of(shown.type, *found, take_rest)});
    }
  }
  return values;
}

std::vector<event::StackFrame> stack_of(const RawValues& raw, std::uint8_t slot, Values& values) {
  std::vector<event::StackFrame> frames;
  if (slot >= raw.size()) return frames;
  if (!raw[slot] || raw[slot]->head.kind != WIRE_VALUE_STACK) {
    values.malformed = true;
    return frames;
  }
  if (raw[slot]->head.flags & (WIRE_VALUE_ERROR | WIRE_VALUE_TRUNCATED)) ++values.cut_stacks;
  ByteCursor bytes(raw[slot]->bytes);
  while (auto address = bytes.take<std::uint64_t>()) frames.push_back({.address = *address});
  return frames;
}

}  // namespace

Values take_values(ByteCursor cursor, const event::HookInfo& info, std::uint16_t selector,
                   const TakeRest& take_rest) {
  RawValues raw;
  Values values;
  values.malformed = !take_raw(cursor, raw);
  values.function = function_number(raw, info);
  values.arguments = pick(raw, info.arguments, take_rest, values.malformed);
  values.data = pick(raw, info.data, take_rest, values.malformed);
  if (selector < info.stacks.size()) {
    values.stacks.kernel = stack_of(raw, info.stacks[selector].kernel, values);
    values.stacks.user = stack_of(raw, info.stacks[selector].user, values);
  }
  return values;
}

}  // namespace vigil::decode
