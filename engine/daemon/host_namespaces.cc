#include "engine/daemon/host_namespaces.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <string_view>

namespace vigil::daemon {
namespace {

constexpr std::array<std::string_view, schema::namespace_count> files = {
    "uts",    "ipc", "mnt", "pid", "pid_for_children", "net", "time", "time_for_children",
    "cgroup", "user"};

}  // namespace

std::array<std::uint32_t, schema::namespace_count> host_namespaces(const std::string& procfs) {
  std::array<std::uint32_t, schema::namespace_count> numbers{};
  for (std::size_t i = 0; i < files.size(); ++i) {
    struct stat found{};
    if (stat(fmt::format("{}/1/ns/{}", procfs, files[i]).c_str(), &found) == 0)
      numbers[i] = static_cast<std::uint32_t>(found.st_ino);
  }
  return numbers;
}

}  // namespace vigil::daemon
