// Where clients connect, made ready to be listened on.
#pragma once

#include <string>

#include "engine/base/fd.h"
#include "engine/base/result.h"

namespace vigil::daemon {

enum class Reach { local, network };

struct ListenAddress {
  std::string address;  // as gRPC spells it
  Reach reach = Reach::local;
  std::string path;  // of a Unix socket
};

// "unix:///path", "unix:path", "/path" or "host:port".
Result<ListenAddress> parse_listen_address(const std::string& text);

// Makes the socket's directory; takes away a socket that nobody listens on. A living
// one, or anything that is not a socket, is an error; so is a port that cannot be had.
Result<void> make_way(const ListenAddress& address);

// Whether a socket is there; anything else in its place is an error.
Result<bool> has_socket(const std::string& path);

// Only its owner may connect.
Result<void> restrict(const ListenAddress& address);

// Held by the one daemon of this host for as long as the descriptor is open.
Result<UniqueFd> lock_instance(const std::string& path);

}  // namespace vigil::daemon
