// Which hook of which policy a record names.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/stream/event/event.h"

namespace vigil::decode {

// As wire_hook names it. A policy's slots change their meaning with the plan's generation.
struct HookId {
  std::uint32_t policy_id = 0;
  std::uint16_t hook_index = 0;
  std::uint16_t generation = 0;
  auto operator<=>(const HookId&) const = default;
};

class HookRegistry {
 public:
  virtual ~HookRegistry() = default;
  // Null: nobody knows it (any more).
  virtual event::HookInfoPtr find(const HookId& id) const = 0;
};

// The registry the daemon keeps. Records of a swapped or removed program can still be on
// their way, so nothing is forgotten at once. Thread safe.
class HookMap : public HookRegistry {
 public:
  static constexpr std::size_t kept_generations = 8;  // of each hook of a policy
  static constexpr std::uint64_t kept_ns = 60'000'000'000;

  event::HookInfoPtr find(const HookId& id) const override;

  // Publish before the program of this generation is installed.
  void publish(const HookId& id, event::HookInfoPtr info);
  // The policy is gone: its hooks are forgotten `kept_ns` after `now_ns`.
  void retire(std::uint32_t policy_id, std::uint64_t now_ns);
  void expire(std::uint64_t now_ns);

  std::size_t size() const;

 private:
  struct Entry {
    std::uint16_t generation;
    event::HookInfoPtr info;
  };
  using Hook = std::pair<std::uint32_t, std::uint16_t>;  // policy id, hook index

  mutable std::mutex mutex_;
  std::map<Hook, std::vector<Entry>> hooks_;           // oldest generation first
  std::map<std::uint32_t, std::uint64_t> retired_ns_;  // by policy id
};

}  // namespace vigil::decode
