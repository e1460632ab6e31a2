// Hook records whose process is not known yet: its exec is still in the other ring.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

#include "engine/stream/event/record.h"
#include "engine/stream/process/table.h"

namespace vigil::process {

class Parked {
 public:
  static constexpr std::size_t max_records = 4096;
  static constexpr std::size_t max_bytes = 32u << 20;  // of what waits
  static constexpr std::uint64_t wait_ns = 1'000'000'000;

  bool is_full() const { return size_ == max_records || bytes_ >= max_bytes; }
  // Must not be full.
  void add(event::HookRecord&& record, std::uint64_t now_ns);
  // Those that wait for `key`, in the order they came.
  std::vector<event::HookRecord> take(const event::ExecKey& key);
  // Those that waited long enough.
  std::vector<event::HookRecord> take_expired(std::uint64_t now_ns);

 private:
  struct Group {
    std::uint64_t since_ns = 0;
    std::vector<event::HookRecord> records;
    std::list<event::ExecKey>::iterator place;
  };
  using Groups = std::unordered_map<event::ExecKey, Group, KeyHash>;

  std::vector<event::HookRecord> take(Groups::iterator group);

  Groups groups_;
  std::list<event::ExecKey> order_;  // oldest first
  std::size_t size_ = 0, bytes_ = 0;
};

}  // namespace vigil::process
