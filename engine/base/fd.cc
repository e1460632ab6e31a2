#include "engine/base/fd.h"

#include <fcntl.h>
#include <unistd.h>

namespace vigil {

void UniqueFd::reset(int fd) {
  int old = std::exchange(fd_, fd);
  if (old >= 0 && old != fd) ::close(old);
}

bool is_writable(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

void fill_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    const bool is_closed = ::fcntl(fd, F_GETFD) < 0;
    if (is_closed) static_cast<void>(::open("/dev/null", O_RDONLY));  // the lowest free number
  }
}

}  // namespace vigil
