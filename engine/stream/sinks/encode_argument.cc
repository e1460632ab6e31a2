#include "engine/stream/sinks/encode_argument.h"

#include <arpa/inet.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <variant>

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

template <typename Form>
void encode_integer(ArgType type, std::uint64_t value, Form& form) {
  using namespace fields::argument;
  switch (type) {
    case ArgType::int8:
    case ArgType::int16:
    case ArgType::int32: return form.number(int_arg, static_cast<std::int32_t>(value), Zero::shown);
    case ArgType::uint8:
    case ArgType::uint16:
    case ArgType::uint32:
      return form.number(uint_arg, static_cast<std::uint32_t>(value), Zero::shown);
    case ArgType::int64:
      return form.number(long_arg, static_cast<std::int64_t>(value), Zero::shown);
    case ArgType::capability:
      form.open(capability_arg);
      form.wrapped(fields::capability::value, static_cast<std::int32_t>(value));
      form.word(fields::capability::name,
                NameText(Names::capability, static_cast<std::uint32_t>(value)));
      form.close();
      return;
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
    case ArgType::nop: return form.number(size_arg, value, Zero::shown);
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
  if (type == ArgType::file || type == ArgType::fd) return file_fields;
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
void encode_user_namespace(const CredValue& value, Form& form) {
  using namespace fields::user_namespace;
  form.wrapped(level, value.user_ns_level);
  form.wrapped(uid, value.user_ns_uid);
  form.wrapped(gid, value.user_ns_gid);
  form.open(ns);
  form.number(fields::ns::inum, value.user_ns_inum);
  form.boolean(fields::ns::is_host, value.user_ns_level == 0);
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
  encode_user_namespace(value, form);
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
    form.word(fields::sockaddr::addr, AddressText(value.family, value.address));
    form.number(fields::sockaddr::port, std::uint32_t{value.port});
    form.close();
  }
  void operator()(const event::BytesValue& value) const {
    if (!value.truncated) return form.bytes(fields::argument::bytes_arg, value.bytes, Zero::shown);
    form.open(fields::argument::truncated_bytes_arg);
    form.bytes(fields::truncated::bytes_arg, value.bytes);
    form.number(fields::truncated::orig_size, value.original_size);
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
