#include "engine/base/result.h"

#include <fmt/format.h>

#include <system_error>

namespace vigil {

Error Error::from_errno(std::string_view doing, int errno_value) {
  std::string reason = std::generic_category().message(errno_value);
  return Error(fmt::format("{}: {}", doing, reason), errno_value);
}

Error Error::in(std::string_view doing) const {
  return Error(fmt::format("{}: {}", doing, message_), errno_value_);
}

}  // namespace vigil
