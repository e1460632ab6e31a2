#include "tests/kernel/oracle/arguments.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <cstdlib>
#include <cstring>
#include <utility>

namespace vigil::testing {
namespace {

using KernelPlace = KernelMemory::Place;
using schema::ArgType;

constexpr std::uint64_t ipv4 = 2, ipv6 = 10;
constexpr std::uint64_t kernels_own_namespace = static_cast<std::uint64_t>(-22);
constexpr int no_descriptor = 100'000;

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::span<const std::byte> bytes_of(const IpAddress& address) {
  return std::as_bytes(std::span(address.bytes)).first(address.is_ipv6 ? 16 : 4);
}

std::vector<std::string> components(const std::string& path) {
  std::vector<std::string> names;
  for (const char c : path) {
    if (c == '/') {
      names.emplace_back();
    } else {
      names.back() += c;
    }
  }
  if (names.back().empty()) names.pop_back();
  return names;
}

// What a pointer, a descriptor or a number is when there is nothing there.
std::uint64_t nothing_there(ArgType type) {
  if (type == ArgType::fd) return no_descriptor;
  return unreadable_address;
}

}  // namespace

Arguments::Arguments(KernelMemory kernel, StructLayouts layouts, std::span<std::byte> user,
                     std::map<std::string, int> descriptors)
    : kernel_(std::move(kernel)),
      layouts_(std::move(layouts)),
      user_(user),
      descriptors_(std::move(descriptors)) {}

void Arguments::clear() {
  kernel_.clear();
  user_used_ = 0;
  made_ = 0;
}

std::uint64_t Arguments::make(ArgType type, const Value& value) {
  ++made_;
  if (std::holds_alternative<Unreadable>(value)) return nothing_there(type);
  const auto string = [&]() -> const std::string& { return std::get<std::string>(value); };
  const auto ends = [&]() -> const SockValue& { return std::get<SockValue>(value); };
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
    case ArgType::capability:
    case ArgType::nop: return std::get<std::uint64_t>(value);
    case ArgType::string: return text(string(), true);
    case ArgType::char_buf: return text(string(), false);
    case ArgType::file: return file(string());
    case ArgType::path: return path(string());
    case ArgType::dentry: return dentry(string());
    case ArgType::fd: return fd(string());
    case ArgType::linux_binprm: return pointing_to("linux_binprm", "file", file(string()));
    case ArgType::sock: return sock(ends());
    case ArgType::socket: return pointing_to("socket", "sk", sock(ends()));
    case ArgType::sockaddr: return sockaddr(ends());
    case ArgType::cred: return make_struct("cred").address;
    // Random policies leave these to the cases.
    case ArgType::syscall64:
    case ArgType::filename:
    case ArgType::net_device:
    case ArgType::data_loc:
    case ArgType::char_iovec:
    case ArgType::iov_iter:
    case ArgType::const_buf:
    case ArgType::kiocb:
    case ArgType::skb:
    case ArgType::sockaddr_un:
    case ArgType::user_namespace:
    case ArgType::kernel_cap_t:
    case ArgType::cap_inheritable:
    case ArgType::cap_permitted:
    case ArgType::cap_effective:
    case ArgType::bpf_attr:
    case ArgType::bpf_prog:
    case ArgType::bpf_map:
    case ArgType::perf_event:
    case ArgType::kernel_module:
    case ArgType::load_info: break;
  }
  return 0;
}

KernelPlace Arguments::make_struct(const std::string& record) {
  return kernel_.take(layouts_.size(record));
}

template <typename T>
void Arguments::set(const KernelPlace& place, const std::string& record, const std::string& member,
                    T value) {
  set_bytes(place, record, member, std::as_bytes(std::span(&value, 1)));
}

void Arguments::set_bytes(const KernelPlace& place, const std::string& record,
                          const std::string& member, std::span<const std::byte> bytes) {
  std::memcpy(place.here + layouts_.offset(record, member), bytes.data(), bytes.size());
}

// In the kernel's memory or in the program's, by turns: programs are to read both.
std::uint64_t Arguments::bytes(std::span<const std::byte> bytes) {
  if (made_ % 2 == 0) {
    const KernelPlace place = kernel_.take(bytes.size());
    std::memcpy(place.here, bytes.data(), bytes.size());
    return place.address;
  }
  const std::size_t at = user_used_;
  user_used_ += bytes.size();
  if (user_used_ > user_.size()) {
    fmt::print("user memory is used up\n");
    std::abort();
  }
  std::memcpy(user_.data() + at, bytes.data(), bytes.size());
  return reinterpret_cast<std::uintptr_t>(user_.data() + at);
}

std::uint64_t Arguments::text(const std::string& text, bool terminated) {
  const std::string whole = terminated ? text + '\0' : text;
  return bytes(bytes_of(whole));
}

std::uint64_t Arguments::fd(const std::string& path) const {
  return static_cast<std::uint64_t>(descriptors_.at(path));
}

std::uint64_t Arguments::pointing_to(const std::string& record, const std::string& member,
                                     std::uint64_t address) {
  const KernelPlace place = make_struct(record);
  set(place, record, member, address);
  return place.address;
}

// From the root down to the last component, which is given back.
KernelPlace Arguments::dentries(const std::string& path, std::uint64_t& root) {
  constexpr std::uint64_t hashed = 1;
  KernelPlace last = make_struct("dentry");
  root = last.address;
  set(last, "dentry", "d_parent", root);
  set(last, "dentry", "d_hash.pprev", hashed);
  for (const std::string& name : components(path)) {
    const KernelPlace child = make_struct("dentry");
    const KernelPlace text = kernel_.take(name.size() + 1);
    std::memcpy(text.here, name.data(), name.size());
    set(child, "dentry", "d_parent", last.address);
    set(child, "dentry", "d_hash.pprev", hashed);
    set(child, "dentry", "d_name.len", static_cast<std::uint32_t>(name.size()));
    set(child, "dentry", "d_name.name", text.address);
    last = child;
  }
  return last;
}

std::uint64_t Arguments::dentry(const std::string& path) {
  std::uint64_t root = 0;
  return dentries(path, root).address;
}

std::uint64_t Arguments::path(const std::string& path) {
  std::uint64_t root = 0;
  const KernelPlace last = dentries(path, root);
  const KernelPlace mount = make_struct("mount");
  set(mount, "mount", "mnt.mnt_root", root);
  set(mount, "mount", "mnt_mountpoint", root);
  set(mount, "mount", "mnt_parent", mount.address);
  set(mount, "mount", "mnt_ns", kernels_own_namespace);
  const KernelPlace place = make_struct("path");
  set(place, "path", "mnt", mount.address + layouts_.offset("mount", "mnt"));
  set(place, "path", "dentry", last.address);
  return place.address;
}

std::uint64_t Arguments::file(const std::string& text) {
  const KernelPlace file = make_struct("file");
  const std::uint64_t made = path(text);
  const KernelPlace path{file.here + (made - file.address), made};
  std::memcpy(file.here + layouts_.offset("file", "f_path"), path.here, layouts_.size("path"));
  return file.address;
}

std::uint64_t Arguments::sock(const SockValue& value) {
  const KernelPlace sock = make_struct("sock");
  const auto in_common = [](const char* member) { return std::string("__sk_common.") + member; };
  set(sock, "sock", in_common("skc_family"), static_cast<std::uint16_t>(value.family));
  set(sock, "sock", in_common("skc_state"), static_cast<std::uint8_t>(value.state));
  set(sock, "sock", in_common("skc_num"), static_cast<std::uint16_t>(value.source_port));
  set(sock, "sock", in_common("skc_dport"),
      htons(static_cast<std::uint16_t>(value.destination_port)));
  set(sock, "sock", "sk_protocol", static_cast<std::uint16_t>(value.protocol));
  if (!value.source) return sock.address;
  const bool is_ipv6 = value.family == ipv6;
  set_bytes(sock, "sock", in_common(is_ipv6 ? "skc_v6_rcv_saddr" : "skc_rcv_saddr"),
            bytes_of(*value.source));
  set_bytes(sock, "sock", in_common(is_ipv6 ? "skc_v6_daddr" : "skc_daddr"),
            bytes_of(*value.destination));
  return sock.address;
}

// As system calls have it: struct sockaddr_in, struct sockaddr_in6, or a family alone.
std::uint64_t Arguments::sockaddr(const SockValue& value) {
  std::byte made[28] = {};
  const auto family = static_cast<std::uint16_t>(value.family);
  const std::uint16_t port = htons(static_cast<std::uint16_t>(value.source_port));
  std::memcpy(made, &family, sizeof family);
  std::memcpy(made + 2, &port, sizeof port);
  if (value.source) {
    const auto address = bytes_of(*value.source);
    std::memcpy(made + (value.family == ipv4 ? 4 : 8), address.data(), address.size());
  }
  return bytes(made);
}

}  // namespace vigil::testing
