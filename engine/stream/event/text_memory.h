// TextMemory: what long shared texts take in memory, each counted once however many hold it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "engine/stream/event/shared_text.h"

namespace vigil::event {

class TextMemory {
 public:
  // A short text is part of what its holder takes anyway.
  static constexpr std::size_t long_bytes = 4096;
  static bool is_long(const SharedText& text) { return text.size() > long_bytes; }

  // What hold() would add.
  std::size_t cost(const SharedText& text) const;
  std::size_t bytes() const { return bytes_; }

  void hold(const SharedText& text);
  void release(const SharedText& text);  // one that is held

 private:
  std::unordered_map<const void*, std::uint32_t> holders_;
  std::size_t bytes_ = 0;
};

}  // namespace vigil::event
