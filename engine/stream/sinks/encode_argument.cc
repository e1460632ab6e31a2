#include "engine/stream/sinks/encode_argument.h"

#include <arpa/inet.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <variant>

#include "engine/schema/arg_types.h"
#include "engine/schema/names.h"
#include "tetragon/tetragon.pb.h"

namespace vigil::sinks {
namespace {

using event::CredValue;
using schema::ArgType;
using schema::Names;

// A name from a table, or the number itself.
class NameText {
 public:
  NameText(Names set, std::uint32_t number) {
    const auto found = schema::name_of(set, number);
    const char* end = std::to_chars(number_, number_ + sizeof number_, number).ptr;
    text_ = found ? *found : std::string_view(number_, end);
  }
  NameText(const NameText&) = delete;
  operator std::string_view() const { return text_; }

 private:
  char number_[12];
  std::string_view text_;
};

// The words for other families are those that readers of this API know.
class AddressText {
 public:
  AddressText(std::uint16_t family, const std::array<std::uint8_t, 16>& address) {
    if (family != AF_INET && family != AF_INET6) {
      text_ = "invalid IP";
    } else if (const char* written = ::inet_ntop(family, address.data(), buffer_, sizeof buffer_)) {
      text_ = written;
    }
  }
  AddressText(const AddressText&) = delete;
  operator std::string_view() const { return text_; }

 private:
  char buffer_[INET6_ADDRSTRLEN];
  std::string_view text_;
};

const Field& capability_set_field(ArgType type) {
  using namespace fields::argument;
  if (type == ArgType::cap_inheritable) return cap_inheritable_arg;
  if (type == ArgType::cap_permitted) return cap_permitted_arg;
  return type == ArgType::cap_effective ? cap_effective_arg : kernel_cap_t_arg;
}

// Sixteen digits.
class HexText {
 public:
  explicit HexText(std::uint64_t number) {
    for (std::size_t i = sizeof digits_; i-- > 0; number >>= 4)
      digits_[i] = "0123456789abcdef"[number & 15];
  }
  operator std::string_view() const { return {digits_, sizeof digits_}; }

 private:
  char digits_[16];
};

Enumerator bpf_command_of(std::int32_t number) {
  return {number, tetragon::BpfCmd_Name(static_cast<tetragon::BpfCmd>(number))};
}

// A call by another way than the machine's own has the top bit of 32 set.
constexpr std::uint64_t other_abi = std::uint64_t{1} << 31;
#if defined(__aarch64__)
constexpr std::string_view own_abi_name = "arm64", other_abi_name = "arm32";
#else
constexpr std::string_view own_abi_name = "x64", other_abi_name = "i386";
#endif

template <typename Form>
void encode_syscall(std::uint64_t value, Form& form) {
  form.open(fields::argument::syscall_id);
  form.number(fields::syscall::id, static_cast<std::uint32_t>(value & ~other_abi));
  form.word(fields::syscall::abi, value & other_abi ? other_abi_name : own_abi_name);
  form.close();
}

template <typename Form>
void encode_plain_number(const schema::ArgTypeInfo& row, std::uint64_t value, Form& form) {
  using namespace fields::argument;
  const bool is_narrow = row.width_bytes > 0 && row.width_bytes < 8;
  if (row.is_signed && is_narrow) {
    form.number(int_arg, static_cast<std::int32_t>(value), Zero::shown);
  } else if (row.is_signed) {
    form.number(long_arg, static_cast<std::int64_t>(value), Zero::shown);
  } else if (is_narrow) {
    form.number(uint_arg, static_cast<std::uint32_t>(value), Zero::shown);
  } else {
    form.number(size_arg, value, Zero::shown);
  }
}

template <typename Form>
void encode_integer(ArgType type, std::uint64_t value, Form& form) {
  using namespace fields::argument;
  const schema::ArgTypeInfo& row = schema::info(type);
  if (row.category == schema::Category::capability) {
    form.open(capability_arg);
    form.wrapped(fields::capability::value, static_cast<std::int32_t>(value));
    form.word(fields::capability::name,
              NameText(Names::capability, static_cast<std::uint32_t>(value)));
    form.close();
  } else if (row.category == schema::Category::capability_set) {
    form.word(capability_set_field(type), HexText(value));
  } else if (type == ArgType::syscall64) {
    encode_syscall(value, form);
  } else if (type == ArgType::bpf_cmd) {
    form.enumerator(bpf_cmd_arg, bpf_command_of(static_cast<std::int32_t>(value)), Zero::shown);
  } else {
    encode_plain_number(row, value, form);
  }
}

// The message of a path, and its fields.
struct PathFields {
  const Field &message, &path, &flags, &permission;
};
constexpr PathFields file_fields{fields::argument::file_arg, fields::path::path,
                                 fields::path::flags, fields::path::permission};
constexpr PathFields path_fields{fields::argument::path_arg, fields::path::path,
                                 fields::path::flags, fields::path::permission};
constexpr PathFields binprm_fields{fields::argument::linux_binprm_arg, fields::binprm::path,
                                   fields::binprm::flags, fields::binprm::permission};

const PathFields& path_fields_of(ArgType type) {
  if (type == ArgType::file || type == ArgType::fd || type == ArgType::kiocb) return file_fields;
  return type == ArgType::linux_binprm ? binprm_fields : path_fields;
}

constexpr std::pair<const Field&, std::uint32_t CredValue::*> cred_ids[] = {
    {fields::credentials::uid, &CredValue::uid},
    {fields::credentials::gid, &CredValue::gid},
    {fields::credentials::euid, &CredValue::euid},
    {fields::credentials::egid, &CredValue::egid},
    {fields::credentials::suid, &CredValue::suid},
    {fields::credentials::sgid, &CredValue::sgid},
    {fields::credentials::fsuid, &CredValue::fsuid},
    {fields::credentials::fsgid, &CredValue::fsgid},
};

constexpr std::pair<const Field&, std::uint64_t CredValue::*> cred_sets[] = {
    {fields::capabilities::permitted, &CredValue::permitted},
    {fields::capabilities::effective, &CredValue::effective},
    {fields::capabilities::inheritable, &CredValue::inheritable},
};

// `enumerator_of` gives the enumerator of a bit's position.
template <typename Form>
void encode_bits(const Field& field, std::uint64_t bits, auto enumerator_of, Form& form) {
  if (bits == 0) return;
  form.open_enumerators(field);
  for (; bits != 0; bits &= bits - 1) form.element(enumerator_of(std::countr_zero(bits)));
  form.close_enumerators();
}

Enumerator capability_of(int bit) {
  return {bit, tetragon::CapabilitiesType_Name(static_cast<tetragon::CapabilitiesType>(bit))};
}

Enumerator secure_bit_of(int bit) {
  return {1 << bit, tetragon::SecureBitsType_Name(static_cast<tetragon::SecureBitsType>(1 << bit))};
}

template <typename Form>
void encode_user_namespace(const event::UserNsValue& value, Form& form) {
  using namespace fields::user_namespace;
  form.wrapped(level, value.level);
  form.wrapped(uid, value.uid);
  form.wrapped(gid, value.gid);
  form.open(ns);
  form.number(fields::ns::inum, value.inum);
  form.boolean(fields::ns::is_host, value.level == 0);
  form.close();
}

template <typename Form>
void encode_cred(const CredValue& value, Form& form) {
  constexpr std::uint64_t known_bits = 2 * tetragon::SecBitNoCapAmbientRaiseLocked - 1;
  for (const auto& [field, member] : cred_ids) form.wrapped(field, value.*member);
  encode_bits(fields::credentials::securebits, value.securebits & known_bits, secure_bit_of, form);
  form.open(fields::credentials::caps);
  for (const auto& [field, member] : cred_sets)
    encode_bits(field, value.*member, capability_of, form);
  form.close();
  form.open(fields::credentials::user_ns);
  encode_user_namespace(value.user_ns, form);
  form.close();
}

template <typename Form>
void encode_sock(const event::SockValue& value, Form& form) {
  using namespace fields::sock;
  form.word(family, NameText(Names::address_family, value.family));
  form.word(type, NameText(Names::socket_type, value.type));
  form.word(protocol, NameText(Names::protocol, value.protocol));
  form.number(mark, value.mark);
  form.number(priority, value.priority);
  form.word(saddr, AddressText(value.family, value.source));
  form.word(daddr, AddressText(value.family, value.destination));
  form.number(sport, std::uint32_t{value.source_port});
  form.number(dport, std::uint32_t{value.destination_port});
  form.number(cookie, value.cookie);
  form.word(state, NameText(Names::tcp_state, value.state));
}

template <typename Form>
void encode_skb(const event::SkbValue& value, Form& form) {
  using namespace fields::skb;
  form.number(hash, value.hash);
  form.number(len, value.length);
  form.number(priority, value.priority);
  form.number(mark, value.mark);
  if (value.family != 0) {
    form.word(saddr, AddressText(value.family, value.source));
    form.word(daddr, AddressText(value.family, value.destination));
    form.number(sport, std::uint32_t{value.source_port});
    form.number(dport, std::uint32_t{value.destination_port});
    form.number(proto, std::uint32_t{value.protocol});
  }
  form.number(sec_path_len, value.sec_path_length);
  form.number(sec_path_olen, value.sec_path_offloads);
  if (value.family != 0) {
    form.word(protocol, NameText(Names::protocol, value.protocol));
    form.word(family, NameText(Names::address_family, value.family));
  }
}

template <typename Form>
void encode_bpf_prog(const event::BpfProgValue& value, Form& form) {
  using namespace fields::bpf_prog;
  form.word(type, NameText(Names::bpf_program_type, value.type));
  form.number(instructions, value.instructions);
  form.text(name, value.name);
}

template <typename Form>
void encode_bpf_map(const event::BpfMapValue& value, Form& form) {
  using namespace fields::bpf_map;
  form.word(type, NameText(Names::bpf_map_type, value.type));
  form.number(key_size, value.key_size);
  form.number(value_size, value.value_size);
  form.number(max_entries, value.max_entries);
  form.text(name, value.name);
}

template <typename Form>
void encode_perf_event(const event::PerfEventValue& value, Form& form) {
  using namespace fields::perf_event;
  form.text(function, value.function);
  form.word(type, NameText(Names::perf_event_type, value.type));
  form.number(config, value.config);
  form.number(probe_offset, value.probe_offset);
}

// Bits of the kernel's mask that the API has a name for; all of them are below this.
constexpr std::uint64_t taint_bits = 2 * tetragon::TAINT_TEST_MODULE - 1;

Enumerator taint_of(int bit) {
  return {1 << bit,
          tetragon::TaintedBitsType_Name(static_cast<tetragon::TaintedBitsType>(1 << bit))};
}

template <typename Form>
void encode_module(const event::ModuleValue& value, Form& form) {
  using namespace fields::module;
  form.text(name, value.name);
  if (value.signature_ok) form.wrapped(signature_ok, *value.signature_ok);
  encode_bits(tainted, value.taints & taint_bits, taint_of, form);
}

template <typename Form>
struct Filler {
  ArgType type;
  Form& form;

  void operator()(const event::ErrorValue& value) const {
    form.open(fields::argument::error_arg);
    form.word(fields::error::message, value.message);
    form.close();
  }
  void operator()(std::uint64_t value) const { encode_integer(type, value, form); }
  void operator()(const std::string& value) const {
    form.text(fields::argument::string_arg, value, Zero::shown);
  }
  void operator()(const event::PathValue& value) const {
    const PathFields& to = path_fields_of(type);
    form.open(to.message);
    form.text(to.path, value.path);
    if (value.unresolved) form.word(to.flags, "unresolvedPathComponents");
    form.word(to.permission, value.permission);
    form.close();
  }
  void operator()(const event::SockValue& value) const {
    form.open(fields::argument::sock_arg);
    encode_sock(value, form);
    form.close();
  }
  void operator()(const event::SockaddrValue& value) const {
    form.open(fields::argument::sockaddr_arg);
    form.word(fields::sockaddr::family, NameText(Names::address_family, value.family));
    form.word(fields::sockaddr::addr, AddressText(value.read_as, value.address));
    form.number(fields::sockaddr::port, std::uint32_t{value.port});
    form.close();
  }
  void operator()(const event::UnixAddressValue& value) const {
    form.open(fields::argument::sockaddrun_arg);
    form.word(fields::sockaddr_un::family, NameText(Names::address_family, value.family));
    form.text(fields::sockaddr_un::path, value.path);
    form.close();
  }
  void operator()(const event::SkbValue& value) const {
    form.open(fields::argument::skb_arg);
    encode_skb(value, form);
    form.close();
  }
  void operator()(const event::BytesValue& value) const {
    if (!value.truncated) return form.bytes(fields::argument::bytes_arg, value.bytes, Zero::shown);
    form.open(fields::argument::truncated_bytes_arg);
    form.bytes(fields::truncated::bytes_arg, value.bytes);
    form.number(fields::truncated::orig_size, value.original_size);
    form.close();
  }
  void operator()(const event::UserNsValue& value) const {
    form.open(fields::argument::user_ns_arg);
    encode_user_namespace(value, form);
    form.close();
  }
  void operator()(const event::BpfProgValue& value) const {
    const bool is_attr = type == ArgType::bpf_attr;
    form.open(is_attr ? fields::argument::bpf_attr_arg : fields::argument::bpf_prog_arg);
    encode_bpf_prog(value, form);
    form.close();
  }
  void operator()(const event::BpfMapValue& value) const {
    form.open(fields::argument::bpf_map_arg);
    encode_bpf_map(value, form);
    form.close();
  }
  void operator()(const event::PerfEventValue& value) const {
    form.open(fields::argument::perf_event_arg);
    encode_perf_event(value, form);
    form.close();
  }
  void operator()(const event::ModuleValue& value) const {
    form.open(fields::argument::module_arg);
    encode_module(value, form);
    form.close();
  }
  void operator()(const CredValue& value) const {
    form.open(fields::argument::process_credentials_arg);
    encode_cred(value, form);
    form.close();
  }
};

}  // namespace

template <typename Form>
void encode_argument(const event::Argument& argument, Form& form) {
  std::visit(Filler<Form>{argument.type, form}, argument.value);
  form.text(fields::argument::label, argument.label);
}

template void encode_argument(const event::Argument&, JsonForm&);
template void encode_argument(const event::Argument&, ProtoForm&);

}  // namespace vigil::sinks
