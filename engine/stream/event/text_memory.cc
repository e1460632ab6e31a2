#include "engine/stream/event/text_memory.h"

namespace vigil::event {

std::size_t TextMemory::cost(const SharedText& text) const {
  return is_long(text) && !holders_.contains(text.identity()) ? text.size() : 0;
}

void TextMemory::hold(const SharedText& text) {
  if (is_long(text) && holders_[text.identity()]++ == 0) bytes_ += text.size();
}

void TextMemory::release(const SharedText& text) {
  if (!is_long(text)) return;
  auto holders = holders_.find(text.identity());
  if (--holders->second > 0) return;
  holders_.erase(holders);
  bytes_ -= text.size();
}

}  // namespace vigil::event
