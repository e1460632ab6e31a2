#include "engine/loader/state_maps.h"

#include <bpf/bpf.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "engine/base/fd.h"
#include "kernel/include/wire.h"

namespace vigil::loader {
namespace {

constexpr std::size_t states_bytes = VG_MAX_POLICIES * sizeof(vg_policy_state);

template <typename Key, typename Value>
Result<void> update(int map, const Key& key, const Value& value, const char* doing) {
  if (bpf_map_update_elem(map, &key, &value, BPF_ANY) == 0) return {};
  return Error::from_errno(doing);
}

template <typename Key, typename Value>
Result<void> look_up(int map, const Key& key, Value& value, const char* doing) {
  if (bpf_map_lookup_elem(map, &key, &value) == 0) return {};
  return Error::from_errno(doing);
}

std::uint32_t number_of(schema::PolicyMode mode) {
  switch (mode) {
    case schema::PolicyMode::enforce: return 0;
    case schema::PolicyMode::monitor: return 1;
  }
  __builtin_unreachable();
}

vg_selector_key key_of(const SelectorId& selector) {
  return {.policy_id = selector.policy_id,
          .hook_index = selector.hook_index,
          .selector = selector.selector};
}

PolicyCounters to_counters(const vg_action_counters& counters) {
  return {.post = counters.post,
          .post_lost = counters.post_lost,
          .rate_limited = counters.rate_limited,
          .nopost = counters.nopost,
          .signal = counters.signal,
          .monitor_signal = counters.monitor_signal,
          .override = counters.override,
          .monitor_override = counters.monitor_override,
          .notify_enforcer = counters.notify_enforcer,
          .monitor_notify_enforcer = counters.monitor_notify_enforcer,
          .set = counters.set,
          .monitor_set = counters.monitor_set};
}

std::uint64_t sum_of(int map, std::uint32_t counter) {
  std::vector<std::uint64_t> values(static_cast<std::size_t>(libbpf_num_possible_cpus()));
  if (bpf_map_lookup_elem(map, &counter, values.data()) != 0) return 0;
  return std::accumulate(values.begin(), values.end(), std::uint64_t{0});
}

}  // namespace

void PolicyStates::Unmapper::operator()(vg_policy_state* states) const {
  munmap(states, states_bytes);
}

Result<PolicyStates> PolicyStates::map(int fd) {
  void* memory = mmap(nullptr, states_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return Error::from_errno("mapping the policies' states");
  PolicyStates made;
  made.states_.reset(static_cast<vg_policy_state*>(memory));
  return made;
}

Result<vg_policy_state*> PolicyStates::at(std::uint32_t slot) const {
  if (slot < VG_MAX_POLICIES) return states_.get() + slot;
  return Error(fmt::format("policy slot {} is past the end", slot), ERANGE);
}

Result<void> PolicyStates::reset(std::uint32_t slot, schema::PolicyMode mode) {
  TRY(vg_policy_state * state, at(slot));
  *state = {};
  state->mode = number_of(mode);
  return {};
}

Result<void> PolicyStates::set_mode(std::uint32_t slot, schema::PolicyMode mode) {
  TRY(vg_policy_state * state, at(slot));
  std::atomic_ref(state->mode).store(number_of(mode));
  return {};
}

Result<PolicyCounters> PolicyStates::counters(std::uint32_t slot) const {
  TRY(const vg_policy_state* state, at(slot));
  return to_counters(state->counters);
}

Result<PolicyCounters> read_selector_counters(int map, const SelectorId& selector) {
  const vg_selector_key key = key_of(selector);
  vg_action_counters counters{};
  if (bpf_map_lookup_elem(map, &key, &counters) != 0 && errno != ENOENT)
    return Error::from_errno("reading the counters of a selector");
  return to_counters(counters);
}

void delete_selector_counters(int map, const SelectorId& selector) {
  const vg_selector_key key = key_of(selector);
  bpf_map_delete_elem(map, &key);
}

KernelCounters read_counters(int map) {
  return {.lost_process = sum_of(map, VG_COUNT_LOST_PROCESS),
          .lost_events = sum_of(map, VG_COUNT_LOST_EVENTS),
          .no_frame = sum_of(map, VG_COUNT_NO_FRAME),
          .empty_slot = sum_of(map, VG_COUNT_EMPTY_SLOT),
          .no_state = sum_of(map, VG_COUNT_NO_STATE),
          .no_call = sum_of(map, VG_COUNT_NO_CALL),
          .missed_notification = sum_of(map, VG_COUNT_MISSED_NOTIFICATION)};
}

Result<std::vector<RingEnd>> read_ring_ends(int map, const std::vector<std::uint32_t>& processors) {
  std::vector<RingEnd> ends;
  for (const auto& [number, ring] :
       {std::pair{WIRE_RING_PROCESS, Ring::process}, std::pair{WIRE_RING_EVENTS, Ring::events}}) {
    const auto key = static_cast<std::uint32_t>(number);
    std::vector<std::uint64_t> values(processors.size());
    if (bpf_map_lookup_elem(map, &key, values.data()) != 0)
      return Error::from_errno("reading the ends of the rings");
    for (std::size_t i = 0; i < processors.size(); ++i)
      ends.push_back({ring, static_cast<std::uint16_t>(processors[i]), values[i]});
  }
  return ends;
}

Result<void> update_follow_pids(int map, const std::vector<FollowSets::Change>& changes) {
  for (const auto& [key, sets] : changes) {
    if (!is_empty(sets)) {
      TRY_VOID(update(map, key, sets, "naming a process in a follow set"));
    } else if (bpf_map_delete_elem(map, &key) != 0 && errno != ENOENT) {
      return Error::from_errno("removing a process from its follow sets");
    }
  }
  return {};
}

Result<void> exchange_program_sets(int map, const std::vector<vg_program_node>& table) {
  LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_INNER_MAP);
  auto count = static_cast<std::uint32_t>(table.size());
  UniqueFd nodes(bpf_map_create(BPF_MAP_TYPE_ARRAY, "program_nodes", sizeof(std::uint32_t),
                                sizeof(vg_program_node), count, &options));
  if (!nodes) return Error::from_errno("making a table of programs");
  std::vector<std::uint32_t> keys(table.size());
  std::iota(keys.begin(), keys.end(), 0U);
  if (bpf_map_update_batch(nodes.get(), keys.data(), table.data(), &count, nullptr) != 0)
    return Error::from_errno("filling a table of programs");
  return update(map, std::uint32_t{0}, nodes.get(), "exchanging the table of programs");
}

// Two updates: a program must not see the new generation before the set's own number,
// or it would take a stale bit for a fresh one.
Result<void> begin_generation(int map, std::uint32_t set) {
  std::uint32_t zero = 0;
  vg_follow_conf conf{};
  TRY_VOID(look_up(map, zero, conf, "reading the follow sets' generation"));
  conf.born[set] = conf.generation + 1;
  TRY_VOID(update(map, zero, conf, "ageing a follow set"));
  conf.generation += 1;
  return update(map, zero, conf, "starting a follow set's generation");
}

Result<Was> write_container_sets(int map, std::uint64_t cgroup,
                                 const std::vector<std::uint32_t>& sets) {
  vg_container_sets value{};
  for (const std::uint32_t set : sets) {
    if (set / 64 >= VG_WORKLOAD_WORDS) return Error(fmt::format("there is no set {}", set));
    value.words[set / 64] |= 1ull << (set % 64);
    value.words_used = std::max(value.words_used, set / 64 + 1);
  }
  if (bpf_map_update_elem(map, &cgroup, &value, BPF_EXIST) == 0) return Was::known;
  if (errno != ENOENT) return Error::from_errno("telling the kernel of a container");
  TRY_VOID(update(map, cgroup, value, "telling the kernel of a container"));
  return Was::unknown;
}

void delete_container_sets(int map, std::uint64_t cgroup) { bpf_map_delete_elem(map, &cgroup); }

Result<void> begin_container_generation(int map) {
  std::uint32_t zero = 0, generation = 0;
  TRY_VOID(look_up(map, zero, generation, "reading the containers' generation"));
  return update(map, zero, generation + 1, "starting a containers' generation");
}

Result<void> write_seed(int map, const SeededProcess& process) {
  vg_seed seed{
      .start_ktime_ns = process.start_ktime_ns,
      .parent = {.ktime_ns = process.parent_start_ktime_ns, .tgid = process.parent_tgid, .pad = 0},
      .auid = process.auid,
      .pad = 0};
  return update(map, process.tgid, seed, "telling the kernel about a running process");
}

}  // namespace vigil::loader
