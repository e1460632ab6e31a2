#include "engine/daemon/listen_address.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

namespace vigil::daemon {
namespace {

namespace fs = std::filesystem;

class Socket : public testing::Test {
 protected:
  static fs::path make_directory() {
    std::string name = (fs::temp_directory_path() / "vigil-listen-XXXXXX").string();
    return mkdtemp(name.data());
  }
  ~Socket() override { fs::remove_all(directory_); }

  sockaddr_un socket_address() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
    return address;
  }
  UniqueFd bound() const {
    const auto address = socket_address();
    UniqueFd fd(socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    return fd;
  }
  bool connects() const {
    const auto address = socket_address();
    const UniqueFd fd(socket(AF_UNIX, SOCK_STREAM, 0));
    return connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  std::string failure() const {
    auto made = listen_on(address_);
    return made ? "" : made.error().message();
  }

  fs::path directory_ = make_directory();
  std::string path_ = (directory_ / "run" / "vigil.sock").string();
  ListenAddress address_ = parse_listen_address("unix://" + path_).value();
};

TEST(ListenAddress, is_a_socket_or_a_port) {
  EXPECT_EQ(parse_listen_address("unix:///run/a.sock")->path, "/run/a.sock");
  EXPECT_EQ(parse_listen_address("/run/a.sock")->path, "/run/a.sock");
  EXPECT_EQ(parse_listen_address("/run/a%41#.sock")->path, "/run/a%41#.sock");
  EXPECT_EQ(parse_listen_address("localhost:54321")->reach, Reach::network);
  EXPECT_EQ(to_string(parse_listen_address("[::1]:54321")->where), "[::1]:54321");
  for (const std::string wrong : {"", "localhost", ":1", "host:", "unix://"})
    EXPECT_FALSE(parse_listen_address(wrong)) << wrong;
  EXPECT_FALSE(parse_listen_address("unix:///" + std::string(200, 'x')));
}

TEST(ListenAddress, a_port_that_cannot_be_had_is_told) {
  const auto made = listen_on(parse_listen_address("192.0.2.1:54321").value());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message(),
            "listening on 192.0.2.1:54321: bind: Cannot assign requested address");
}

TEST_F(Socket, directory_is_made) {
  EXPECT_EQ(failure(), "");
  EXPECT_TRUE(fs::is_directory(directory_ / "run"));
}

TEST_F(Socket, stale_one_is_replaced) {
  fs::create_directory(directory_ / "run");
  bound().reset();
  ASSERT_TRUE(fs::is_socket(path_));
  const auto listening = listen_on(address_);
  ASSERT_TRUE(listening) << listening.error().message();
  EXPECT_TRUE(connects());
}

TEST_F(Socket, goes_with_who_listens) {
  auto listening = listen_on(address_);
  ASSERT_TRUE(listening);
  const auto sockets = std::move(listening->sockets);
  EXPECT_TRUE(fs::is_socket(path_));
  *listening = {};
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(Socket, file_in_its_place_stays_when_it_goes) {
  auto listening = listen_on(address_);
  ASSERT_TRUE(listening);
  fs::remove(path_);
  std::ofstream(path_) << "precious";
  *listening = {};
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(Socket, that_cannot_be_made_is_told) {
  const auto proc = listen_on(parse_listen_address("/proc/self/fd/sock").value());
  ASSERT_FALSE(proc);
  EXPECT_EQ(proc.error().message(),
            "listening on /proc/self/fd/sock: bind: No such file or directory");
}

TEST_F(Socket, living_one_is_left_alone) {
  fs::create_directory(directory_ / "run");
  auto fd = bound();
  ASSERT_EQ(listen(fd.get(), 1), 0);
  EXPECT_NE(failure().find("another daemon answers"), std::string::npos);
  EXPECT_TRUE(fs::is_socket(path_));
}

TEST_F(Socket, file_is_left_alone) {
  fs::create_directory(directory_ / "run");
  std::ofstream(path_) << "precious";
  EXPECT_NE(failure().find("is not a socket"), std::string::npos);
  EXPECT_EQ(fs::file_size(path_), 8u);
}

TEST_F(Socket, only_its_owner_may_connect) {
  const auto listening = listen_on(address_);
  ASSERT_TRUE(listening);
  struct stat status{};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(Socket, one_daemon_per_host) {
  const auto lock = (directory_ / "run" / "lock").string();
  auto first = lock_instance(lock);
  ASSERT_TRUE(first);
  auto second = lock_instance(lock);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message().find("already running"), std::string::npos);
  first->reset();
  EXPECT_TRUE(lock_instance(lock));
}

}  // namespace
}  // namespace vigil::daemon
