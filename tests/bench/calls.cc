#include "tests/bench/calls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace vigil::bench {
namespace {

// Names are as long as those the floors look for: floors/floors.bpf.c.
constexpr const char* second_file = "/tmp/vigil-bench/other-file";
constexpr const char* plain_program = "/tmp/vigil-bench/plain-exec";
constexpr std::uint16_t nobodys_port = 9, our_port = 7001;

int open_file = -1;
int connecting = -1, sending = -1, receiving = -1;
sockaddr_in nobody{}, us{};

sockaddr_in at_loopback(std::uint16_t port) {
  return {.sin_family = AF_INET,
          .sin_port = htons(port),
          .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)},
          .sin_zero = {}};
}

const sockaddr* any(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

void open_and_close() { close(open(plain_file, O_RDONLY | O_CLOEXEC)); }

void read_one() {
  char byte = 0;
  if (pread(open_file, &byte, 1, 0) != 1) std::abort();
}

void write_one() {
  if (pwrite(open_file, "x", 1, 0) != 1) std::abort();
}

void link_and_unlink() {
  if (link(plain_file, second_file) != 0 || unlink(second_file) != 0) std::abort();
}

void connect_datagrams() {
  if (connect(connecting, any(nobody), sizeof nobody) != 0) std::abort();
}

void send_and_receive() {
  char byte = 'x';
  if (sendto(sending, &byte, 1, 0, any(us), sizeof us) != 1 || recv(receiving, &byte, 1, 0) != 1)
    std::abort();
}

void get_pid() { syscall(SYS_getpid); }

void await(pid_t child) {
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) std::abort();
}

void fork_and_exit() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  await(child);
}

void vfork_exec_and_exit() {
  const pid_t child = vfork();
  if (child == 0) {
    execl(plain_program, "plain-exec", "exit", "0", nullptr);
    _exit(1);
  }
  await(child);
}

Result<void> bound_socket() {
  receiving = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (receiving < 0 || bind(receiving, any(us), sizeof us) != 0)
    return Error::from_errno("binding a socket");
  return {};
}

}  // namespace

const std::vector<Call>& all_calls() {
  static const std::vector<Call> calls = {
      {"open", "open and close", {open_and_close, 50, 21}},
      {"read", "pread of 1 byte", {read_one, 100, 21}},
      {"write", "pwrite of 1 byte", {write_one, 100, 21}},
      {"unlink", "link and unlink", {link_and_unlink, 1, 41}},
      {"connect", "connect of a UDP socket", {connect_datagrams, 50, 21}},
      {"sendto", "sendto of 1 byte over loopback, and recv", {send_and_receive, 10, 21}},
      {"getpid", "getpid", {get_pid, 200, 21}},
      {"fork", "fork, exit and wait", {fork_and_exit, 1, 201}},
      {"exec", "vfork, exec of a static program, exit and wait", {vfork_exec_and_exit, 1, 201}},
  };
  return calls;
}

const Call& call_named(std::string_view name) {
  for (const Call& call : all_calls())
    if (call.name == name) return call;
  std::abort();
}

Result<void> prepare_calls(const char* program) {
  std::error_code error;
  std::filesystem::create_directories(work_dir, error);
  std::filesystem::copy_file(program, plain_program,
                             std::filesystem::copy_options::overwrite_existing, error);
  if (error) return Error(fmt::format("copying {}: {}", program, error.message()));
  open_file = open(plain_file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (open_file < 0) return Error::from_errno(plain_file);
  nobody = at_loopback(nobodys_port);
  us = at_loopback(our_port);
  connecting = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sending = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  TRY_VOID(bound_socket());
  write_one();
  return {};
}

}  // namespace vigil::bench
