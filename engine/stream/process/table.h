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

// A live process is kept, and so is what it names as its parent. Another one that ended is kept
// for a grace, since records of other rings may still name it, and for as long as a kept process
// names it as its parent, unless there are too many. One writer; any thread may find.
class Table {
 public:
  struct Limits {
    std::size_t entries = 65536;  // live ones and their parents are kept beyond it
    std::uint64_t grace_ns = 30'000'000'000;
    std::size_t argument_bytes = 256u
                                 << 20;  // of long ones; beyond, a process is kept without them
  };
  struct Counters {
    std::uint64_t entries = 0;
    std::uint64_t live = 0;
    std::uint64_t shortened = 0;  // kept without the rest of their arguments
    std::uint64_t evicted = 0;    // before their grace was over, or with children that ended
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

  std::vector<event::ExecKey> live() const;

  Counters counters() const;

 private:
  using Order = std::list<event::ExecKey>;
  struct Entry {
    event::ProcessPtr process;
    bool live = true;
    bool waits = false;          // in ended_: neither it nor a child of it lives
    std::uint64_t since_ns = 0;  // when it waits
    Order::iterator place;       // when it waits
  };
  using Entries = std::unordered_map<event::ExecKey, Entry, KeyHash>;
  // Entries that name one key as their parent, whether or not that has an entry.
  struct Children {
    std::uint32_t all = 0, live = 0;
  };

  void end_entry(Entry& entry, std::uint64_t now_ns);
  void add_child(const Entry& child);
  void remove_child(const Entry& child, std::uint64_t now_ns);
  void end_child(const Entry& child, std::uint64_t now_ns);
  bool has_live_child(const event::ExecKey& key) const;
  void wait(Entry& entry, std::uint64_t now_ns);
  void erase(Order::iterator place);
  void evict();
  event::ProcessPtr fitting(event::ProcessPtr process);

  const Limits limits_;
  mutable std::shared_mutex mutex_;
  Entries entries_;
  std::unordered_map<std::uint32_t, event::ExecKey> live_;  // by tgid
  Order ended_;                                             // longest ago first
  std::unordered_map<event::ExecKey, Children, KeyHash> children_;
  event::TextMemory arguments_;
  std::uint64_t shortened_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace vigil::process
