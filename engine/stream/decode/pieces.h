// Puts together what was too long for one record: argvs, and what buffers hold.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace vigil::decode {

// What pieces are of: of an exec the process and its time; of a hook's record the call, the
// policy's hook and the slot.
struct PiecesKey {
  std::uint32_t task = 0;
  std::uint64_t ktime_ns = 0;
  std::uint32_t policy_id = 0;
  std::uint16_t hook_index = 0;
  std::uint8_t slot = 0;
  bool operator==(const PiecesKey&) const = default;
};

struct PiecesKeyHash {
  std::size_t operator()(const PiecesKey& key) const {
    const std::uint64_t who = std::uint64_t{key.policy_id} << 32 | key.task;
    const std::uint64_t what = std::uint64_t{key.hook_index} << 8 | key.slot;
    return std::hash<std::uint64_t>()((key.ktime_ns ^ what) * 0x9e3779b97f4a7c15u ^ who);
  }
};

// Bounded: what lost its last record would keep its pieces for ever. What is too much
// loses its own pieces: the largest other one when there are too many bytes, the oldest when they
// are too many.
class Pieces {
 public:
  static constexpr std::size_t max_open = 256;
  static constexpr std::size_t max_bytes = 16u << 20;       // of all open ones
  static constexpr std::size_t max_whole_bytes = 8u << 20;  // an argv has 6 MiB at most

  void add(const PiecesKey& key, std::uint32_t offset, std::string_view bytes);

  struct Taken {
    std::string bytes;  // from the start to the first piece that is missing
    bool complete = true;
  };
  // What was collected for `key`, which is forgotten. `size`: how much was sent.
  Taken take(const PiecesKey& key, std::uint32_t size);

  std::uint64_t evicted() const { return evicted_; }

 private:
  struct Open {
    PiecesKey key;
    std::string bytes;
    bool gap = false;
  };
  using Order = std::list<Open>;  // oldest first

  Order::iterator open(const PiecesKey& key);
  void forget(Order::iterator entry);
  void evict(Order::iterator entry);
  Order::iterator largest_but(Order::iterator keep);
  void make_room(Order::iterator keep);

  Order order_;
  std::unordered_map<PiecesKey, Order::iterator, PiecesKeyHash> by_key_;
  std::size_t bytes_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace vigil::decode
