#include "engine/stream/decode/values.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "kernel/include/runtime_abi.h"
#include "kernel/include/wire.h"

namespace vigil::decode {
namespace {

using event::ErrorValue;
using event::Value;
using schema::ArgType;

// A shape that the readers of the JSON know this text for.
constexpr const char* unreadable = "Bad address for basic type";

template <typename Narrow>
std::uint64_t extended(std::uint64_t raw) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<Narrow>(raw)));
}

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
  if (head->flags & WIRE_PATH_DELETED) value.path += " (deleted)";
  value.unresolved = (head->flags & WIRE_PATH_UNRESOLVED) != 0;
  value.permission = permission_text(head->flags & WIRE_PATH_NO_MODE ? 0 : head->mode);
  return value;
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
  std::copy_n(wire->source, 16, value.source.begin());
  std::copy_n(wire->destination, 16, value.destination.begin());
  value.source_port = wire->source_port;
  value.destination_port = wire->destination_port;
  value.cookie = wire->cookie;
  return value;
}

Value sockaddr_value(ByteCursor bytes) {
  auto wire = bytes.take<wire_sockaddr>();
  if (!wire) return ErrorValue{unreadable};
  event::SockaddrValue value{wire->family, wire->port, {}};
  std::copy_n(wire->address, 16, value.address.begin());
  return value;
}

Value bytes_value(ByteCursor bytes, std::uint8_t flags) {
  auto head = bytes.take<wire_bytes>();
  if (!head) return ErrorValue{unreadable};
  return event::BytesValue{std::string(*bytes.take_text(bytes.remaining())), head->original_size,
                           (flags & WIRE_VALUE_TRUNCATED) != 0};
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
  value.user_ns_level = wire->user_ns_level;
  value.user_ns_uid = wire->user_ns_uid;
  value.user_ns_gid = wire->user_ns_gid;
  value.user_ns_inum = wire->user_ns_inum;
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
    case ArgType::capability:
    case ArgType::nop: return WIRE_VALUE_INTEGER;
    case ArgType::string: return WIRE_VALUE_STRING;
    case ArgType::char_buf: return WIRE_VALUE_BYTES;
    case ArgType::file:
    case ArgType::path:
    case ArgType::dentry:
    case ArgType::fd:
    case ArgType::linux_binprm: return WIRE_VALUE_PATH;
    case ArgType::sock:
    case ArgType::socket: return WIRE_VALUE_SOCK;
    case ArgType::sockaddr: return WIRE_VALUE_SOCKADDR;
    case ArgType::cred: return WIRE_VALUE_CRED;
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

Value value_of(ArgType type, const Raw& raw) {
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
    case WIRE_VALUE_BYTES: return bytes_value(bytes, raw.head.flags);
    case WIRE_VALUE_CRED: return cred_value(bytes);
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
  switch (type) {
    case ArgType::int8: return extended<std::int8_t>(raw);
    case ArgType::int16: return extended<std::int16_t>(raw);
    case ArgType::int32:
    case ArgType::capability: return extended<std::int32_t>(raw);
    case ArgType::uint8: return std::uint64_t{static_cast<std::uint8_t>(raw)};
    case ArgType::uint16: return std::uint64_t{static_cast<std::uint16_t>(raw)};
    case ArgType::uint32: return std::uint64_t{static_cast<std::uint32_t>(raw)};
    case ArgType::int64:
    case ArgType::uint64:
    case ArgType::size: return raw;
    case ArgType::string:
    case ArgType::char_buf:
    case ArgType::file:
    case ArgType::path:
    case ArgType::dentry:
    case ArgType::fd:
    case ArgType::linux_binprm:
    case ArgType::sock:
    case ArgType::socket:
    case ArgType::sockaddr:
    case ArgType::cred:
    case ArgType::nop: return ErrorValue{"not an integer type"};
  }
  __builtin_unreachable();
}

namespace {

std::vector<event::Argument> pick(const RawValues& raw,
                                  const std::vector<event::HookInfo::Shown>& all, bool& malformed) {
  std::vector<event::Argument> values;
  for (const auto& shown : all) {
    if (shown.type == ArgType::nop) continue;
    const auto* found = shown.slot < raw.size() && raw[shown.slot] ? &*raw[shown.slot] : nullptr;
    if (found == nullptr) {
      values.push_back({shown.type, shown.label, ErrorValue{"no value in the record"}});
    } else if (found->head.kind != kind_of(shown.type)) {
      malformed = true;
      values.push_back({shown.type, shown.label, ErrorValue{"value of another type"}});
    } else {
      values.push_back({shown.type, shown.label, value_of(shown.type, *found)});
    }
  }
  return values;
}

}  // namespace

Values take_values(ByteCursor cursor, const event::HookInfo& info) {
  RawValues raw;
  Values values;
  values.malformed = !take_raw(cursor, raw);
  values.arguments = pick(raw, info.arguments, values.malformed);
  values.data = pick(raw, info.data, values.malformed);
  return values;
}

}  // namespace vigil::decode
