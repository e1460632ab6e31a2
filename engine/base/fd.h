// UniqueFd: owns a file descriptor. And the three that every program is started with.
#pragma once

#include <utility>

namespace vigil {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  // The caller owns it from here on.
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

bool is_writable(int fd);

// Standard input, output and error where they are closed: the next file or socket would take the
// number, and be written what is said to a person. Writing to one that was closed still fails. To
// be called before static objects come to be: those of gRPC open files.
void fill_standard_streams();

}  // namespace vigil
