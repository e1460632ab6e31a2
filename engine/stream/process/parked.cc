#include "engine/stream/process/parked.h"

#include <iterator>
#include <utility>

#include "engine/stream/event/memory_bytes.h"

namespace vigil::process {

void Parked::add(event::HookRecord&& record, std::uint64_t now_ns) {
  auto [found, added] = groups_.try_emplace(record.self);
  Group& group = found->second;
  if (added) {
    group.since_ns = now_ns;
    group.place = order_.insert(order_.end(), record.self);
  }
  bytes_ += event::memory_bytes(record);
  ++size_;
  group.records.push_back(std::move(record));
}

std::vector<event::HookRecord> Parked::take(Groups::iterator group) {
  auto records = std::move(group->second.records);
  order_.erase(group->second.place);
  groups_.erase(group);
  size_ -= records.size();
  for (const auto& record : records) bytes_ -= event::memory_bytes(record);
  return records;
}

std::vector<event::HookRecord> Parked::take(const event::ExecKey& key) {
  auto group = groups_.find(key);
  return group == groups_.end() ? std::vector<event::HookRecord>() : take(group);
}

std::vector<event::HookRecord> Parked::take_expired(std::uint64_t now_ns) {
  std::vector<event::HookRecord> expired;
  for (auto place = order_.begin(); place != order_.end();) {
    auto group = groups_.find(*place++);
    if (group->second.since_ns + wait_ns > now_ns) continue;
    auto records = take(group);
    std::move(records.begin(), records.end(), std::back_inserter(expired));
  }
  return expired;
}

}  // namespace vigil::process
