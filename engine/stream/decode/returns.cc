#include "engine/stream/decode/returns.h"

#include <algorithm>
#include <utility>

#include "engine/stream/decode/values.h"
#include "engine/stream/event/memory_bytes.h"

namespace vigil::decode {

Returns::Call& Returns::open(const CallId& id) {
  if (auto found = calls_.find(id); found != calls_.end()) return found->second;
  if (calls_.size() == max_calls) drop(calls_.find(order_.front()));
  Call& call = calls_[id];
  call.place = order_.insert(order_.end(), id);
  return call;
}

// For one more, however large.
void Returns::make_room() {
  while (bytes_ >= max_bytes) drop(calls_.find(order_.front()));
}

void Returns::waits_no_more(const event::HookRecord& record) {
  bytes_ -= event::memory_bytes(record);
  auto waiting = waiting_by_tgid_.find(record.self.tgid);
  if (--waiting->second == 0) waiting_by_tgid_.erase(waiting);
}

void Returns::complete(event::HookRecord&& record, std::uint64_t value) {
  if (const auto& shown = record.info->return_argument)
    record.returned = {shown->type, shown->label, integer_value(shown->type, value)};
  handler_(std::move(record));
}

void Returns::entry(const CallId& id, event::HookRecord&& record) {
  const std::uint64_t now_ns = time_read(record.ktime_ns);
  make_room();
  Call& call = open(id);
  // A value older than the entry belongs to an earlier call of that number.
  if (call.value && call.value->ktime_ns >= record.ktime_ns) {
    call.matched = true;
    complete(std::move(record), call.value->value);
    return;
  }
  ++waiting_by_tgid_[record.self.tgid];
  bytes_ += event::memory_bytes(record);
  call.deadline_ns = now_ns + wait_ns;
  call.entries.push_back(std::move(record));
}

void Returns::returned(const CallId& id, const Value& value) {
  Call& call = open(id);
  call.value = value;
  call.deadline_ns = time_read(value.ktime_ns) + linger_ns;
  for (auto& record : std::exchange(call.entries, {})) {
    call.matched = true;
    waits_no_more(record);
    complete(std::move(record), value.value);
  }
}

void Returns::exited(std::uint32_t tgid, std::uint64_t ktime_ns) {
  const std::uint64_t now_ns = time_read(ktime_ns);
  if (!waiting_by_tgid_.contains(tgid)) return;
  for (auto& [id, call] : calls_) {
    if (!call.entries.empty() && call.entries.front().self.tgid == tgid)
      call.deadline_ns = std::min(call.deadline_ns, now_ns + linger_ns);
  }
}

void Returns::drop(Calls::iterator found) {
  Call call = std::move(found->second);
  order_.erase(call.place);
  calls_.erase(found);
  if (call.value && !call.matched) ++returns_without_entry_;
  for (auto& record : call.entries) {
    ++entries_without_return_;
    waits_no_more(record);
    handler_(std::move(record));
  }
}

void Returns::expire(std::uint64_t now_ns) {
  now_ns_ = std::max(now_ns_, now_ns);
  for (auto place = order_.begin(); place != order_.end();) {
    auto call = calls_.find(*place++);
    if (call->second.deadline_ns <= now_ns) drop(call);
  }
}

}  // namespace vigil::decode
