#include "engine/daemon/host_namespaces.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace vigil::daemon {
namespace {

TEST(HostNamespaces, AreThoseOfProcess1) {
  const auto procfs =
      std::filesystem::temp_directory_path() / ("host-namespaces-" + std::to_string(getpid()));
  std::filesystem::create_directories(procfs / "1/ns");
  std::ofstream(procfs / "1/ns/mnt") << "";
  struct stat found{};
  ASSERT_EQ(stat((procfs / "1/ns/mnt").c_str(), &found), 0);
  const auto numbers = host_namespaces(procfs.string());
  EXPECT_EQ(numbers[schema::namespace_number(schema::ProcessValue::mnt_namespace)],
            static_cast<std::uint32_t>(found.st_ino));
  EXPECT_EQ(numbers[schema::namespace_number(schema::ProcessValue::time_namespace)], 0U);
  std::filesystem::remove_all(procfs);
}

}  // namespace
}  // namespace vigil::daemon
