#include "engine/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "engine/base/fd.h"
#include "engine/base/text.h"

namespace vigil {
namespace {

Result<void> append_rest(int fd, std::string& text, std::size_t limit_bytes) {
  std::array<char, 65536> chunk;
  for (;;) {
    ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got == 0) return {};
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) {  // whoever handed it over does not want to wait; we do
      pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
      ::poll(&ready, 1, -1);
      continue;
    }
    if (got < 0) return Error::from_errno("read");
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (text.size() > limit_bytes) {
      return Error(fmt::format("longer than {} bytes", limit_bytes), EFBIG);
    }
  }
}

// What a shell hands over as a file: /dev/stdin and <(...); a pipe, a terminal, /dev/null.
bool is_descriptor(const std::string& path) {
  return path == "/dev/stdin" || path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/");
}

// A pipe without a writer would hold us for ever, wherever somebody has put one.
Result<UniqueFd> open_to_read(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) return Error::from_errno("open");
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return Error::from_errno("stat");
  if (S_ISDIR(status.st_mode)) return Error::from_errno("open", EISDIR);
  if (S_ISREG(status.st_mode)) return fd;
  const bool can_end = S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode);
  if (!can_end || !is_descriptor(path)) return Error("not a regular file", EINVAL);
  if (::fcntl(fd.get(), F_SETFL, 0) != 0) return Error::from_errno("fcntl");
  return fd;
}

Result<std::string> read_whole(const std::string& path, std::size_t limit_bytes) {
  TRY(const UniqueFd fd, open_to_read(path));
  std::string text;
  TRY_VOID(append_rest(fd.get(), text, limit_bytes));
  return text;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit_bytes) {
  auto text = read_whole(path, limit_bytes);
  if (!text) return text.error().in(fmt::format("reading '{}'", printable(path)));
  return text;
}

// Not by its name: a socket, which remote shells hand over, cannot be opened again.
Result<std::string> read_standard_input(std::size_t limit_bytes) {
  std::string text;
  if (auto done = append_rest(STDIN_FILENO, text, limit_bytes); !done)
    return done.error().in("reading standard input");
  return text;
}

Result<SourceFilePtr> read_source(const std::string& path, std::size_t limit_bytes) {
  TRY(std::string text, read_file(path, limit_bytes));
  return std::make_shared<const SourceFile>(SourceFile{path, std::move(text)});
}

}  // namespace vigil
