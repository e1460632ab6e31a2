// The maps that carry small state both ways: policy modes and counters, hit counters,
// follow sets, processes older than Vigil.
#pragma once

#include <memory>
#include <vector>

#include "engine/base/result.h"
#include "engine/loader/base_object.h"
#include "engine/loader/follow_sets.h"
#include "engine/loader/kernel.h"

namespace vigil::loader {

// The policy_state map as memory shared with the programs, so that setting a mode
// does not overwrite counters that move meanwhile.
class PolicyStates {
 public:
  static Result<PolicyStates> map(int fd);

  Result<void> reset(std::uint32_t slot, schema::PolicyMode mode);
  Result<void> set_mode(std::uint32_t slot, schema::PolicyMode mode);
  Result<PolicyCounters> counters(std::uint32_t slot) const;

 private:
  struct Unmapper {
    void operator()(vg_policy_state* states) const;
  };
  Result<vg_policy_state*> at(std::uint32_t slot) const;

  std::unique_ptr<vg_policy_state, Unmapper> states_;
};

// Nothing was counted for a selector that is not there.
Result<PolicyCounters> read_selector_counters(int selector_counters_fd, const SelectorId& selector);
void delete_selector_counters(int selector_counters_fd, const SelectorId& selector);

// Sums over all processors; what cannot be read counts as 0.
KernelCounters read_counters(int counters_fd);

Result<std::vector<RingEnd>> read_ring_ends(int sequences_fd,
                                            const std::vector<std::uint32_t>& processors);

Result<void> update_follow_pids(int follow_pids_fd, const std::vector<FollowSets::Change>& changes);
// Programs see the old table or the new one, whole.
Result<void> exchange_program_sets(int program_sets_fd, const std::vector<vg_program_node>& table);
// Every state's bit of this set is stale from now on and looked up again when met.
Result<void> begin_generation(int follow_conf_fd, std::uint32_t set);

// Whether the container was there before.
enum class Was : std::uint8_t { unknown, known };
Result<Was> write_container_sets(int container_sets_fd, std::uint64_t cgroup,
                                 const std::vector<std::uint32_t>& sets);
void delete_container_sets(int container_sets_fd, std::uint64_t cgroup);
// What was found out about cgroups is looked up again.
Result<void> begin_container_generation(int container_generation_fd);

Result<void> write_seed(int seeds_fd, const SeededProcess& process);

}  // namespace vigil::loader
