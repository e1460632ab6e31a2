#include "engine/daemon/workloads.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/compile/plan/hook_limits.h"

namespace vigil::daemon {
namespace {

bool holds(const check::LabelRequirement& requirement, const enrich::ContainerLabels& labels) {
  const std::string& label =
      requirement.key == schema::container_name_label ? labels.name : labels.repo;
  const bool listed = std::ranges::find(requirement.values, label) != requirement.values.end();
  switch (requirement.op) {
    case schema::LabelOperator::in: return !label.empty() && listed;
    case schema::LabelOperator::not_in: return !listed;
    case schema::LabelOperator::exists: return !label.empty();
    case schema::LabelOperator::does_not_exist: return label.empty();
  }
  return false;
}

bool is_in(const check::LabelRequirements& set, const enrich::ContainerLabels& labels) {
  return std::ranges::all_of(
      set, [&](const check::LabelRequirement& each) { return holds(each, labels); });
}

}  // namespace

Workloads::Workloads(loader::Kernel& kernel, std::uint32_t limit)
    : kernel_(kernel), limit_(limit), fresh_(plan::first_workload_set) {}

std::optional<std::uint32_t> Workloads::take_number() {
  if (!free_.empty()) return free_.extract(free_.begin()).value();
  return fresh_ < limit_ ? std::optional(fresh_++) : std::nullopt;
}

Result<void> Workloads::tell(std::uint64_t cgroup, const Container& container) {
  return kernel_.set_container(cgroup, {container.sets.begin(), container.sets.end()});
}

Result<void> Workloads::put_into(const check::LabelRequirements& set, std::uint32_t number) {
  for (auto& [cgroup, container] : containers_) {
    if (!is_in(set, container.labels)) continue;
    container.sets.insert(number);
    TRY_VOID(tell(cgroup, container));
  }
  return {};
}

api::Outcome<void> Workloads::add(const std::set<check::LabelRequirements>& wanted) {
  const std::lock_guard lock(mutex_);
  for (const auto& set : wanted) {
    if (sets_.contains(set)) continue;
    const auto number = take_number();
    if (!number)
      return api::Failure{api::FailureKind::exhausted,
                          fmt::format("loaded policies already name {} different sets of "
                                      "containers, the most there can be",
                                      limit_ - plan::first_workload_set)};
    sets_[set] = *number;
    if (auto told = put_into(set, *number); !told)
      return api::Failure{api::FailureKind::kernel, told.error().message()};
  }
  return {};
}

// Whether the kernel has forgotten it, too.
bool Workloads::take_out_of(std::uint32_t number) {
  bool told_all = true;
  for (auto& [cgroup, container] : containers_) {
    if (container.sets.erase(number) == 0) continue;
    told_all = tell(cgroup, container).has_value() && told_all;
  }
  return told_all;
}

void Workloads::keep(const std::set<check::LabelRequirements>& wanted) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sets_, [&](const auto& entry) {
    if (wanted.contains(entry.first)) return false;
    // A number that some container still has must not come to mean another set.
    if (take_out_of(entry.second)) free_.insert(entry.second);
    return true;
  });
}

Result<void> Workloads::put(std::uint64_t cgroup, enrich::ContainerLabels labels) {
  const std::lock_guard lock(mutex_);
  Container container{.labels = std::move(labels), .sets = {plan::workload_of_any_container}};
  for (const auto& [set, number] : sets_)
    if (is_in(set, container.labels)) container.sets.insert(number);
  TRY_VOID(tell(cgroup, container));
  containers_[cgroup] = std::move(container);
  return {};
}

void Workloads::remove(std::uint64_t cgroup) {
  const std::lock_guard lock(mutex_);
  if (containers_.erase(cgroup) != 0) kernel_.forget_container(cgroup);
}

}  // namespace vigil::daemon
