#include "engine/daemon/check_places.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "engine/daemon/listen_address.h"
#include "engine/daemon/static_policies.h"

namespace vigil::daemon {
namespace {

namespace fs = std::filesystem;

void check_policies(const std::vector<std::string>& directories,
                    const std::vector<std::string>& files, std::vector<Error>& mistakes) {
  const auto all = read_static_files(directories, files);
  if (!all) return mistakes.push_back(all.error());
  for (const auto& file : *all)
    if (!file.error.empty()) mistakes.emplace_back(file.error);
}

bool is_for_root_to_say(int errno_value) {
  return geteuid() != 0 && (errno_value == EACCES || errno_value == EPERM);
}

fs::path parent_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

Result<void> check_writable(const fs::path& path) {
  if (faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0 || is_for_root_to_say(errno))
    return {};
  return Error::from_errno(path.string());
}

Result<void> check_writable_directory(const fs::path& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode))
    return Error::from_errno(path.string(), ENOTDIR);
  return check_writable(path);
}

// It is made where it is not there, its directory is not.
Result<void> check_export(const std::string& path) {
  if (path.empty()) return {};
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return check_writable_directory(parent_of(path));
    return is_for_root_to_say(errno) ? Result<void>() : Error::from_errno(path);
  }
  return S_ISDIR(status.st_mode) ? Error::from_errno(path, EISDIR) : check_writable(path);
}

// Its directory is made where it is not there.
Result<void> check_socket(const std::string& text) {
  TRY(const auto address, parse_listen_address(text));
  if (address.reach == Reach::network) return {};
  fs::path above = parent_of(address.path);
  std::error_code error;
  while (!fs::exists(above, error) && above != parent_of(above)) above = parent_of(above);
  TRY_VOID(check_writable_directory(above));
  if (const auto there = has_socket(address.path);
      !there && !is_for_root_to_say(there.error().errno_value()))
    return there.error();
  return {};
}

}  // namespace

std::vector<Error> check_places(const Config& config) {
  std::vector<Error> mistakes;
  for (const auto& directory : config.policy_dirs) check_policies({directory}, {}, mistakes);
  check_policies({}, config.policy_files, mistakes);
  if (auto checked = check_export(config.export_file); !checked)
    mistakes.push_back(checked.error().in("export-file"));
  if (auto checked = check_socket(config.server_address); !checked)
    mistakes.push_back(checked.error().in("server-address"));
  return mistakes;
}

}  // namespace vigil::daemon
