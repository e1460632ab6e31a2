#include "engine/stream/process/table.h"

#include <mutex>
#include <utility>

#include "engine/stream/event/shortened.h"

namespace vigil::process {

void Table::insert(event::ProcessPtr process, std::uint64_t now_ns) {
  std::unique_lock lock(mutex_);
  const event::ExecKey key = process->key;
  if (auto live = live_.find(key.tgid); live != live_.end() && live->second != key)
    end_entry(entries_.at(live->second), now_ns);
  auto [found, added] = entries_.try_emplace(key);
  Entry& entry = found->second;
  if (added) {
    live_[key.tgid] = key;
  } else {
    count_child(*entry.process, -1);
    arguments_.release(entry.process->arguments);
  }
  entry.process = fitting(std::move(process));
  arguments_.hold(entry.process->arguments);
  count_child(*entry.process, +1);
  evict();
}

void Table::end(const event::ExecKey& key, std::uint64_t now_ns) {
  std::unique_lock lock(mutex_);
  if (auto found = entries_.find(key); found != entries_.end() && found->second.live)
    end_entry(found->second, now_ns);
}

void Table::expire(std::uint64_t now_ns) {
  std::unique_lock lock(mutex_);
  for (auto place = ended_.begin(); place != ended_.end();) {
    const Entry& entry = entries_.at(*place);
    if (entry.ended_ns + limits_.grace_ns > now_ns) return;
    auto next = std::next(place);
    if (entry.children == 0) erase(place);
    place = next;
  }
}

event::ProcessPtr Table::find(const event::ExecKey& key) const {
  std::shared_lock lock(mutex_);
  auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second.process;
}

event::ProcessPtr Table::find_live(std::uint32_t tgid) const {
  std::shared_lock lock(mutex_);
  auto live = live_.find(tgid);
  return live == live_.end() ? nullptr : entries_.at(live->second).process;
}

Table::Counters Table::counters() const {
  std::shared_lock lock(mutex_);
  return {entries_.size(), live_.size(), shortened_, evicted_};
}

void Table::end_entry(Entry& entry, std::uint64_t now_ns) {
  const event::ExecKey key = entry.process->key;
  entry.live = false;
  entry.ended_ns = now_ns;
  entry.place = ended_.insert(ended_.end(), key);
  if (auto live = live_.find(key.tgid); live != live_.end() && live->second == key)
    live_.erase(live);
}

void Table::count_child(const event::Process& process, int change) {
  if (process.parent_key == process.key) return;
  auto parent = entries_.find(process.parent_key);
  if (parent == entries_.end()) return;
  // A parent that came after its child does not know of it.
  if (change < 0 && parent->second.children == 0) return;
  parent->second.children += static_cast<std::uint32_t>(change);
}

void Table::erase(std::list<event::ExecKey>::iterator place) {
  auto found = entries_.find(*place);
  const event::ProcessPtr process = std::move(found->second.process);
  entries_.erase(found);
  ended_.erase(place);
  arguments_.release(process->arguments);
  count_child(*process, -1);
}

void Table::evict() {
  while (entries_.size() > limits_.entries && !ended_.empty()) {
    erase(ended_.begin());
    ++evicted_;
  }
}

event::ProcessPtr Table::fitting(event::ProcessPtr process) {
  const std::size_t cost = arguments_.cost(process->arguments);
  if (cost == 0 || arguments_.bytes() + cost <= limits_.argument_bytes) return process;
  ++shortened_;
  return event::shortened(process);
}

}  // namespace vigil::process
