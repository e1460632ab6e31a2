#include "engine/stream/decode/pieces.h"

namespace vigil::decode {

Pieces::Order::iterator Pieces::open(const PiecesKey& key) {
  if (auto found = by_key_.find(key); found != by_key_.end()) return found->second;
  order_.push_back({key, {}, false});
  return by_key_[key] = std::prev(order_.end());
}

void Pieces::forget(Order::iterator entry) {
  bytes_ -= entry->bytes.size();
  by_key_.erase(entry->key);
  order_.erase(entry);
}

void Pieces::evict(Order::iterator entry) {
  forget(entry);
  ++evicted_;
}

Pieces::Order::iterator Pieces::largest_but(Order::iterator keep) {
  auto largest = order_.begin() == keep ? std::next(keep) : order_.begin();
  for (auto open = largest; open != order_.end(); ++open)
    if (open != keep && open->bytes.size() > largest->bytes.size()) largest = open;
  return largest;
}

// max_whole_bytes < max_bytes: one alone always has room.
void Pieces::make_room(Order::iterator keep) {
  while (order_.size() > max_open) evict(order_.begin());
  while (bytes_ > max_bytes) evict(largest_but(keep));
}

void Pieces::add(const PiecesKey& key, std::uint32_t offset, std::string_view bytes) {
  // Its beginning is lost or was evicted.
  if (offset != 0 && !by_key_.contains(key)) return;
  auto entry = open(key);
  // Text after a hole is dropped: joined to what stands before it, it would show an argument
  // that nobody passed.
  if (entry->gap || offset != entry->bytes.size() || offset + bytes.size() > max_whole_bytes) {
    entry->gap = true;
  } else {
    entry->bytes += bytes;
    bytes_ += bytes.size();
  }
  make_room(entry);
}

Pieces::Taken Pieces::take(const PiecesKey& key, std::uint32_t size) {
  auto found = by_key_.find(key);
  if (found == by_key_.end()) return {{}, size == 0};
  auto entry = found->second;
  Taken taken{entry->bytes, !entry->gap && entry->bytes.size() == size};
  forget(entry);
  return taken;
}

}  // namespace vigil::decode
