#include "engine/compile/check/type_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "engine/schema/arg_types.h"

namespace vigil::check {
namespace {

using schema::ArgType;
using schema::SyscallArg;

// Structs that begin with a struct sock.
constexpr std::string_view socks[] = {
    "sock",        "inet_sock",  "inet_connection_sock",
    "tcp_sock",    "tcp6_sock",  "udp_sock",
    "udp6_sock",   "raw_sock",   "raw6_sock",
    "unix_sock",   "vsock_sock", "netlink_sock",
    "packet_sock", "mptcp_sock",
};

constexpr std::string_view sockaddrs[] = {
    "sockaddr",         "sockaddr_in",      "sockaddr_in6",
    "sockaddr_storage", "sockaddr_unsized", "__kernel_sockaddr_storage",
};

constexpr std::string_view vectors[] = {"iovec", "kvec"};

bool points_to(const CType& type, std::string_view record) {
  return type.kind == CType::Kind::pointer && type.target == CType::Target::record &&
         type.record == record;
}

// The struct has a name of its own until 6.2 only.
bool points_to_capabilities(const CType& type) {
  return type.kind == CType::Kind::pointer && type.target == CType::Target::record &&
         type.text.find("kernel_cap_t") != std::string::npos;
}

template <typename Set>
bool points_to_one_of(const CType& type, const Set& records) {
  return std::ranges::any_of(records, [&](std::string_view name) { return points_to(type, name); });
}

// A struct passed by value in a register holds one number: kuid_t.
bool is_numeric(const CType& type) {
  return type.is_number() || (type.kind == CType::Kind::record && type.size_bytes <= 8);
}

bool points_to_bytes(const CType& type) {
  return type.kind == CType::Kind::pointer &&
         (type.target == CType::Target::character || type.target == CType::Target::nothing);
}

// In a tracepoint's record.
bool holds_text(const CType& type) {
  return (type.kind == CType::Kind::array || type.kind == CType::Kind::dynamic) &&
         type.target == CType::Target::character;
}

ArgType number_of(std::uint32_t size_bytes, bool is_signed) {
  switch (size_bytes) {
    case 1: return is_signed ? ArgType::int8 : ArgType::uint8;
    case 2: return is_signed ? ArgType::int16 : ArgType::uint16;
    case 4: return is_signed ? ArgType::int32 : ArgType::uint32;
    default: return is_signed ? ArgType::int64 : ArgType::uint64;
  }
}

template <typename Source>
std::string list_fitting(const Source& source) {
  std::string list;
  for (const schema::ArgTypeInfo& row : schema::arg_types()) {
    if (row.type == ArgType::nop || !fits(row.type, source)) continue;
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", row.name);
  }
  return list;
}

}  // namespace

bool fits(ArgType type, const CType& kernel_type) {
  bool is_pointer = kernel_type.kind == CType::Kind::pointer;
  switch (type) {
    case ArgType::int8:
    case ArgType::int16:
    case ArgType::int32:
    case ArgType::uint8:
    case ArgType::uint16:
    case ArgType::uint32:
    case ArgType::int64:
    case ArgType::size:
    case ArgType::bpf_cmd:
    case ArgType::fd:
    case ArgType::capability: return is_numeric(kernel_type);
    case ArgType::syscall64: return is_numeric(kernel_type) && kernel_type.size_bytes == 8;
    case ArgType::uint64: return is_numeric(kernel_type) || is_pointer;  // its address
    case ArgType::string: return points_to_bytes(kernel_type) || holds_text(kernel_type);
    case ArgType::filename: return points_to(kernel_type, "filename");
    case ArgType::net_device: return points_to(kernel_type, "net_device");
    case ArgType::char_buf: return is_pointer && kernel_type.target != CType::Target::function;
    case ArgType::char_iovec: return points_to_one_of(kernel_type, vectors);
    case ArgType::iov_iter: return points_to(kernel_type, "iov_iter");
    // Fields of tracepoints: no function takes one.
    case ArgType::data_loc:
      return kernel_type.kind == CType::Kind::dynamic &&
             kernel_type.target == CType::Target::character;
    case ArgType::const_buf: return kernel_type.kind == CType::Kind::array;
    case ArgType::file: return points_to(kernel_type, "file");
    case ArgType::path: return points_to(kernel_type, "path");
    case ArgType::dentry: return points_to(kernel_type, "dentry");
    case ArgType::kiocb: return points_to(kernel_type, "kiocb");
    case ArgType::linux_binprm: return points_to(kernel_type, "linux_binprm");
    case ArgType::sock: return points_to_one_of(kernel_type, socks);
    case ArgType::socket: return points_to(kernel_type, "socket");
    case ArgType::skb: return points_to(kernel_type, "sk_buff");
    case ArgType::sockaddr: return points_to_one_of(kernel_type, sockaddrs);
    case ArgType::sockaddr_un:
      return points_to(kernel_type, "sockaddr_un") || points_to_one_of(kernel_type, sockaddrs);
    case ArgType::cred: return points_to(kernel_type, "cred");
    case ArgType::user_namespace: return points_to(kernel_type, "user_namespace");
    case ArgType::kernel_cap_t:
    case ArgType::cap_inheritable:
    case ArgType::cap_permitted:
    case ArgType::cap_effective: return points_to_capabilities(kernel_type);
    case ArgType::bpf_attr: return points_to(kernel_type, "bpf_attr");
    case ArgType::bpf_prog: return points_to(kernel_type, "bpf_prog");
    case ArgType::bpf_map: return points_to(kernel_type, "bpf_map");
    case ArgType::perf_event: return points_to(kernel_type, "perf_event");
    case ArgType::kernel_module: return points_to(kernel_type, "module");
    case ArgType::load_info: return points_to(kernel_type, "load_info");
    case ArgType::nop: return true;
  }
  return false;
}

bool fits(ArgType type, SyscallArg argument) {
  if (argument == SyscallArg::unknown) {
    constexpr SyscallArg known[] = {SyscallArg::integer, SyscallArg::fd, SyscallArg::string,
                                    SyscallArg::sockaddr, SyscallArg::pointer};
    return std::ranges::any_of(known, [&](SyscallArg any) { return fits(type, any); });
  }
  bool is_number = argument == SyscallArg::integer || argument == SyscallArg::fd;
  switch (type) {
    case ArgType::int8:
    case ArgType::int16:
    case ArgType::int32:
    case ArgType::uint8:
    case ArgType::uint16:
    case ArgType::uint32:
    case ArgType::bpf_cmd:
    case ArgType::fd:
    case ArgType::capability: return is_number;
    // An address is a number, too.
    case ArgType::int64:
    case ArgType::uint64:
    case ArgType::size:
    case ArgType::nop: return true;
    case ArgType::string: return argument == SyscallArg::string || argument == SyscallArg::pointer;
    case ArgType::char_buf: return !is_number;
    case ArgType::sockaddr:
    case ArgType::sockaddr_un:
      return argument == SyscallArg::sockaddr || argument == SyscallArg::pointer;
    case ArgType::char_iovec:
    case ArgType::bpf_attr: return argument == SyscallArg::pointer;
    // Objects of the kernel: no system call takes one.
    case ArgType::file:
    case ArgType::path:
    case ArgType::dentry:
    case ArgType::linux_binprm:
    case ArgType::sock:
    case ArgType::socket:
    case ArgType::syscall64:
    case ArgType::filename:
    case ArgType::net_device:
    case ArgType::data_loc:
    case ArgType::iov_iter:
    case ArgType::const_buf:
    case ArgType::kiocb:
    case ArgType::skb:
    case ArgType::cred:
    case ArgType::user_namespace:
    case ArgType::kernel_cap_t:
    case ArgType::cap_inheritable:
    case ArgType::cap_permitted:
    case ArgType::cap_effective:
    case ArgType::bpf_prog:
    case ArgType::bpf_map:
    case ArgType::perf_event:
    case ArgType::kernel_module:
    case ArgType::load_info: return false;
  }
  return false;
}

bool fits(ArgType type, UserSpace) {
  // The parts of a vector lie all over memory that may have to be brought in first.
  if (type == ArgType::char_iovec) return false;
  return fits(type, SyscallArg::pointer) || fits(type, SyscallArg::integer);
}

std::optional<ArgType> type_of(const CType& kernel_type) {
  if (kernel_type.kind == CType::Kind::array) return ArgType::const_buf;
  if (is_numeric(kernel_type)) return number_of(kernel_type.size_bytes, kernel_type.is_signed);
  if (holds_text(kernel_type)) return ArgType::data_loc;
  if (kernel_type.kind != CType::Kind::pointer) return std::nullopt;
  if (kernel_type.target == CType::Target::character) return ArgType::string;
  for (const schema::ArgTypeInfo& row : schema::arg_types()) {
    const bool says_more = row.category != schema::Category::integer &&
                           row.category != schema::Category::text && row.type != ArgType::char_buf;
    const bool is_object =
        says_more || row.type == ArgType::filename || row.type == ArgType::net_device;
    if (is_object && row.type != ArgType::nop && fits(row.type, kernel_type)) return row.type;
  }
  return ArgType::uint64;
}

std::optional<ArgType> type_of(SyscallArg argument) {
  switch (argument) {
    case SyscallArg::integer: return ArgType::int64;
    case SyscallArg::fd: return ArgType::int32;
    case SyscallArg::string: return ArgType::string;
    case SyscallArg::sockaddr: return ArgType::sockaddr;
    case SyscallArg::pointer:
    case SyscallArg::unknown: return ArgType::uint64;
  }
  return std::nullopt;
}

std::string fitting_types(const CType& kernel_type) { return list_fitting(kernel_type); }
std::string fitting_types(SyscallArg argument) { return list_fitting(argument); }
std::string fitting_types(UserSpace where) { return list_fitting(where); }

std::string_view describe(SyscallArg argument) {
  switch (argument) {
    case SyscallArg::integer: return "a number";
    case SyscallArg::fd: return "a file descriptor";
    case SyscallArg::string: return "a string in user memory";
    case SyscallArg::sockaddr: return "a socket address in user memory";
    case SyscallArg::pointer: return "a pointer to user memory";
    case SyscallArg::unknown: return "something that is not known";
  }
  return {};
}

}  // namespace vigil::check
