#include "engine/base/base64.h"

#include <cstddef>
#include <cstdint>

namespace vigil {
namespace {

constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u;
}

}  // namespace

void append_base64(std::string_view bytes, std::string& out) {
  const std::size_t at = out.size();
  out.resize(at + (bytes.size() + 2) / 3 * 4, '=');
  char* text = out.data() + at;
  for (std::size_t i = 0; i < bytes.size(); i += 3, text += 4) {
    const std::uint32_t bits =
        byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
    text[0] = digits[bits >> 18];
    text[1] = digits[bits >> 12 & 63];
    if (i + 1 < bytes.size()) text[2] = digits[bits >> 6 & 63];
    if (i + 2 < bytes.size()) text[3] = digits[bits & 63];
  }
}

}  // namespace vigil
