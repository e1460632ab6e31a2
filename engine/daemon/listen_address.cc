#include "engine/daemon/listen_address.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "engine/daemon/listen_at.h"
#include "engine/daemon/log.h"

namespace vigil::daemon {
namespace {

Result<sockaddr_un> socket_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path))
    return Error(
        fmt::format("'{}': a socket's path has 1 to {} bytes", path, sizeof(address.sun_path) - 1));
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

// 0, or the errno of trying to connect.
Result<int> try_to_connect(const std::string& path) {
  TRY(const sockaddr_un address, socket_address(path));
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return Error::from_errno("making a socket");
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  return connect(fd.get(), generic, sizeof(address)) == 0 ? 0 : errno;
}

Result<void> make_parent(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  if (parent.empty()) return {};
  std::error_code error;
  const bool made = std::filesystem::create_directories(parent, error);
  if (error)
    return Error::from_errno(fmt::format("making the directory {}", parent.string()),
                             error.value());
  if (!made) return {};
  // Whatever our umask is: others may look, not touch.
  if (chmod(parent.c_str(), 0755) != 0)
    return Error::from_errno(fmt::format("chmod {}", parent.string()));
  spdlog::info("made the directory {}", parent.string());
  return {};
}

Result<ListenAddress> local(const std::string& path) {
  TRY_VOID(socket_address(path));
  return ListenAddress{.reach = Reach::local, .path = path};
}

// Its directory made, a socket that nobody listens on taken away.
Result<void> make_way(const std::string& path) {
  TRY_VOID(make_parent(path));
  TRY(const bool is_there, has_socket(path));
  if (!is_there) return {};
  TRY(const int problem, try_to_connect(path));
  if (problem == 0 || problem == EAGAIN)
    return Error(fmt::format(
        "another daemon answers at {}; stop it or choose another --server-address", path));
  if (problem != ECONNREFUSED) return Error::from_errno(fmt::format("trying {}", path), problem);
  if (unlink(path.c_str()) != 0)
    return Error::from_errno(fmt::format("removing the stale socket {}", path));
  return {};
}

// Restricted before it listens: until then nobody can connect.
Result<Listening> listen_at_path(const std::string& path) {
  TRY(const sockaddr_un address, socket_address(path));
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return Error::from_errno("socket");
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return Error::from_errno("bind");
  Listening made;
  made.file = SocketFile(path);
  if (chmod(path.c_str(), 0600) != 0) return Error::from_errno("chmod");
  if (listen(fd.get(), SOMAXCONN) != 0) return Error::from_errno("listen");
  made.sockets.push_back(std::move(fd));
  return made;
}

}  // namespace

Result<ListenAddress> parse_listen_address(const std::string& text) {
  if (text.starts_with("unix://")) return local(text.substr(std::strlen("unix://")));
  if (text.starts_with("unix:")) return local(text.substr(std::strlen("unix:")));
  if (text.starts_with("/")) return local(text);
  if (text.find(':') == std::string::npos || text.starts_with(':'))
    return Error(fmt::format("'{}' is neither unix:///PATH nor HOST:PORT", text));
  TRY(auto where, parse_host_port(text));
  return ListenAddress{.reach = Reach::network, .where = std::move(where)};
}

Result<bool> has_socket(const std::string& path) {
  struct stat status{};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return false;
    return Error::from_errno(fmt::format("looking at {}", path));
  }
  if (S_ISSOCK(status.st_mode)) return true;
  return Error(
      fmt::format("{} exists and is not a socket; it is left alone, remove it or choose another "
                  "--server-address",
                  path));
}

SocketFile::~SocketFile() {
  if (!path_.empty() && has_socket(path_).value_or(false)) unlink(path_.c_str());
}

Result<Listening> listen_on(const ListenAddress& address) {
  if (address.reach == Reach::network) {
    TRY(auto sockets, listen_at_all(address.where));
    return Listening{std::move(sockets), {}};
  }
  TRY_VOID(make_way(address.path));
  auto made = listen_at_path(address.path);
  if (!made) return made.error().in(fmt::format("listening on {}", address.path));
  return made;
}

Result<UniqueFd> lock_instance(const std::string& path) {
  TRY_VOID(make_parent(path));
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return Error::from_errno(fmt::format("opening {}", path));
  if (flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  if (errno == EWOULDBLOCK)
    return Error(fmt::format("vigild is already running on this host (it holds {})", path),
                 EWOULDBLOCK);
  return Error::from_errno(fmt::format("locking {}", path));
}

}  // namespace vigil::daemon
