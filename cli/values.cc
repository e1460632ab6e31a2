#include "cli/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "cli/terminal.h"

namespace vigil::cli {
namespace {

using tetragon::KprobeArgument;

constexpr std::size_t shown_bytes = 64;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// "IPPROTO_TCP" -> "tcp"
std::string protocol_name(const std::string& protocol) {
  constexpr std::string_view prefix = "IPPROTO_";
  return lower(protocol.rfind(prefix, 0) == 0 ? protocol.substr(prefix.size()) : protocol);
}

std::string bytes_text(const std::string& bytes, std::uint64_t original_size) {
  std::string shown = quoted_word(bytes.substr(0, shown_bytes));
  if (bytes.size() <= shown_bytes && original_size <= bytes.size()) return shown;
  return fmt::format("{}... ({} bytes)", shown,
                     std::max<std::uint64_t>(original_size, bytes.size()));
}

std::string credentials_text(const tetragon::ProcessCredentials& c) {
  return fmt::format("uid={} euid={} gid={} egid={}", c.uid().value(), c.euid().value(),
                     c.gid().value(), c.egid().value());
}

template <typename Bpf>
std::string bpf_program_text(const Bpf& program) {
  return fmt::format("{} {}", program.progtype(), quoted_word(program.progname()));
}

std::string sockaddr_text(const tetragon::KprobeSockaddr& address) {
  if (address.addr().empty()) return address.family();
  return fmt::format("{}:{}", quoted_word(address.addr()), address.port());
}

// A socket that is neither bound nor connected has no ends to speak of.
std::string sock_text(const tetragon::KprobeSock& sock) {
  if (sock.sport() == 0 && sock.dport() == 0) return quoted_word(protocol_name(sock.protocol()));
  return connection_text(sock);
}

}  // namespace

std::string connection_text(const tetragon::KprobeSock& sock) {
  return quoted_word(protocol_name(sock.protocol())) +
         fmt::format(" {}:{} -> {}:{}", quoted_word(sock.saddr()), sock.sport(),
                     quoted_word(sock.daddr()), sock.dport());
}

std::string value_text(const KprobeArgument& argument) {
  switch (argument.arg_case()) {
    case KprobeArgument::kStringArg: return quoted_word(argument.string_arg());
    case KprobeArgument::kIntArg: return fmt::to_string(argument.int_arg());
    case KprobeArgument::kUintArg: return fmt::to_string(argument.uint_arg());
    case KprobeArgument::kLongArg: return fmt::to_string(argument.long_arg());
    case KprobeArgument::kSizeArg: return fmt::to_string(argument.size_arg());
    case KprobeArgument::kBytesArg: return bytes_text(argument.bytes_arg(), 0);
    case KprobeArgument::kTruncatedBytesArg:
      return bytes_text(argument.truncated_bytes_arg().bytes_arg(),
                        argument.truncated_bytes_arg().orig_size());
    case KprobeArgument::kPathArg: return quoted_word(argument.path_arg().path());
    case KprobeArgument::kFileArg: return quoted_word(argument.file_arg().path());
    case KprobeArgument::kLinuxBinprmArg: return quoted_word(argument.linux_binprm_arg().path());
    case KprobeArgument::kSockArg: return sock_text(argument.sock_arg());
    case KprobeArgument::kSockaddrArg: return sockaddr_text(argument.sockaddr_arg());
    case KprobeArgument::kSockaddrunArg: return quoted_word(argument.sockaddrun_arg().path());
    case KprobeArgument::kCapabilityArg: return argument.capability_arg().name();
    case KprobeArgument::kProcessCredentialsArg:
      return credentials_text(argument.process_credentials_arg());
    case KprobeArgument::kSkbArg:
      return fmt::format("{}:{} -> {}:{}", argument.skb_arg().saddr(), argument.skb_arg().sport(),
                         argument.skb_arg().daddr(), argument.skb_arg().dport());
    case KprobeArgument::kBpfAttrArg: return bpf_program_text(argument.bpf_attr_arg());
    case KprobeArgument::kBpfProgArg: return bpf_program_text(argument.bpf_prog_arg());
    case KprobeArgument::kBpfMapArg:
      return fmt::format("{} {}", argument.bpf_map_arg().maptype(),
                         quoted_word(argument.bpf_map_arg().mapname()));
    case KprobeArgument::kPerfEventArg: return quoted_word(argument.perf_event_arg().type());
    case KprobeArgument::kModuleArg: return quoted_word(argument.module_arg().name());
    case KprobeArgument::kNetDevArg: return quoted_word(argument.net_dev_arg().name());
    case KprobeArgument::kKernelCapTArg: return quoted_word(argument.kernel_cap_t_arg());
    case KprobeArgument::kCapInheritableArg: return quoted_word(argument.cap_inheritable_arg());
    case KprobeArgument::kCapPermittedArg: return quoted_word(argument.cap_permitted_arg());
    case KprobeArgument::kCapEffectiveArg: return quoted_word(argument.cap_effective_arg());
    case KprobeArgument::kBpfCmdArg: return tetragon::BpfCmd_Name(argument.bpf_cmd_arg());
    case KprobeArgument::kSyscallId:
      return fmt::format("{}:{}", argument.syscall_id().abi(), argument.syscall_id().id());
    case KprobeArgument::kErrorArg: return quoted_word(argument.error_arg().message());
    case KprobeArgument::kUserNsArg:
      return fmt::format("level={}", argument.user_ns_arg().level().value());
    case KprobeArgument::kUserNamespaceArg:  // deprecated, never sent by us
    case KprobeArgument::kCredArg:
    case KprobeArgument::ARG_NOT_SET: return "-";
  }
  return "-";
}

}  // namespace vigil::cli
