// Which hook of which policy a record names.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>
#include <vector>

#include "engine/stream/event/event.h"

namespace vigil::decode {

// Which program of a hook made a record: each has a plan of its own.
enum class Half : std::uint8_t { entry, returned };

// As wire_hook names it. A policy's slots change their meaning with the plan's generation.
struct HookId {
  std::uint32_t policy_id = 0;
  std::uint16_t hook_index = 0;
  std::uint16_t generation = 0;
  Half half = Half::entry;
  auto operator<=>(const HookId&) const = default;
};

class HookRegistry {
 public:
  virtual ~HookRegistry() = default;
  // Null: nobody knows it (any more).
  virtual event::HookInfoPtr find(const HookId& id) const = 0;
};

// The registry the daemon keeps. Records of a swapped or removed program can still be on
// their way, so what is left behind is known until the rings were seen empty. Thread safe.
class HookMap : public HookRegistry {
 public:
  // A program that was swapped out may be running for so long.
  static constexpr std::uint64_t grace_ns = 5'000'000'000;
  // Past so many changes of what one hook of a policy shows, the oldest is forgotten.
  static constexpr std::size_t kept_runs = 4096;

  event::HookInfoPtr find(const HookId& id) const override;

  // Publish before the program of this generation is installed.
  void publish(const HookId& id, event::HookInfoPtr info);
  // This generation is the one that runs; the others were left at `now_ns` at the latest.
  void settle(const HookId& id, std::uint64_t now_ns);
  // The policy is gone.
  void retire(std::uint32_t policy_id, std::uint64_t now_ns);
  // Both rings were seen empty after `at_ns`: what was left `grace_ns` before is forgotten.
  void drained(std::uint64_t at_ns);

  // Infos kept.
  std::size_t size() const;

 private:
  // Generations in a row that show the same.
  struct Run {
    std::uint16_t first = 0;
    std::uint32_t count = 1;
    event::HookInfoPtr info;
    std::optional<std::uint64_t> left_ns;

    bool has(std::uint16_t generation) const;
  };
  struct Hook {
    std::vector<Run> runs;  // oldest first
    std::size_t current = 0;

    const Run* find(std::uint16_t generation) const;
    void make_room();
    void forget_left_before(std::uint64_t limit_ns);
  };
  using Key = std::tuple<std::uint32_t, std::uint16_t, Half>;  // policy id, hook index

  static Key key_of(const HookId& id) { return {id.policy_id, id.hook_index, id.half}; }

  mutable std::mutex mutex_;
  std::map<Key, Hook> hooks_;
  std::map<std::uint32_t, std::uint64_t> retired_ns_;  // by policy id
};

}  // namespace vigil::decode
