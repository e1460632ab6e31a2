// ByteCursor: walks over bytes that nobody vouches for. Every step can say no;
// after the first no, all later steps say no as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace vigil {

class ByteCursor {
 public:
  explicit ByteCursor(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  // A copy of the next sizeof(T) bytes; alignment does not matter.
  template <typename T>
    requires std::is_trivially_copyable_v<T>
  std::optional<T> take() {
    auto bytes = take_bytes(sizeof(T));
    if (!bytes) return std::nullopt;
    T value;
    std::memcpy(&value, bytes->data(), sizeof(T));
    return value;
  }

  // The next `size_bytes` bytes, not copied.
  std::optional<std::span<const std::uint8_t>> take_bytes(std::size_t size_bytes);
  std::optional<std::string_view> take_text(std::size_t size_bytes);

  // Steps forward to the next multiple of `alignment` from the start.
  bool align(std::size_t alignment);

  bool failed() const { return failed_; }
  std::size_t offset() const { return offset_; }
  std::size_t remaining() const { return bytes_.size() - offset_; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t offset_ = 0;
  bool failed_ = false;
};

}  // namespace vigil
