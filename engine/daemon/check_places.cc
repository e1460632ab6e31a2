#include "engine/daemon/check_places.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "engine/base/clock.h"
#include "engine/base/fd.h"
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

Result<void> cannot_be_made(const char* what, const fs::path& directory) {
  if (is_for_root_to_say(errno)) return {};
  return Error::from_errno(fmt::format("no {} can be made in {}", what, directory.string()));
}

// Some of what may be written takes no socket, and only that tells: /proc, a cgroup, what a
// security module guards. `shown` is what the directory will be called.
Result<void> try_socket(const fs::path& directory, const fs::path& shown) {
  const UniqueFd place(open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!place) return cannot_be_made("socket", shown);
  const UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return Error::from_errno("making a socket");
  const auto name = fmt::format(".vigild-{}-{}", getpid(), boot_time_ns());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // Short, however long the directory's path is.
  fmt::format_to_n(address.sun_path, sizeof(address.sun_path) - 1, "/proc/self/fd/{}/{}",
                   place.get(), name);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return cannot_be_made("socket", shown);
  if (unlinkat(place.get(), name.c_str(), 0) != 0)
    return Error::from_errno(fmt::format("removing {}", (shown / name).string()));
  return {};
}

Result<void> try_directory(const fs::path& above, const fs::path& shown) {
  std::string made = (above / ".vigild-XXXXXX").string();
  if (mkdtemp(made.data()) == nullptr) return cannot_be_made("directory", above);
  auto tried = try_socket(made, shown);
  if (rmdir(made.c_str()) != 0) return Error::from_errno(fmt::format("removing {}", made));
  return tried;
}

// Its directory is made where it is not there.
Result<void> check_socket(const std::string& text) {
  TRY(const auto address, parse_listen_address(text));
  if (address.reach == Reach::network) return {};
  const fs::path directory = parent_of(address.path);
  fs::path above = directory;
  std::error_code error;
  while (!fs::exists(fs::symlink_status(above, error)) && above != parent_of(above))
    above = parent_of(above);
  TRY_VOID(check_writable_directory(above));
  if (const auto there = has_socket(address.path);
      !there && !is_for_root_to_say(there.error().errno_value()))
    return there.error();
  return above == directory ? try_socket(directory, directory) : try_directory(above, directory);
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
