#include "cli/client.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include "engine/base/text.h"

namespace vigil::cli {
namespace {

constexpr std::string_view unix_scheme = "unix:";
constexpr auto connect_timeout = std::chrono::seconds(5);

// "unix:///run/x", "unix:/run/x" and "/run/x" -> "/run/x"
std::optional<std::string> socket_path(std::string_view address) {
  if (address.starts_with('/')) return std::string(address);
  if (!address.starts_with(unix_scheme)) return std::nullopt;
  address.remove_prefix(unix_scheme.size());
  if (address.starts_with("//")) address.remove_prefix(2);
  return std::string(address);
}

// Who connects to anything else is refused as by a socket that nobody listens on.
bool is_socket(const std::string& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

std::string what_to_do(int errno_value) {
  switch (errno_value) {
    case ENOENT: return "; is vigild running? Start it, or name its address with --server-address";
    case ECONNREFUSED: return "; the socket is left over from a daemon that is gone: start vigild";
    case EACCES:
    case EPERM: return "; the socket belongs to root: try again with sudo";
    default: return "";
  }
}

// gRPC tells only "unavailable"; the socket itself says why.
Result<void> try_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path))
    return Error(fmt::format("'{}' is too long for the path of a socket", printable(path)));
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return Error::from_errno("opening a socket");
  const int result = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  const int errno_value = result == 0 ? 0 : errno;
  close(fd);
  if (errno_value == 0) return {};
  const auto doing = fmt::format("connecting to {}", printable(path));
  if (errno_value == ECONNREFUSED && !is_socket(path)) return Error("it is not a socket").in(doing);
  const Error error = Error::from_errno(doing, errno_value);
  return Error(error.message() + what_to_do(errno_value), errno_value);
}

}  // namespace

std::string default_server_address() {
  const char* address = std::getenv("VIGIL_SERVER_ADDRESS");
  return address != nullptr && *address != '\0' ? address : "unix:///run/vigil/vigil.sock";
}

std::string why_no_address(const std::string& address) {
  const auto path = socket_path(address);
  const auto colon = address.rfind(':');
  const bool names_port = colon != std::string::npos && colon > 0 && colon + 1 < address.size();
  if (path ? !path->empty() : names_port) return "";
  return fmt::format("'{}' is neither unix:///PATH nor HOST:PORT", printable(address));
}

Result<std::shared_ptr<grpc::Channel>> open_channel(const std::string& address) {
  if (const auto why = why_no_address(address); !why.empty()) return Error(why);
  const auto path = socket_path(address);
  if (path) TRY_VOID(try_socket(*path));
  grpc::ChannelArguments arguments;
  // A name for the host part: gRPC would put the socket's path there, which servers may refuse.
  if (path) arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, "localhost");
  auto channel = grpc::CreateCustomChannel(path ? "unix:" + uri_path(*path) : address,
                                           grpc::InsecureChannelCredentials(), arguments);
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + connect_timeout))
    return Error(
        fmt::format("connecting to {}: no answer; is vigild running there?", printable(address)));
  return channel;
}

Result<std::unique_ptr<Stub>> connect(const std::string& address) {
  TRY(const auto channel, open_channel(address));
  return tetragon::FineGuidanceSensors::NewStub(channel);
}

Error failure_of(const grpc::Status& status, const std::string& address) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return Error(fmt::format("the daemon at {} went away", printable(address)));
    case grpc::StatusCode::UNIMPLEMENTED:
      return Error(fmt::format("the daemon at {} does not offer this yet", printable(address)));
    default:
      return Error(status.error_message().empty()
                       ? fmt::format("the daemon answered with status {}",
                                     static_cast<int>(status.error_code()))
                       : status.error_message());
  }
}

}  // namespace vigil::cli
