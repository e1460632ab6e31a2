// to_proto() of one argument.
#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <string>
#include <variant>

#include "engine/schema/names.h"
#include "engine/stream/sinks/text.h"
#include "tests/support/to_proto.h"

namespace vigil::sinks {
namespace {

using schema::ArgType;

std::string name(schema::Names set, std::uint32_t number) {
  auto found = schema::name_of(set, number);
  return found ? std::string(*found) : std::to_string(number);
}

// The words for other families are those that readers of this API know.
std::string address_text(std::uint16_t family, const std::array<std::uint8_t, 16>& address) {
  char text[INET6_ADDRSTRLEN];
  if (family != AF_INET && family != AF_INET6) return "invalid IP";
  const char* written = ::inet_ntop(family, address.data(), text, sizeof text);
  return written == nullptr ? std::string() : std::string(written);
}

void fill_integer(ArgType type, std::uint64_t value, tetragon::KprobeArgument& out) {
  switch (type) {
    case ArgType::int8:
    case ArgType::int16:
    case ArgType::int32: out.set_int_arg(static_cast<std::int32_t>(value)); return;
    case ArgType::uint8:
    case ArgType::uint16:
    case ArgType::uint32: out.set_uint_arg(static_cast<std::uint32_t>(value)); return;
    case ArgType::int64: out.set_long_arg(static_cast<std::int64_t>(value)); return;
    case ArgType::capability: {
      auto& capability = *out.mutable_capability_arg();
      capability.mutable_value()->set_value(static_cast<std::int32_t>(value));
      capability.set_name(name(schema::Names::capability, static_cast<std::uint32_t>(value)));
      return;
    }
    case ArgType::uint64:
    case ArgType::size:
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
    case ArgType::nop: out.set_size_arg(value); return;
  }
}

// KprobeFile, KprobePath and KprobeLinuxBinprm.
template <typename Message>
void fill_path_message(const event::PathValue& value, Message& out) {
  out.set_path(message_text(value.path));
  if (value.unresolved) out.set_flags("unresolvedPathComponents");
  out.set_permission(value.permission);
}

void fill_path(ArgType type, const event::PathValue& value, tetragon::KprobeArgument& out) {
  if (type == ArgType::file || type == ArgType::fd) {
    fill_path_message(value, *out.mutable_file_arg());
  } else if (type == ArgType::linux_binprm) {
    fill_path_message(value, *out.mutable_linux_binprm_arg());
  } else {
    fill_path_message(value, *out.mutable_path_arg());
  }
}

void fill_sock(const event::SockValue& value, tetragon::KprobeSock& out) {
  out.set_family(name(schema::Names::address_family, value.family));
  out.set_type(name(schema::Names::socket_type, value.type));
  out.set_protocol(name(schema::Names::protocol, value.protocol));
  out.set_mark(value.mark);
  out.set_priority(value.priority);
  out.set_saddr(address_text(value.family, value.source));
  out.set_daddr(address_text(value.family, value.destination));
  out.set_sport(value.source_port);
  out.set_dport(value.destination_port);
  out.set_cookie(value.cookie);
  out.set_state(name(schema::Names::tcp_state, value.state));
}

void fill_bytes(const event::BytesValue& value, tetragon::KprobeArgument& out) {
  if (!value.truncated) {
    out.set_bytes_arg(value.bytes);
    return;
  }
  auto& truncated = *out.mutable_truncated_bytes_arg();
  truncated.set_bytes_arg(value.bytes);
  truncated.set_orig_size(value.original_size);
}

template <typename Field>
void fill_capabilities(std::uint64_t bits, Field& out) {
  for (int i = 0; i < 64; ++i)
    if (bits >> i & 1) out.Add(i);
}

void fill_cred(const event::CredValue& value, tetragon::ProcessCredentials& out) {
  out.mutable_uid()->set_value(value.uid);
  out.mutable_gid()->set_value(value.gid);
  out.mutable_euid()->set_value(value.euid);
  out.mutable_egid()->set_value(value.egid);
  out.mutable_suid()->set_value(value.suid);
  out.mutable_sgid()->set_value(value.sgid);
  out.mutable_fsuid()->set_value(value.fsuid);
  out.mutable_fsgid()->set_value(value.fsgid);
  for (std::uint32_t bit = 1; bit <= tetragon::SecBitNoCapAmbientRaiseLocked; bit <<= 1)
    if (value.securebits & bit) out.add_securebits(static_cast<tetragon::SecureBitsType>(bit));
  fill_capabilities(value.permitted, *out.mutable_caps()->mutable_permitted());
  fill_capabilities(value.effective, *out.mutable_caps()->mutable_effective());
  fill_capabilities(value.inheritable, *out.mutable_caps()->mutable_inheritable());
  auto& user_ns = *out.mutable_user_ns();
  user_ns.mutable_level()->set_value(value.user_ns_level);
  user_ns.mutable_uid()->set_value(value.user_ns_uid);
  user_ns.mutable_gid()->set_value(value.user_ns_gid);
  user_ns.mutable_ns()->set_inum(value.user_ns_inum);
  user_ns.mutable_ns()->set_is_host(value.user_ns_level == 0);
}

struct Filler {
  ArgType type;
  tetragon::KprobeArgument& out;

  void operator()(const event::ErrorValue& value) const {
    out.mutable_error_arg()->set_message(value.message);
  }
  void operator()(std::uint64_t value) const { fill_integer(type, value, out); }
  void operator()(const std::string& value) const { out.set_string_arg(message_text(value)); }
  void operator()(const event::PathValue& value) const { fill_path(type, value, out); }
  void operator()(const event::SockValue& value) const {
    fill_sock(value, *out.mutable_sock_arg());
  }
  void operator()(const event::SockaddrValue& value) const {
    auto& message = *out.mutable_sockaddr_arg();
    message.set_family(name(schema::Names::address_family, value.family));
    message.set_addr(address_text(value.family, value.address));
    message.set_port(value.port);
  }
  void operator()(const event::BytesValue& value) const { fill_bytes(value, out); }
  void operator()(const event::CredValue& value) const {
    fill_cred(value, *out.mutable_process_credentials_arg());
  }
};

}  // namespace

tetragon::KprobeArgument to_proto(const event::Argument& argument) {
  tetragon::KprobeArgument out;
  std::visit(Filler{argument.type, out}, argument.value);
  out.set_label(message_text(argument.label));
  return out;
}

}  // namespace vigil::sinks
