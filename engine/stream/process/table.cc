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
    remove_child(entry, now_ns);
    arguments_.release(entry.process->arguments);
  }
  entry.process = fitting(std::move(process));
  arguments_.hold(entry.process->arguments);
  add_child(entry);
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
    if (entries_.at(*place).since_ns + limits_.grace_ns > now_ns) return;
    auto next = std::next(place);
    if (!children_.contains(*place)) erase(place);
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

std::vector<event::ExecKey> Table::live() const {
  std::shared_lock lock(mutex_);
  std::vector<event::ExecKey> keys;
  keys.reserve(live_.size());
  for (const auto& [tgid, key] : live_) keys.push_back(key);
  return keys;
}

Table::Counters Table::counters() const {
  std::shared_lock lock(mutex_);
  return {entries_.size(), live_.size(), shortened_, evicted_};
}

void Table::end_entry(Entry& entry, std::uint64_t now_ns) {
  const event::ExecKey key = entry.process->key;
  entry.live = false;
  if (!has_live_child(key)) wait(entry, now_ns);
  if (auto live = live_.find(key.tgid); live != live_.end() && live->second == key)
    live_.erase(live);
  end_child(entry, now_ns);
}

bool Table::has_live_child(const event::ExecKey& key) const {
  auto children = children_.find(key);
  return children != children_.end() && children->second.live > 0;
}

void Table::wait(Entry& entry, std::uint64_t now_ns) {
  entry.waits = true;
  entry.since_ns = now_ns;
  entry.place = ended_.insert(ended_.end(), entry.process->key);
}

void Table::add_child(const Entry& child) {
  const event::ExecKey& key = child.process->parent_key;
  if (key == child.process->key) return;
  Children& children = children_[key];
  ++children.all;
  if (!child.live || children.live++ > 0) return;
  auto parent = entries_.find(key);
  if (parent != entries_.end() && std::exchange(parent->second.waits, false))
    ended_.erase(parent->second.place);
}

void Table::end_child(const Entry& child, std::uint64_t now_ns) {
  const event::ExecKey& key = child.process->parent_key;
  if (key == child.process->key || --children_.at(key).live > 0) return;
  auto parent = entries_.find(key);
  if (parent != entries_.end() && !parent->second.live) wait(parent->second, now_ns);
}

void Table::remove_child(const Entry& child, std::uint64_t now_ns) {
  const event::ExecKey& key = child.process->parent_key;
  if (key == child.process->key) return;
  if (child.live) end_child(child, now_ns);
  auto children = children_.find(key);
  if (--children->second.all == 0) children_.erase(children);
}

void Table::erase(Order::iterator place) {
  auto found = entries_.find(*place);
  const Entry entry = std::move(found->second);
  entries_.erase(found);
  ended_.erase(place);
  arguments_.release(entry.process->arguments);
  remove_child(entry, entry.since_ns);
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
