#include "engine/stream/enrich/cgroup_tree.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <fmt/format.h>

namespace vigil::enrich {
namespace {

namespace fs = std::filesystem;

class CgroupTreeTest : public testing::Test {
 protected:
  CgroupTreeTest() { fs::create_directories(root_); }
  ~CgroupTreeTest() override { fs::remove_all(root_); }

  static std::string docker(char digit) { return "docker-" + std::string(64, digit) + ".scope"; }
  std::string make(const std::string& path) {
    fs::create_directories(root_ / path);
    return path;
  }
  CgroupTree watch(std::size_t most_watches = 100) {
    auto tree = CgroupTree::watch(root_.string(), most_watches);
    EXPECT_TRUE(tree);
    return std::move(*tree);
  }
  // Of those found, below the root.
  std::vector<std::string> found(const CgroupTree& tree) {
    std::vector<std::string> paths;
    for (const auto& [path, cgroup] : tree.containers()) {
      paths.push_back(fs::path(path).lexically_relative(root_).string());
      struct stat status{};
      EXPECT_EQ(stat(path.c_str(), &status), 0);
      EXPECT_EQ(cgroup.cgroup, status.st_ino);
      EXPECT_NE(path.find(cgroup.container), std::string::npos);
    }
    return paths;
  }

  using Paths = std::vector<std::string>;
  fs::path root_ = fs::temp_directory_path() / fmt::format("vigil-cgroup-tree-{}", getpid());
};

TEST_F(CgroupTreeTest, HasThoseThatWereThereBefore) {
  const std::string one = make("system.slice/" + docker('1'));
  const std::string two = make("kubepods.slice/pod1.slice/" + std::string(64, '2'));
  make("system.slice/ssh.service");
  const CgroupTree tree = watch();
  EXPECT_EQ(found(tree), (Paths{two, one}));
  EXPECT_TRUE(tree.sees_all());
}

TEST_F(CgroupTreeTest, FollowsThemAsTheyComeAndGo) {
  CgroupTree tree = watch();
  const std::string one = make("a/b/c/" + docker('1'));
  tree.update();
  EXPECT_EQ(found(tree), Paths{one});
  const std::string two = make("a/b/" + docker('2'));
  tree.update();
  EXPECT_EQ(found(tree), (Paths{one, two}));
  fs::remove(root_ / one);
  fs::remove(root_ / "a/b/c");
  tree.update();
  EXPECT_EQ(found(tree), Paths{two});
  make(one);
  tree.update();
  EXPECT_EQ(found(tree), (Paths{one, two}));
}

TEST_F(CgroupTreeTest, OneThatIsMadeAgainIsAnotherOne) {
  const std::string one = make(docker('1'));
  CgroupTree tree = watch();
  const fs::path path = root_ / one;
  const fs::path aside = root_ / "aside";
  fs::rename(path, aside);  // so that the number is not used again
  make(one);
  tree.update();
  EXPECT_EQ(found(tree), Paths{one});
}

TEST_F(CgroupTreeTest, DoesNotLookIntoContainers) {
  CgroupTree tree = watch();
  const std::string outer = make(docker('1'));
  make(outer + "/init/" + docker('2'));
  tree.update();
  EXPECT_EQ(found(tree), Paths{outer});
  make(outer + "/" + docker('3'));
  tree.update();
  tree.look_again();
  EXPECT_EQ(found(tree), Paths{outer});
}

TEST_F(CgroupTreeTest, SaysWhenItCannotWatchAll) {
  make("a/b");
  CgroupTree tree = watch(2);
  EXPECT_FALSE(tree.sees_all());
  const std::string one = make("a/b/" + docker('1'));
  tree.update();
  EXPECT_EQ(found(tree), Paths{});
  tree.look_again();
  EXPECT_EQ(found(tree), Paths{one});
  EXPECT_FALSE(tree.sees_all());
}

TEST_F(CgroupTreeTest, LooksAgainWhenTooMuchHappened) {
  CgroupTree tree = watch();
  for (int i = 0; i < 20000; ++i) {
    const fs::path path = root_ / fmt::format("x{}", i % 2);
    fs::create_directory(path);
    fs::remove(path);
  }
  const std::string one = make(docker('1'));
  tree.update();
  EXPECT_EQ(found(tree), Paths{one});
}

TEST_F(CgroupTreeTest, OfNothingIsEmpty) {
  fs::remove_all(root_);
  EXPECT_TRUE(watch().containers().empty());
}

}  // namespace
}  // namespace vigil::enrich
