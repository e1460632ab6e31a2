#include "engine/stream/decode/returns.h"

#include <algorithm>
#include <utility>

#include "engine/stream/event/memory_bytes.h"

namespace vigil::decode {

Returns::Call& Returns::open(const CallId& id) {
  Call& call = calls_[id];
  call.place = order_.insert(order_.end(), id);
  return call;
}

// For one more, however large.
void Returns::make_room() {
  while (calls_.size() >= max_calls || bytes_ >= max_bytes) drop(calls_.find(order_.front()));
}

Returns::Call Returns::take(Calls::iterator found) {
  Call call = std::move(found->second);
  order_.erase(call.place);
  calls_.erase(found);
  if (call.answer) bytes_ -= event::memory_bytes(call.answer->values);
  if (call.entry) {
    bytes_ -= event::memory_bytes(*call.entry);
    auto waiting = waiting_by_tgid_.find(call.entry->self.tgid);
    if (--waiting->second == 0) waiting_by_tgid_.erase(waiting);
  }
  return call;
}

namespace {

// Into the places that were kept for them.
void fill_in(std::vector<event::Argument>& copies, event::HookRecord& record) {
  std::size_t next = 1, place = 0;
  for (const auto& shown : record.info->arguments) {
    if (shown.type == schema::ArgType::nop) continue;
    if (shown.at_return && next < copies.size() && place < record.arguments.size())
      record.arguments[place].value = std::move(copies[next++].value);
    ++place;
  }
}

}  // namespace

void Returns::complete(event::HookRecord&& record, Answer&& answer) {
  if (!answer.matches) return;
  record.return_action = answer.action;
  fill_in(answer.values, record);
  if (!answer.stacks.kernel.empty()) record.stacks.kernel = std::move(answer.stacks.kernel);
  if (!answer.stacks.user.empty()) record.stacks.user = std::move(answer.stacks.user);
  if (record.info->return_argument && !answer.values.empty())
    record.returned = std::move(answer.values.front());
  handler_(std::move(record));
}

void Returns::entry(const CallId& id, event::HookRecord&& record) {
  const std::uint64_t now_ns = time_read(record.ktime_ns);
  if (auto found = calls_.find(id); found != calls_.end()) {
    Call call = take(found);
    if (call.answer) return complete(std::move(record), std::move(*call.answer));
  }
  make_room();
  ++waiting_by_tgid_[record.self.tgid];
  bytes_ += event::memory_bytes(record);
  Call& call = open(id);
  call.deadline_ns = now_ns + wait_ns;
  call.entry = std::move(record);
}

void Returns::returned(const CallId& id, Answer&& answer) {
  const std::uint64_t now_ns = time_read(answer.ktime_ns);
  if (auto found = calls_.find(id); found != calls_.end()) {
    Call call = take(found);
    if (call.entry) return complete(std::move(*call.entry), std::move(answer));
  }
  make_room();
  bytes_ += event::memory_bytes(answer.values);
  Call& call = open(id);
  call.deadline_ns = now_ns + linger_ns;
  call.answer = std::move(answer);
}

void Returns::exited(std::uint32_t tgid, std::uint64_t ktime_ns) {
  const std::uint64_t now_ns = time_read(ktime_ns);
  if (!waiting_by_tgid_.contains(tgid)) return;
  for (auto& [id, call] : calls_) {
    if (call.entry && call.entry->self.tgid == tgid)
      call.deadline_ns = std::min(call.deadline_ns, now_ns + linger_ns);
  }
}

void Returns::drop(Calls::iterator found) {
  Call call = take(found);
  if (call.answer) ++returns_without_entry_;
  if (!call.entry) return;
  ++entries_without_return_;
  if (!call.entry->info->asks_return) handler_(std::move(*call.entry));
}

void Returns::expire(std::uint64_t now_ns) {
  now_ns_ = std::max(now_ns_, now_ns);
  for (auto place = order_.begin(); place != order_.end();) {
    auto call = calls_.find(*place++);
    if (call->second.deadline_ns <= now_ns) drop(call);
  }
}

}  // namespace vigil::decode
