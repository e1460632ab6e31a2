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

bool points_to(const CType& type, std::string_view record) {
  return type.kind == CType::Kind::pointer && type.target == CType::Target::record &&
         type.record == record;
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
    case ArgType::fd:
    case ArgType::capability: return is_numeric(kernel_type);
    case ArgType::uint64: return is_numeric(kernel_type) || is_pointer;  // its address
    case ArgType::string: return points_to_bytes(kernel_type);
    case ArgType::char_buf: return is_pointer && kernel_type.target != CType::Target::function;
    case ArgType::file: return points_to(kernel_type, "file");
    case ArgType::path: return points_to(kernel_type, "path");
    case ArgType::dentry: return points_to(kernel_type, "dentry");
    case ArgType::linux_binprm: return points_to(kernel_type, "linux_binprm");
    case ArgType::sock: return points_to_one_of(kernel_type, socks);
    case ArgType::socket: return points_to(kernel_type, "socket");
    case ArgType::sockaddr: return points_to_one_of(kernel_type, sockaddrs);
    case ArgType::cred: return points_to(kernel_type, "cred");
    case ArgType::nop: return true;
  }
  return false;
}

bool fits(ArgType type, SyscallArg argument) {
  bool is_number = argument == SyscallArg::integer || argument == SyscallArg::fd;
  switch (type) {
    case ArgType::int8:
    case ArgType::int16:
    case ArgType::int32:
    case ArgType::uint8:
    case ArgType::uint16:
    case ArgType::uint32:
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
      return argument == SyscallArg::sockaddr || argument == SyscallArg::pointer;
    // Objects of the kernel: no system call takes one.
    case ArgType::file:
    case ArgType::path:
    case ArgType::dentry:
    case ArgType::linux_binprm:
    case ArgType::sock:
    case ArgType::socket:
    case ArgType::cred: return false;
  }
  return false;
}

std::string fitting_types(const CType& kernel_type) { return list_fitting(kernel_type); }
std::string fitting_types(SyscallArg argument) { return list_fitting(argument); }

std::string_view describe(SyscallArg argument) {
  switch (argument) {
    case SyscallArg::integer: return "a number";
    case SyscallArg::fd: return "a file descriptor";
    case SyscallArg::string: return "a string in user memory";
    case SyscallArg::sockaddr: return "a socket address in user memory";
    case SyscallArg::pointer: return "a pointer to user memory";
  }
  return {};
}

}  // namespace vigil::check
