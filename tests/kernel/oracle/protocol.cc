#include "tests/kernel/oracle/protocol.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace vigil::testing {
namespace {

// Where nothing else is mapped by itself.
// NOLINTNEXTLINE(performance-no-int-to-ptr): a place, not a pointer
void* const exchange_address = reinterpret_cast<void*>(std::uintptr_t{0x100000000000});

// One byte and what goes with it.
struct Message {
  char byte = 0;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred)) + CMSG_SPACE(sizeof(int))] = {};
  iovec part{&byte, 1};
  msghdr head{};

  Message() {
    head.msg_iov = &part;
    head.msg_iovlen = 1;
  }
  void make_room() {
    head.msg_control = control;
    head.msg_controllen = sizeof control;
  }
  template <typename T>
  bool find(int type, T& value) {
    for (cmsghdr* each = CMSG_FIRSTHDR(&head); each != nullptr; each = CMSG_NXTHDR(&head, each)) {
      if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != type) continue;
      std::memcpy(&value, CMSG_DATA(each), sizeof value);
      return true;
    }
    return false;
  }
};

Result<void> send_byte(int socket) {
  if (send(socket, "", 1, MSG_NOSIGNAL) == 1) return {};
  return Error::from_errno("speaking to the other process");
}

}  // namespace

// Programs read what is there; they cannot wait for a page.
Result<Exchange*> map_exchange(int fd) {
  void* memory = mmap(exchange_address, sizeof(Exchange), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_FIXED_NOREPLACE | MAP_POPULATE | MAP_LOCKED, fd, 0);
  if (memory == MAP_FAILED) return Error::from_errno("mapping memory to share");
  return static_cast<Exchange*>(memory);
}

Result<void> ask_for_pids(int socket) {
  const int on = 1;
  if (setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0) return {};
  return Error::from_errno("asking for pids");
}

Result<void> send_ready(int socket) { return send_byte(socket); }
Result<void> send_done(int socket) { return send_byte(socket); }

Result<pid_t> receive_pid(int socket) {
  Message message;
  message.make_room();
  ucred sender{};
  if (recvmsg(socket, &message.head, 0) != 1 || !message.find(SCM_CREDENTIALS, sender))
    return Error("a worker did not start");
  return sender.pid;
}

Result<void> send_fd(int socket, int fd) {
  Message message;
  message.make_room();
  message.head.msg_controllen = CMSG_SPACE(sizeof fd);
  cmsghdr* control = CMSG_FIRSTHDR(&message.head);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_RIGHTS;
  control->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(control), &fd, sizeof fd);
  if (sendmsg(socket, &message.head, MSG_NOSIGNAL) == 1) return {};
  return Error::from_errno("handing over a program");
}

Result<UniqueFd> receive_fd(int socket) {
  Message message;
  message.make_room();
  int fd = -1;
  ssize_t size = 0;
  do size = recvmsg(socket, &message.head, 0);
  while (size < 0 && errno == EINTR);
  if (size == 0) return UniqueFd();
  if (size < 0 || !message.find(SCM_RIGHTS, fd)) return Error::from_errno("taking a program");
  return UniqueFd(fd);
}

Result<void> receive_done(int socket) {
  char byte = 0;
  if (recv(socket, &byte, 1, 0) == 1) return {};
  return Error("a worker died");
}

}  // namespace vigil::testing
