// to_proto() of one argument.
#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <string>
#include <variant>

#include <fmt/format.h>

#include "engine/schema/arg_types.h"
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

void fill_named(ArgType type, std::uint64_t value, tetragon::KprobeArgument& out) {
  if (type == ArgType::capability) {
    auto& capability = *out.mutable_capability_arg();
    capability.mutable_value()->set_value(static_cast<std::int32_t>(value));
    capability.set_name(name(schema::Names::capability, static_cast<std::uint32_t>(value)));
  } else if (type == ArgType::kernel_cap_t) {
    out.set_kernel_cap_t_arg(fmt::format("{:016x}", value));
  } else if (type == ArgType::cap_inheritable) {
    out.set_cap_inheritable_arg(fmt::format("{:016x}", value));
  } else if (type == ArgType::cap_permitted) {
    out.set_cap_permitted_arg(fmt::format("{:016x}", value));
  } else if (type == ArgType::cap_effective) {
    out.set_cap_effective_arg(fmt::format("{:016x}", value));
  } else if (type == ArgType::syscall64) {
    auto& call = *out.mutable_syscall_id();
    call.set_id(static_cast<std::uint32_t>(value) & 0x7fffffff);
    call.set_abi((value >> 31 & 1) != 0 ? "i386" : "x64");
  } else if (type == ArgType::bpf_cmd) {
    out.set_bpf_cmd_arg(static_cast<tetragon::BpfCmd>(value));
  }
}

void fill_integer(ArgType type, std::uint64_t value, tetragon::KprobeArgument& out) {
  fill_named(type, value, out);
  if (out.arg_case() != tetragon::KprobeArgument::ARG_NOT_SET) return;
  const auto& row = schema::info(type);
  const bool is_wide = row.width_bytes == 8 || row.width_bytes == 0;
  if (row.is_signed) {
    is_wide ? out.set_long_arg(static_cast<std::int64_t>(value))
            : out.set_int_arg(static_cast<std::int32_t>(value));
  } else {
    is_wide ? out.set_size_arg(value) : out.set_uint_arg(static_cast<std::uint32_t>(value));
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
  if (type == ArgType::file || type == ArgType::fd || type == ArgType::kiocb) {
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

void fill_user_ns(const event::UserNsValue& value, tetragon::UserNamespace& out) {
  out.mutable_level()->set_value(value.level);
  out.mutable_uid()->set_value(value.uid);
  out.mutable_gid()->set_value(value.gid);
  out.mutable_ns()->set_inum(value.inum);
  out.mutable_ns()->set_is_host(value.level == 0);
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
  fill_user_ns(value.user_ns, *out.mutable_user_ns());
}

void fill_skb(const event::SkbValue& value, tetragon::KprobeSkb& out) {
  out.set_hash(value.hash);
  out.set_len(value.length);
  out.set_priority(value.priority);
  out.set_mark(value.mark);
  out.set_sec_path_len(value.sec_path_length);
  out.set_sec_path_olen(value.sec_path_offloads);
  if (value.family == 0) return;
  out.set_saddr(address_text(value.family, value.source));
  out.set_daddr(address_text(value.family, value.destination));
  out.set_sport(value.source_port);
  out.set_dport(value.destination_port);
  out.set_proto(value.protocol);
  out.set_protocol(name(schema::Names::protocol, value.protocol));
  out.set_family(name(schema::Names::address_family, value.family));
}

template <typename Message>
void fill_bpf_prog(const event::BpfProgValue& value, Message& out) {
  out.set_progtype(name(schema::Names::bpf_program_type, value.type));
  out.set_insncnt(value.instructions);
  out.set_progname(message_text(value.name));
}

void fill_module(const event::ModuleValue& value, tetragon::KernelModule& out) {
  out.set_name(message_text(value.name));
  if (value.signature_ok) out.mutable_signature_ok()->set_value(*value.signature_ok);
  for (std::uint32_t bit = 1; bit <= tetragon::TAINT_TEST_MODULE; bit <<= 1)
    if (value.taints & bit) out.add_tainted(static_cast<tetragon::TaintedBitsType>(bit));
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
    message.set_addr(address_text(value.read_as, value.address));
    message.set_port(value.port);
  }
  void operator()(const event::UnixAddressValue& value) const {
    auto& message = *out.mutable_sockaddrun_arg();
    message.set_family(name(schema::Names::address_family, value.family));
    message.set_path(message_text(value.path));
  }
  void operator()(const event::SkbValue& value) const { fill_skb(value, *out.mutable_skb_arg()); }
  void operator()(const event::BytesValue& value) const { fill_bytes(value, out); }
  void operator()(const event::UserNsValue& value) const {
    fill_user_ns(value, *out.mutable_user_ns_arg());
  }
  void operator()(const event::BpfProgValue& value) const {
    type == ArgType::bpf_attr ? fill_bpf_prog(value, *out.mutable_bpf_attr_arg())
                              : fill_bpf_prog(value, *out.mutable_bpf_prog_arg());
  }
  void operator()(const event::BpfMapValue& value) const {
    auto& message = *out.mutable_bpf_map_arg();
    message.set_maptype(name(schema::Names::bpf_map_type, value.type));
    message.set_keysize(value.key_size);
    message.set_valuesize(value.value_size);
    message.set_maxentries(value.max_entries);
    message.set_mapname(message_text(value.name));
  }
  void operator()(const event::PerfEventValue& value) const {
    auto& message = *out.mutable_perf_event_arg();
    message.set_kprobefunc(message_text(value.function));
    message.set_type(name(schema::Names::perf_event_type, value.type));
    message.set_config(value.config);
    message.set_probeoffset(value.probe_offset);
  }
  void operator()(const event::ModuleValue& value) const {
    fill_module(value, *out.mutable_module_arg());
  }
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
