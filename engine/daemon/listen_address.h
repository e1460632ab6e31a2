// Where clients connect, and the sockets that listen there.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "engine/daemon/host_port.h"

namespace vigil::daemon {

enum class Reach { local, network };

struct ListenAddress {
  Reach reach = Reach::local;
  std::string path;  // of a Unix socket
  HostPort where;    // in the network
};

// "unix:///path", "unix:path", "/path" or "host:port".
Result<ListenAddress> parse_listen_address(const std::string& text);

// Whether a socket is there; anything else in its place is an error.
Result<bool> has_socket(const std::string& path);

// The name of a Unix socket, which goes when this goes.
class SocketFile {
 public:
  SocketFile() = default;
  explicit SocketFile(std::string path) : path_(std::move(path)) {}
  SocketFile(SocketFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  SocketFile& operator=(SocketFile&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;
  ~SocketFile();

 private:
  std::string path_;
};

struct Listening {
  std::vector<UniqueFd> sockets;
  SocketFile file;
};

// Only its owner may connect to a Unix socket. Its directory is made; a socket that nobody listens
// on is replaced. A living one, or anything that is not a socket, is an error.
Result<Listening> listen_on(const ListenAddress& address);

// Held by the one daemon of this host for as long as the descriptor is open.
Result<UniqueFd> lock_instance(const std::string& path);

}  // namespace vigil::daemon
