#include "engine/loader/follow_sets.h"

#include <algorithm>
#include <set>

namespace vigil::loader {
namespace {

std::uint64_t bit_of(std::uint32_t set) { return 1ull << (set % 64); }

}  // namespace

bool is_empty(const vg_follow_sets& sets) {
  return std::ranges::all_of(sets.words, [](std::uint64_t word) { return word == 0; });
}

std::vector<FollowSets::Change> FollowSets::assign(std::uint32_t set,
                                                   const std::vector<std::uint32_t>& pids,
                                                   bool in_namespace) {
  std::set<Key> touched;
  std::vector<Key>& keys = keys_of_set_[set];
  for (const Key& key : keys) {
    clear_bit(key, set);
    touched.insert(key);
  }
  keys.clear();
  for (std::uint32_t pid : pids) {
    Key key{pid, in_namespace ? 1u : 0u};
    set_bit(key, set);
    keys.push_back(key);
    touched.insert(key);
  }
  std::vector<Change> changes;
  for (const Key& key : touched) changes.push_back(change_of(key));
  return changes;
}

void FollowSets::set_bit(const Key& key, std::uint32_t set) {
  sets_[key].words[set / 64] |= bit_of(set);
}

void FollowSets::clear_bit(const Key& key, std::uint32_t set) {
  auto it = sets_.find(key);
  if (it == sets_.end()) return;
  it->second.words[set / 64] &= ~bit_of(set);
  if (is_empty(it->second)) sets_.erase(it);
}

FollowSets::Change FollowSets::change_of(const Key& key) const {
  auto it = sets_.find(key);
  return {{key.pid, key.in_namespace}, it == sets_.end() ? vg_follow_sets{} : it->second};
}

}  // namespace vigil::loader
