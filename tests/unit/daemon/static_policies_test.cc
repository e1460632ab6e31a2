#include "engine/daemon/static_policies.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace vigil::daemon {
namespace {

namespace fs = std::filesystem;

class StaticFiles : public testing::Test {
 protected:
  static fs::path make_directory() {
    std::string name = (fs::temp_directory_path() / "vigil-static-XXXXXX").string();
    return mkdtemp(name.data());
  }
  ~StaticFiles() override { fs::remove_all(directory_); }

  fs::path directory_ = make_directory();
};

TEST_F(StaticFiles, a_directory_that_is_called_like_a_policy_is_told) {
  fs::create_directory(directory_ / "d.yaml");
  const auto all = read_static_files({directory_}, {});
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1U);
  EXPECT_NE(all->front().error, "");
}

}  // namespace
}  // namespace vigil::daemon
