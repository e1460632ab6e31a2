#include "engine/daemon/container_watch.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include <fmt/format.h>

#include "tests/support/fake_kernel.h"

namespace vigil::daemon {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const std::string id(64, 'd');

class ContainerWatchTest : public ::testing::Test {
 protected:
  ContainerWatchTest() {
    EXPECT_TRUE(kernel_.start());
    fs::create_directories(cgroups());
  }
  ~ContainerWatchTest() override { fs::remove_all(root_); }

  fs::path cgroups() const { return root_ / "cgroup"; }
  fs::path cgroup() const { return cgroups() / ("docker-" + id + ".scope"); }
  void write_state() const {
    const fs::path folder = root_ / "var/lib/docker/containers" / id;
    fs::create_directories(folder);
    std::ofstream(folder / "new") << R"({"Name":"/web"})";
    fs::rename(folder / "new", folder / "config.v2.json");
  }
  std::unique_ptr<ContainerWatch> start() {
    auto watch = ContainerWatch::start(cgroups().string(), root_.string(), workloads_);
    EXPECT_TRUE(watch);
    return std::move(*watch);
  }
  static bool comes_true(const std::function<bool()>& condition) {
    for (int i = 0; i < 2000 && !condition(); ++i) std::this_thread::sleep_for(5ms);
    return condition();
  }

  fs::path root_ = fs::temp_directory_path() / fmt::format("vigil-container-watch-{}", getpid());
  testing::FakeKernel kernel_;
  Workloads workloads_{kernel_, 100};
};

TEST_F(ContainerWatchTest, KnowsAtOnceWhoRunsAlready) {
  write_state();
  fs::create_directory(cgroup());
  const auto watch = start();
  EXPECT_EQ(kernel_.containers().size(), 1u);
  EXPECT_EQ(watch->counters().known, 1u);
}

TEST_F(ContainerWatchTest, SeesThemComeAndGo) {
  const auto watch = start();
  write_state();
  fs::create_directory(cgroup());
  EXPECT_TRUE(comes_true([&] { return kernel_.containers().size() == 1; }));
  fs::remove(cgroup());
  EXPECT_TRUE(comes_true([&] { return kernel_.containers().empty(); }));
}

TEST_F(ContainerWatchTest, AsksAgainForOneThatNoRuntimeTellsOfYet) {
  fs::create_directory(cgroup());
  const auto watch = start();
  EXPECT_EQ(watch->counters().unknown, 1u);
  write_state();
  EXPECT_TRUE(comes_true([&] { return watch->counters().known == 1; }));
  EXPECT_EQ(watch->counters().unknown, 0u);
  EXPECT_EQ(kernel_.containers().size(), 1u);
}

TEST_F(ContainerWatchTest, CountsWhatTheKernelDoesNotTake) {
  kernel_.set_room_for_containers(0);
  write_state();
  fs::create_directory(cgroup());
  const auto watch = start();
  EXPECT_GE(watch->counters().untold, 1u);
  kernel_.set_room_for_containers(1);
  EXPECT_TRUE(comes_true([&] { return kernel_.containers().size() == 1; }));
}

}  // namespace
}  // namespace vigil::daemon
