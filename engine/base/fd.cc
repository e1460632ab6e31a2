#include "engine/base/fd.h"

#include <fcntl.h>
#include <unistd.h>

namespace vigil {

void UniqueFd::reset(int fd) {
  int old = std::exchange(fd_, fd);
  if (old >= 0 && old != fd) ::close(old);
}

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

void fill_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (!is_open(fd)) static_cast<void>(::open("/dev/null", O_RDONLY));  // the lowest free number
}

}  // namespace vigil
