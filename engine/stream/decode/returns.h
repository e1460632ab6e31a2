// Joins the record of a call with what its return half said.
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

// Either half may come first, since the rings are read one after the other. A call that does not
// come back in time, or whose process has left, or for which there is no more room, is handed on
// without its return value, or not at all where a selector asks for it: both are counted.
class Returns {
 public:
  using Handler = std::function<void(event::HookRecord&&)>;

  static constexpr std::size_t max_calls = 65536;
  static constexpr std::size_t max_bytes = 64u << 20;        // of what waits
  static constexpr std::uint64_t wait_ns = 600'000'000'000;  // for a return
  static constexpr std::uint64_t linger_ns =
      1'000'000'000;  // for an entry, or the last records of a process

  explicit Returns(Handler handler) : handler_(std::move(handler)) {}

  // A call as one hook of a policy sees it. `call` is the time of the entry: threads on two
  // processors can share it.
  struct CallId {
    std::uint64_t call = 0;
    std::uint32_t tid = 0;
    std::uint32_t policy_id = 0;
    std::uint16_t hook_index = 0;
    bool operator==(const CallId&) const = default;
  };
  struct Answer {
    std::uint64_t ktime_ns = 0;
    bool matches = true;  // false: no selector wants the call after all
    schema::ActionKind action = schema::ActionKind::post;
    std::vector<event::Argument> values;  // the return value, then what the call has filled
    event::Stacks stacks;                 // where an action at the return shows them
  };
  void entry(const CallId& id, event::HookRecord&& record);
  void returned(const CallId& id, Answer&& answer);
  void exited(std::uint32_t tgid, std::uint64_t ktime_ns);
  void expire(std::uint64_t now_ns);

  std::size_t waiting() const { return calls_.size(); }
  std::uint64_t entries_without_return() const { return entries_without_return_; }
  std::uint64_t returns_without_entry() const { return returns_without_entry_; }

 private:
  // One of the two is there.
  struct Call {
    std::optional<event::HookRecord> entry;
    std::optional<Answer> answer;
    std::uint64_t deadline_ns = 0;
    std::list<CallId>::iterator place;
  };
  struct CallIdHash {
    std::size_t operator()(const CallId& id) const {
      const std::uint64_t who = std::uint64_t{id.policy_id} << 32 | id.tid;
      return std::hash<std::uint64_t>()((id.call ^ id.hook_index) * 0x9e3779b97f4a7c15u ^ who);
    }
  };
  using Calls = std::unordered_map<CallId, Call, CallIdHash>;

  Call& open(const CallId& id);
  // Records can be read long after they were written.
  std::uint64_t time_read(std::uint64_t ktime_ns) { return now_ns_ = std::max(now_ns_, ktime_ns); }
  void complete(event::HookRecord&& record, Answer&& answer);
  void make_room();
  Call take(Calls::iterator call);
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
