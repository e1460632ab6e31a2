#include "engine/stream/decode/pieces.h"

namespace vigil::decode {

Pieces::Order::iterator Pieces::open(const event::ExecKey& key) {
  if (auto found = by_key_.find(key); found != by_key_.end()) return found->second;
  order_.push_back({key, {}, false});
  return by_key_[key] = std::prev(order_.end());
}

void Pieces::forget(Order::iterator entry) {
  bytes_ -= entry->bytes.size();
  by_key_.erase(entry->key);
  order_.erase(entry);
}

void Pieces::make_room(Order::iterator keep) {
  while (order_.size() > max_open || bytes_ > max_bytes) {
    forget(order_.begin() == keep ? std::next(keep) : order_.begin());
    ++evicted_;
  }
}

void Pieces::add(const event::ExecKey& key, std::uint32_t offset, std::string_view bytes) {
  auto entry = open(key);
  // Text after a hole is dropped: joined to what stands before it, it would show an argument
  // that nobody passed.
  if (entry->gap || offset != entry->bytes.size() || offset + bytes.size() > max_argv_bytes) {
    entry->gap = true;
    return;
  }
  entry->bytes += bytes;
  bytes_ += bytes.size();
  make_room(entry);
}

Pieces::Taken Pieces::take(const event::ExecKey& key, std::uint32_t size) {
  auto found = by_key_.find(key);
  if (found == by_key_.end()) return {{}, size == 0};
  auto entry = found->second;
  Taken taken{entry->bytes, !entry->gap && entry->bytes.size() == size};
  forget(entry);
  return taken;
}

}  // namespace vigil::decode
