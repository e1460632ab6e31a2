#include "engine/base/cursor.h"

namespace vigil {

std::optional<std::span<const std::uint8_t>> ByteCursor::take_bytes(std::size_t size_bytes) {
  if (failed_ || size_bytes > remaining()) {
    failed_ = true;
    return std::nullopt;
  }
  auto taken = bytes_.subspan(offset_, size_bytes);
  offset_ += size_bytes;
  return taken;
}

std::optional<std::string_view> ByteCursor::take_text(std::size_t size_bytes) {
  auto bytes = take_bytes(size_bytes);
  if (!bytes) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

bool ByteCursor::align(std::size_t alignment) {
  std::size_t past = offset_ % alignment;
  return past == 0 ? !failed_ : take_bytes(alignment - past).has_value();
}

}  // namespace vigil
