#include "engine/daemon/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace vigil::daemon {
namespace {

constexpr rlim_t per_connection = 2;

Result<rlimit> descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return Error::from_errno("the limit of open files");
  return limit;
}

}  // namespace

Result<void> raise_descriptor_limit() {
  TRY(auto limit, descriptor_limit());
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    return Error::from_errno("raising the limit of open files");
  return {};
}

api::ConnectionLimits connection_limits() {
  api::ConnectionLimits limits;
  if (const auto descriptors = descriptor_limit())
    limits.total = std::min<rlim_t>(limits.total, descriptors->rlim_cur / 2 / per_connection);
  limits.per_address = limits.total / 2;
  return limits;
}

}  // namespace vigil::daemon
