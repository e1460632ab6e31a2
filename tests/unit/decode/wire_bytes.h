// Records as the kernel writes them.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "kernel/include/wire.h"

namespace vigil::decode {

class WireBytes {
 public:
  template <typename T>
  WireBytes& add(const T& value) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof value);
    return *this;
  }
  WireBytes& add_text(std::string_view text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }
  WireBytes& pad() {
    while (bytes_.size() % 8 != 0) bytes_.push_back(0);
    return *this;
  }
  // One argument: its head, `body`, padding.
  WireBytes& add_value(wire_value head, std::string_view body) {
    head.size = static_cast<std::uint32_t>(body.size());
    return add(head).add_text(body).pad();
  }

  // The whole record, its size filled in.
  std::vector<std::uint8_t> record() const {
    auto bytes = bytes_;
    const auto size = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(bytes.data(), &size, sizeof size);
    return bytes;
  }
  std::span<const std::uint8_t> bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

template <typename T>
std::string_view as_text(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

inline wire_head head_of(wire_kind kind, std::uint64_t sequence, std::uint64_t ktime_ns = 1000) {
  return {0, static_cast<std::uint16_t>(kind), 0, sequence, ktime_ns};
}

inline wire_exec_key wire_key(std::uint32_t tgid, std::uint64_t ktime_ns) {
  return {ktime_ns, tgid, 0};
}

}  // namespace vigil::decode
