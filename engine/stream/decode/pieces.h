// Puts a long argv together from the records it was sent in.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/stream/event/event.h"

namespace vigil::decode {

struct ExecKeyHash {
  std::size_t operator()(const event::ExecKey& key) const {
    return std::hash<std::uint64_t>()(key.ktime_ns * 0x9e3779b97f4a7c15u ^ key.tgid);
  }
};

// Bounded: an exec whose last record was lost would keep its pieces for ever. What is too much
// loses its own pieces: the largest other one when there are too many bytes, the oldest when they
// are too many.
class Pieces {
 public:
  static constexpr std::size_t max_open = 256;
  static constexpr std::size_t max_bytes = 16u << 20;      // of all open ones
  static constexpr std::size_t max_argv_bytes = 8u << 20;  // the kernel allows 6 MiB

  void add(const event::ExecKey& key, std::uint32_t offset, std::string_view bytes);

  struct Taken {
    std::string bytes;  // from the start to the first piece that is missing
    bool complete = true;
  };
  // What was collected for `key`, which is forgotten. `size`: how much was sent.
  Taken take(const event::ExecKey& key, std::uint32_t size);

  std::uint64_t evicted() const { return evicted_; }

 private:
  struct Open {
    event::ExecKey key;
    std::string bytes;
    bool gap = false;
  };
  using Order = std::list<Open>;  // oldest first

  Order::iterator open(const event::ExecKey& key);
  void forget(Order::iterator entry);
  void evict(Order::iterator entry);
  Order::iterator largest_but(Order::iterator keep);
  void make_room(Order::iterator keep);

  Order order_;
  std::unordered_map<event::ExecKey, Order::iterator, ExecKeyHash> by_key_;
  std::size_t bytes_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace vigil::decode
