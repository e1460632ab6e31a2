#include "engine/stream/enrich/cgroup_tree.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "engine/stream/enrich/container_id.h"

namespace vigil::enrich {
namespace {

constexpr std::size_t most_containers = 65536;  // with and without a runtime that knows them
constexpr std::uint32_t wanted = IN_CREATE | IN_DELETE | IN_ONLYDIR | IN_DONT_FOLLOW;

std::string_view last_component(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);
}

// Calls `use` for each notice in the buffer.
template <typename Use>
void each_notice(std::string_view bytes, Use use) {
  while (bytes.size() >= sizeof(inotify_event)) {
    inotify_event notice{};
    std::memcpy(&notice, bytes.data(), sizeof(notice));
    const std::string_view padded = bytes.substr(sizeof(notice), notice.len);
    use(notice, padded.substr(0, padded.find('\0')));
    bytes.remove_prefix(sizeof(notice) + padded.size());
  }
}

}  // namespace

Result<CgroupTree> CgroupTree::watch(std::string root, std::size_t most_watches) {
  UniqueFd notices(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!notices) return Error::from_errno("watching cgroups");
  CgroupTree tree(std::move(root), std::move(notices), most_watches);
  tree.look_again();
  return tree;
}

void CgroupTree::look_again() {
  containers_.clear();
  sees_all_ = true;
  look_at(root_);
}

void CgroupTree::watch_folder(const std::string& path) {
  const int watch = watched_.size() < most_watches_
                        ? inotify_add_watch(notices_.get(), path.c_str(), wanted)
                        : -1;
  if (watch >= 0) {
    watched_[watch] = path;
  } else if (watched_.size() >= most_watches_ || errno != ENOENT) {
    sees_all_ = false;
  }
}

// Watched before it is read: what comes in between is seen twice rather than never.
void CgroupTree::enter(const std::string& path, std::vector<std::string>& found) {
  watch_folder(path);
  std::error_code error;
  for (std::filesystem::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->symlink_status(error).type() == std::filesystem::file_type::directory)
      found.push_back(entry->path().string());
  }
}

void CgroupTree::look_at(std::string path) {
  std::vector<std::string> found = {std::move(path)};
  while (!found.empty()) {
    const std::string next = std::move(found.back());
    found.pop_back();
    const std::string_view id = container_id_in(last_component(next));
    if (id.empty()) {
      enter(next, found);
      continue;
    }
    struct stat status{};
    if (containers_.size() < most_containers && stat(next.c_str(), &status) == 0)
      containers_[next] = {status.st_ino, std::string(id)};
  }
}

void CgroupTree::update() {
  bool lost = false;
  alignas(inotify_event) char buffer[65536];
  for (;;) {
    const ssize_t got = ::read(notices_.get(), buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    const std::string_view bytes(buffer, static_cast<std::size_t>(got));
    each_notice(bytes, [&](const inotify_event& notice, std::string_view name) {
      if ((notice.mask & IN_Q_OVERFLOW) != 0) lost = true;
      const auto folder = watched_.find(notice.wd);
      if (folder == watched_.end()) return;
      if ((notice.mask & IN_IGNORED) != 0) {
        watched_.erase(folder);
        return;
      }
      if ((notice.mask & IN_ISDIR) == 0) return;
      std::string path = folder->second + '/' + std::string(name);
      containers_.erase(path);
      if ((notice.mask & IN_CREATE) != 0) look_at(std::move(path));
    });
  }
  if (lost) look_again();
}

}  // namespace vigil::enrich
