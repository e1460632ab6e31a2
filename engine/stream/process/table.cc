#include "engine/stream/process/table.h"

#include <mutex>
#include <string>
#include <utility>

#include "engine/stream/event/process_flags.h"

namespace vigil::process {
namespace {

// Not cut inside a character.
std::string_view beginning(std::string_view text) {
  std::size_t size = Table::kept_argument_bytes;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return text.substr(0, size);
}

event::ProcessPtr shortened(const event::Process& process) {
  event::Process shorter = process;
  shorter.arguments = std::string(beginning(process.arguments));
  const std::string cut = to_string(event::ProcessFlags{event::ProcessFlag::trunc_args});
  if (shorter.flags.find(cut) == std::string::npos) shorter.flags += (shorter.flags.empty() ? "" : " ") + cut;
  return std::make_shared<const event::Process>(std::move(shorter));
}

bool is_long(const event::SharedText& text) { return text.size() > Table::kept_argument_bytes; }

}  // namespace

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
    release(entry.process->arguments);
  }
  entry.process = fitting(std::move(process));
  hold(entry.process->arguments);
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
  release(process->arguments);
  count_child(*process, -1);
}

void Table::evict() {
  while (entries_.size() > limits_.entries && !ended_.empty()) {
    erase(ended_.begin());
    ++evicted_;
  }
}

event::ProcessPtr Table::fitting(event::ProcessPtr process) {
  const event::SharedText& arguments = process->arguments;
  if (!is_long(arguments) || holders_.contains(arguments.identity())) return process;
  if (argument_bytes_ + arguments.size() <= limits_.argument_bytes) return process;
  ++shortened_;
  return shortened(*process);
}

void Table::hold(const event::SharedText& text) {
  if (is_long(text) && holders_[text.identity()]++ == 0) argument_bytes_ += text.size();
}

void Table::release(const event::SharedText& text) {
  if (!is_long(text)) return;
  auto holders = holders_.find(text.identity());
  if (--holders->second > 0) return;
  holders_.erase(holders);
  argument_bytes_ -= text.size();
}

}  // namespace vigil::process
