// ContainerWatch: a thread that follows the cgroups of containers and looks up who they are. A
// container that no runtime tells of yet is asked for again, less and less often.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>

#include "engine/daemon/workloads.h"
#include "engine/stream/enrich/cgroup_tree.h"
#include "engine/stream/enrich/runtime_state.h"

namespace vigil::daemon {

struct ContainerCounters {
  std::uint64_t known = 0;
  std::uint64_t unknown = 0;  // of which no runtime tells
  std::uint64_t untold = 0;   // times that the kernel had no room for one
  bool sees_all = true;       // cgroups are watched, not only looked for
};

class ContainerWatch {
 public:
  // Comes back when those that run now are known. None: there is no hierarchy of cgroups v2.
  static Result<std::unique_ptr<ContainerWatch>> start(const std::string& cgroups,
                                                       const std::string& runtime_root,
                                                       Workloads& workloads);
  ~ContainerWatch();
  ContainerWatch(const ContainerWatch&) = delete;
  ContainerWatch& operator=(const ContainerWatch&) = delete;

  ContainerCounters counters() const;

 private:
  using Clock = std::chrono::steady_clock;
  using Wait = std::chrono::milliseconds;
  struct Unknown {
    Clock::time_point next;
    Wait wait;
  };

  ContainerWatch(enrich::CgroupTree tree, const std::string& runtime_root, Workloads& workloads,
                 UniqueFd stop)
      : tree_(std::move(tree)),
        state_(runtime_root),
        workloads_(workloads),
        stop_(std::move(stop)) {}
  void run();
  void settle();
  void forget_those_gone();
  bool introduce(const enrich::ContainerCgroup& cgroup);
  void ask_later(std::uint64_t cgroup);
  int patience_ms() const;

  enrich::CgroupTree tree_;
  enrich::RuntimeState state_;
  Workloads& workloads_;
  UniqueFd stop_;
  std::set<std::uint64_t> known_;  // by cgroup
  std::unordered_map<std::uint64_t, Unknown> unknown_;
  std::atomic<std::uint64_t> known_count_{0}, unknown_count_{0}, untold_{0};
  std::atomic<bool> sees_all_{true};
  std::thread thread_;
};

// Where cgroups v2 are mounted below /sys/fs/cgroup; empty: nowhere.
std::string cgroups_of_host();

}  // namespace vigil::daemon
