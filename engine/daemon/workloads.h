// Workloads: the sets of containers that loaded policies name, and the containers that are known.
// The kernel is told which container is in which set.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "engine/api/policy_service.h"
#include "engine/compile/plan/plan.h"
#include "engine/loader/kernel.h"
#include "engine/stream/enrich/container_state.h"

namespace vigil::daemon {

class Workloads {
 public:
  // Sets have the numbers from plan::first_workload_set to `limit`, which is none.
  Workloads(loader::Kernel& kernel, std::uint32_t limit);

  // For whoever changes policies, one at a time.
  const plan::WorkloadSets& sets() const { return sets_; }
  // Numbers for those of `wanted` that have none yet.
  api::Outcome<void> add(const std::set<check::LabelRequirements>& wanted);
  // Only `wanted` keep their numbers.
  void keep(const std::set<check::LabelRequirements>& wanted);

  // For whoever sees containers come and go.
  Result<void> put(std::uint64_t cgroup, enrich::ContainerLabels labels);
  void remove(std::uint64_t cgroup);

 private:
  struct Container {
    enrich::ContainerLabels labels;
    std::set<std::uint32_t> sets;
  };
  std::optional<std::uint32_t> take_number();
  Result<void> put_into(const check::LabelRequirements& set, std::uint32_t number);
  bool take_out_of(std::uint32_t number);
  Result<void> tell(std::uint64_t cgroup, const Container& container);

  loader::Kernel& kernel_;
  std::uint32_t limit_;
  std::mutex mutex_;
  plan::WorkloadSets sets_;
  std::uint32_t fresh_;           // from here on never used
  std::set<std::uint32_t> free_;  // the lowest is taken first: what is told stays short
  std::map<std::uint64_t, Container> containers_;  // by cgroup
};

}  // namespace vigil::daemon
