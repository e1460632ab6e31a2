#include "engine/base/fd.h"

#include <unistd.h>

namespace vigil {

void UniqueFd::reset(int fd) {
  int old = std::exchange(fd_, fd);
  if (old >= 0 && old != fd) ::close(old);
}

}  // namespace vigil
