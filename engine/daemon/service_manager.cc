#include "engine/daemon/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "engine/base/fd.h"

namespace vigil::daemon {

Result<void> notify(std::string_view state) {
  const char* name = std::getenv("NOTIFY_SOCKET");
  if (name == nullptr || *name == '\0') return {};
  const std::string path = name;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return Error("NOTIFY_SOCKET: the path is too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  // An abstract name is written with an at sign.
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';

  UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return Error::from_errno("making a socket");
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  const auto sent = sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL,
                           reinterpret_cast<const sockaddr*>(&address), length);
  if (sent < 0) return Error::from_errno("telling the service manager");
  return {};
}

}  // namespace vigil::daemon
