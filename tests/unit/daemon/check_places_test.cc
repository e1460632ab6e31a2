#include "engine/daemon/check_places.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>
#include <fstream>

#include "engine/base/fd.h"

namespace vigil::daemon {
namespace {

namespace fs = std::filesystem;

class Places : public testing::Test {
 protected:
  Places() {
    std::string name = (fs::temp_directory_path() / "vigil-places-XXXXXX").string();
    directory_ = mkdtemp(name.data());
    std::ofstream(directory_ / "file.yaml") << "kind: TracingPolicy\n";
    config_.server_address = path("new/run/vigil.sock");
  }
  ~Places() override { fs::remove_all(directory_); }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  // Without the directory; what was looked at is as it was.
  std::string mistakes() const {
    std::string all;
    for (const auto& mistake : check_places(config_)) all += mistake.message() + "\n";
    const std::string prefix = directory_.string() + "/";
    for (auto at = all.find(prefix); at != std::string::npos; at = all.find(prefix, at))
      all.erase(at, prefix.size());
    EXPECT_EQ(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()), 1);
    return all;
  }

  fs::path directory_;
  Config config_;
};

TEST_F(Places, that_will_do_are_left_as_they_are) {
  config_.policy_dirs = {directory_.string()};
  config_.policy_files = {path("file.yaml")};
  for (const auto& file :
       {std::string(), path("events.json"), path("file.yaml"), std::string("/dev/null")}) {
    config_.export_file = file;
    EXPECT_EQ(mistakes(), "") << file;
  }
  config_.server_address = "127.0.0.1:1";
  EXPECT_EQ(mistakes(), "");
}

TEST_F(Places, of_policies_are_each_named) {
  config_.policy_dirs = {path("none"), path("nope")};
  config_.policy_files = {path("a.yaml"), path("file.yaml"), path("b.yaml")};
  EXPECT_EQ(mistakes(),
            "reading the directory none: No such file or directory\n"
            "reading the directory nope: No such file or directory\n"
            "reading 'a.yaml': open: No such file or directory\n"
            "reading 'b.yaml': open: No such file or directory\n");
}

TEST_F(Places, of_the_export_file_can_be_written) {
  for (const auto& [file, mistake] :
       {std::pair{path("none/events.json"), "none: No such file or directory"},
        {path("file.yaml/events.json"), "file.yaml/events.json: Not a directory"},
        {path("."), ".: Is a directory"}}) {
    config_.export_file = file;
    EXPECT_EQ(mistakes(), std::string("export-file: ") + mistake + "\n");
  }
}

TEST_F(Places, of_the_socket_are_free_or_a_socket) {
  config_.server_address = "unix://" + path("file.yaml");
  EXPECT_NE(mistakes().find("server-address: file.yaml exists and is not a socket"),
            std::string::npos);
  config_.server_address = "unix://" + path("file.yaml/a/vigil.sock");
  EXPECT_EQ(mistakes(), "server-address: file.yaml: Not a directory\n");
}

TEST_F(Places, of_the_socket_can_hold_one) {
  config_.server_address = "unix:///proc/x.sock";
  EXPECT_EQ(mistakes(),
            "server-address: no socket can be made in /proc: No such file or directory\n");
  config_.server_address = "unix:///proc/new/run/x.sock";
  EXPECT_EQ(mistakes(),
            "server-address: no directory can be made in /proc: No such file or directory\n");
}

TEST_F(Places, of_the_socket_lead_somewhere) {
  fs::remove(directory_ / "file.yaml");
  fs::create_symlink("nowhere", directory_ / "link");
  config_.server_address = "unix://" + path("link/run/x.sock");
  EXPECT_EQ(mistakes(), "server-address: link: No such file or directory\n");
}

// The longest that a socket may have, which is no reason to refuse it for the name that is tried.
TEST_F(Places, of_the_socket_may_have_a_long_path) {
  config_.server_address = "unix://" + path(std::string(107 - path("").size() - 2, 'd')) + "/s";
  EXPECT_EQ(mistakes(), "");
  config_.server_address = "unix://" + path(std::string(107 - path("").size(), 's'));
  EXPECT_EQ(mistakes(), "");
}

TEST_F(Places, of_a_socket_that_a_daemon_has_are_right) {
  fs::remove(directory_ / "file.yaml");
  config_.server_address = "unix://" + path("vigil.sock");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path("vigil.sock").copy(address.sun_path, sizeof(address.sun_path) - 1);
  const UniqueFd fd(socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(mistakes(), "");
}

}  // namespace
}  // namespace vigil::daemon
