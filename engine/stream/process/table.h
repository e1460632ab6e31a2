// All executions of programs that an event may still name.
#pragma once

#include <cstdint>
#include <list>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "engine/stream/event/event.h"
#include "engine/stream/event/text_memory.h"

namespace vigil::process {

struct KeyHash {
  std::size_t operator()(const event::ExecKey& key) const {
    return std::hash<std::uint64_t>()(key.ktime_ns * 0x9e3779b97f4a7c15u ^ key.tgid);
  }
};

// A live process is kept. One that ended is kept for a grace, since records of other rings
// may still name it, and for as long as a kept process names it as its parent, unless
// there are too many. One writer; any thread may find.
class Table {
 public:
  struct Limits {
    std::size_t entries = 65536;  // live ones are kept beyond it
    std::uint64_t grace_ns = 30'000'000'000;
    std::size_t argument_bytes = 256u << 20;  // of long ones; beyond, a process is kept without them
  };
  struct Counters {
    std::uint64_t entries = 0;
    std::uint64_t live = 0;
    std::uint64_t shortened = 0;  // kept without the rest of their arguments
    std::uint64_t evicted = 0;    // before their grace was over, or with children
  };

  Table() : Table(Limits{}) {}
  explicit Table(Limits limits) : limits_(limits) {}

  // What it keeps may have shorter arguments. Replaces the one with the same key. A live one
  // with the same tgid has ended by that.
  void insert(event::ProcessPtr process, std::uint64_t now_ns);
  void end(const event::ExecKey& key, std::uint64_t now_ns);
  void expire(std::uint64_t now_ns);

  // Null: not known.
  event::ProcessPtr find(const event::ExecKey& key) const;
  event::ProcessPtr find_live(std::uint32_t tgid) const;

  Counters counters() const;

 private:
  struct Entry {
    event::ProcessPtr process;
    std::uint32_t children = 0;  // entries that name it as their parent
    std::uint64_t ended_ns = 0;
    bool live = true;
    std::list<event::ExecKey>::iterator place;  // in ended_, when not live
  };
  using Entries = std::unordered_map<event::ExecKey, Entry, KeyHash>;

  void end_entry(Entry& entry, std::uint64_t now_ns);
  void count_child(const event::Process& process, int change);
  void erase(std::list<event::ExecKey>::iterator place);
  void evict();
  event::ProcessPtr fitting(event::ProcessPtr process);

  const Limits limits_;
  mutable std::shared_mutex mutex_;
  Entries entries_;
  std::unordered_map<std::uint32_t, event::ExecKey> live_;  // by tgid
  std::list<event::ExecKey> ended_;                         // longest ago first
  event::TextMemory arguments_;
  std::uint64_t shortened_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace vigil::process
