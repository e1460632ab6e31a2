// Sockets of both ends, for tests of who is let in.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>

#include "engine/base/fd.h"

namespace vigil::api {

struct Directory {
  Directory() {
    path = (std::filesystem::temp_directory_path() / "vigil-api-XXXXXX").string();
    mkdtemp(path.data());
  }
  ~Directory() { std::filesystem::remove_all(path); }
  std::string path;
};

inline sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  return address;
}

inline sockaddr_in loopback(std::uint16_t port, in_addr_t host = INADDR_LOOPBACK) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(host);
  return address;
}

template <typename Address>
UniqueFd listening(const Address& address) {
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  UniqueFd fd(socket(generic->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  EXPECT_EQ(bind(fd.get(), generic, sizeof(address)), 0);
  EXPECT_EQ(listen(fd.get(), SOMAXCONN), 0);
  return fd;
}

inline UniqueFd listening_at_path(const std::string& path) {
  unlink(path.c_str());
  return listening(unix_address(path));
}

inline std::uint16_t port_of(const UniqueFd& fd) {
  sockaddr_in own{};
  socklen_t size = sizeof(own);
  EXPECT_EQ(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&own), &size), 0);
  return ntohs(own.sin_port);
}

// Of a client that waits five seconds for an answer.
inline UniqueFd client_socket(int family) {
  UniqueFd fd(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  return fd;
}

template <typename Address>
bool connects(const UniqueFd& fd, const Address& address) {
  return connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

inline UniqueFd connected(const std::string& path) {
  auto fd = client_socket(AF_UNIX);
  EXPECT_TRUE(connects(fd, unix_address(path)));
  return fd;
}

inline UniqueFd connected(std::uint16_t port, in_addr_t own_host = INADDR_LOOPBACK) {
  auto fd = client_socket(AF_INET);
  const auto own = loopback(0, own_host);
  EXPECT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof(own)), 0);
  EXPECT_TRUE(connects(fd, loopback(port)));
  return fd;
}

// Whether the other end closes, whatever it says before.
inline bool is_closed(const UniqueFd& fd) {
  char buffer[4096];
  ssize_t got = 0;
  while ((got = read(fd.get(), buffer, sizeof(buffer))) > 0) continue;
  return got == 0 || errno == ECONNRESET;
}

// The client is gone, and says so by a reset.
inline void vanish(UniqueFd& fd) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  fd.reset();
}

template <typename Condition>
bool eventually(Condition holds) {
  for (int i = 0; i < 1'000 && !holds(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return holds();
}

}  // namespace vigil::api
