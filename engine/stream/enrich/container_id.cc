#include "engine/stream/enrich/container_id.h"

#include <cstddef>

namespace vigil::enrich {
namespace {

constexpr std::size_t id_size = 64;  // hexadecimal digits
constexpr std::string_view keeper = "conmon-";

bool is_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

std::string_view container_id_in(std::string_view cgroup_name) {
  std::size_t digits = 0;
  for (std::size_t i = 0; i < cgroup_name.size(); ++i) {
    digits = is_digit(cgroup_name[i]) ? digits + 1 : 0;
    if (digits < id_size) continue;
    const std::size_t begin = i + 1 - id_size;
    if (cgroup_name.substr(0, begin).ends_with(keeper)) return {};
    return cgroup_name.substr(begin, id_size);
  }
  return {};
}

}  // namespace vigil::enrich
