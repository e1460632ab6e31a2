// Joins the record of a call with the record of its return.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/stream/event/record.h"

namespace vigil::decode {

// Either half may come first, since the rings are read one after the other; several
// policies may wait for the same return. A call that does not come back in time, or whose
// process has left, or for which there is no more room, is handed on without its return value.
class Returns {
 public:
  using Handler = std::function<void(event::HookRecord&&)>;

  static constexpr std::size_t max_calls = 16384;
  static constexpr std::size_t max_bytes = 32u << 20;       // of what waits
  static constexpr std::uint64_t wait_ns = 10'000'000'000;  // for a return
  static constexpr std::uint64_t linger_ns =
      1'000'000'000;  // for an entry, or the last records of a process

  explicit Returns(Handler handler) : handler_(std::move(handler)) {}

  // `call` is the time of the entry: threads on two processors can share it.
  struct CallId {
    std::uint64_t call = 0;
    std::uint32_t tid = 0;
    bool operator==(const CallId&) const = default;
  };
  struct Value {
    std::uint64_t value = 0;
    std::uint64_t ktime_ns = 0;
  };
  void entry(const CallId& id, event::HookRecord&& record);
  void returned(const CallId& id, const Value& value);
  void exited(std::uint32_t tgid, std::uint64_t ktime_ns);
  void expire(std::uint64_t now_ns);

  std::size_t waiting() const { return calls_.size(); }
  std::uint64_t entries_without_return() const { return entries_without_return_; }
  std::uint64_t returns_without_entry() const { return returns_without_entry_; }

 private:
  struct Call {
    std::vector<event::HookRecord> entries;
    std::optional<Value> value;
    bool matched = false;
    std::uint64_t deadline_ns = 0;
    std::list<CallId>::iterator place;
  };
  struct CallIdHash {
    std::size_t operator()(const CallId& id) const {
      return std::hash<std::uint64_t>()(id.call * 0x9e3779b97f4a7c15u ^ id.tid);
    }
  };
  using Calls = std::unordered_map<CallId, Call, CallIdHash>;

  Call& open(const CallId& id);
  // Records can be read long after they were written.
  std::uint64_t time_read(std::uint64_t ktime_ns) { return now_ns_ = std::max(now_ns_, ktime_ns); }
  void complete(event::HookRecord&& record, std::uint64_t value);
  void make_room();
  void waits_no_more(const event::HookRecord& record);
  void drop(Calls::iterator call);

  Handler handler_;
  Calls calls_;
  std::list<CallId> order_;  // oldest first
  std::unordered_map<std::uint32_t, std::uint32_t> waiting_by_tgid_;
  std::size_t bytes_ = 0;
  std::uint64_t now_ns_ = 0;  // newest time seen
  std::uint64_t entries_without_return_ = 0;
  std::uint64_t returns_without_entry_ = 0;
};

}  // namespace vigil::decode
