#include "engine/daemon/container_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>

#include "engine/daemon/log.h"

namespace vigil::daemon {
namespace {

using namespace std::chrono_literals;

constexpr auto first_wait = 5ms;
constexpr auto longest_wait = 60'000ms;
constexpr auto between_looks = 1'000ms;  // where not all cgroups can be watched

}  // namespace

std::string cgroups_of_host() {
  std::error_code error;
  for (const char* root : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"})
    if (std::filesystem::exists(std::string(root) + "/cgroup.controllers", error)) return root;
  return {};
}

Result<std::unique_ptr<ContainerWatch>> ContainerWatch::start(const std::string& cgroups,
                                                              const std::string& runtime_root,
                                                              Workloads& workloads) {
  TRY(auto tree, enrich::CgroupTree::watch(cgroups));
  UniqueFd stop(eventfd(0, EFD_CLOEXEC));
  if (!stop) return Error::from_errno("watching containers");
  std::unique_ptr<ContainerWatch> watch(
      new ContainerWatch(std::move(tree), runtime_root, workloads, std::move(stop)));
  watch->settle();
  if (!watch->tree_.sees_all())
    spdlog::warn(
        "there are more cgroups than can be watched (fs.inotify.max_user_watches): new "
        "containers are looked for once a second");
  watch->thread_ = std::thread([&watch = *watch] { watch.run(); });
  return watch;
}

ContainerWatch::~ContainerWatch() {
  const std::uint64_t one = 1;
  if (::write(stop_.get(), &one, sizeof(one)) < 0) std::abort();
  if (thread_.joinable()) thread_.join();
}

ContainerCounters ContainerWatch::counters() const {
  return {
      .known = known_count_, .unknown = unknown_count_, .untold = untold_, .sees_all = sees_all_};
}

void ContainerWatch::run() {
  for (;;) {
    pollfd ready[] = {{tree_.fd(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    ::poll(ready, std::size(ready), patience_ms());
    if (ready[1].revents != 0) return;
    tree_.update();
    if (!tree_.sees_all()) tree_.look_again();
    settle();
  }
}

// Until something has to be done though no cgroup came or went.
int ContainerWatch::patience_ms() const {
  auto next = Clock::time_point::max();
  for (const auto& [cgroup, unknown] : unknown_) next = std::min(next, unknown.next);
  if (!tree_.sees_all()) next = std::min(next, Clock::now() + between_looks);
  if (next == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<Wait>(next - Clock::now());
  return static_cast<int>(std::clamp(left, Wait(0), Wait(longest_wait)).count());
}

void ContainerWatch::settle() {
  forget_those_gone();
  const auto now = Clock::now();
  for (const auto& [path, cgroup] : tree_.containers()) {
    if (known_.contains(cgroup.cgroup)) continue;
    const auto unknown = unknown_.find(cgroup.cgroup);
    if (unknown != unknown_.end() && unknown->second.next > now) continue;
    if (introduce(cgroup)) {
      known_.insert(cgroup.cgroup);
      unknown_.erase(cgroup.cgroup);
    } else {
      ask_later(cgroup.cgroup);
    }
  }
  known_count_ = known_.size();
  unknown_count_ = unknown_.size();
  sees_all_ = tree_.sees_all();
}

void ContainerWatch::forget_those_gone() {
  std::set<std::uint64_t> there;
  for (const auto& [path, cgroup] : tree_.containers()) there.insert(cgroup.cgroup);
  std::erase_if(known_, [&](std::uint64_t cgroup) {
    if (there.contains(cgroup)) return false;
    workloads_.remove(cgroup);
    return true;
  });
  std::erase_if(unknown_, [&](const auto& entry) { return !there.contains(entry.first); });
}

bool ContainerWatch::introduce(const enrich::ContainerCgroup& cgroup) {
  auto labels = state_.find(cgroup.container);
  if (!labels) return false;
  spdlog::debug("container {}: name '{}', repo '{}'", cgroup.container, labels->name, labels->repo);
  auto told = workloads_.put(cgroup.cgroup, std::move(*labels));
  if (told) return true;
  ++untold_;
  spdlog::error("container {}: {}", cgroup.container, told.error().message());
  return false;
}

void ContainerWatch::ask_later(std::uint64_t cgroup) {
  const auto [entry, is_new] = unknown_.try_emplace(cgroup, Unknown{{}, first_wait});
  Unknown& unknown = entry->second;
  if (!is_new) unknown.wait = std::min<Wait>(2 * unknown.wait, longest_wait);
  unknown.next = Clock::now() + unknown.wait;
}

}  // namespace vigil::daemon
