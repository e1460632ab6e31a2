// FollowSets: user space's own copy of which follow set names which pids
// (runtime_abi.h), so that a pid named by several sets keeps the others' bits. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <vector>

#include "engine/loader/abi.h"

namespace vigil::loader {

class FollowSets {
 public:
  // A key of the follow_pids map with all its sets; no bit set: the key goes.
  struct Change {
    vg_follow_key key;
    vg_follow_sets sets;
  };

  // The set's pids from now on; an empty list clears it.
  std::vector<Change> assign(std::uint32_t set, const std::vector<std::uint32_t>& pids,
                             bool in_namespace);

 private:
  struct Key {
    std::uint32_t pid;
    std::uint32_t in_namespace;
    auto operator<=>(const Key&) const = default;
  };
  void set_bit(const Key& key, std::uint32_t set);
  void clear_bit(const Key& key, std::uint32_t set);
  Change change_of(const Key& key) const;

  std::map<Key, vg_follow_sets> sets_;
  std::map<std::uint32_t, std::vector<Key>> keys_of_set_;
};

bool is_empty(const vg_follow_sets& sets);

}  // namespace vigil::loader
