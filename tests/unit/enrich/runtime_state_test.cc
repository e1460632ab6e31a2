#include "engine/stream/enrich/runtime_state.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace vigil::enrich {
namespace {

namespace fs = std::filesystem;

const std::string id(64, 'c');
constexpr const char* bundle =
    R"({"annotations":{"io.kubernetes.cri.container-name":"web","io.kubernetes.cri.image-name":"w"}})";

class RuntimeStateTest : public testing::Test {
 protected:
  ~RuntimeStateTest() override { fs::remove_all(root_); }

  void write(const std::string& path, std::string_view text) {
    const fs::path file = root_ / path;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::optional<ContainerLabels> find() const { return RuntimeState(root_.string()).find(id); }

  fs::path root_ = fs::temp_directory_path() / fmt::format("vigil-runtime-state-{}", getpid());
};

TEST_F(RuntimeStateTest, IsFoundWhereEachRuntimeKeepsIt) {
  EXPECT_EQ(find(), std::nullopt);
  const std::string config = "/" + id + "/config.json", user = "/" + id + "/userdata/config.json";
  for (const std::string& path :
       {"run/containerd/io.containerd.runtime.v2.task/k8s.io" + config,
        "run/containerd/io.containerd.runtime.v2.task/default" + config,
        "run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io" + config,
        "run/containers/storage/overlay-containers" + user,
        "var/lib/containers/storage/overlay-containers" + user}) {
    write(path, bundle);
    EXPECT_EQ(find(), (ContainerLabels{"web", "w"})) << path;
    fs::remove_all(root_);
  }
}

TEST_F(RuntimeStateTest, OfSeveralFilesIsPutTogether) {
  write("var/lib/docker/containers/" + id + "/config.v2.json", R"({"Name":"/web"})");
  EXPECT_EQ(find(), (ContainerLabels{"web", ""}));
  write(
      "var/lib/containers/storage/overlay-containers/containers.json",
      fmt::format(
          R"([{{"id":"{}","metadata":"{{\"image-name\":\"quay.io/x:1\",\"name\":\"x\"}}"}}])", id));
  EXPECT_EQ(find(), (ContainerLabels{"web", "quay.io/x"}));
}

TEST_F(RuntimeStateTest, ThatIsTooLongOrBrokenIsNone) {
  const std::string path = "var/lib/docker/containers/" + id + "/config.v2.json";
  write(path, R"({"Name":"/web")");
  EXPECT_EQ(find(), std::nullopt);
  write(path, R"({"Name":"/web"})" + std::string(2 << 20, ' '));
  EXPECT_EQ(find(), std::nullopt);
  fs::remove(root_ / path);
  fs::create_directories(root_ / path);
  EXPECT_EQ(find(), std::nullopt);
}

}  // namespace
}  // namespace vigil::enrich
