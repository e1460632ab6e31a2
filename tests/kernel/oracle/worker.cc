#include "tests/kernel/oracle/worker.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "engine/base/file.h"
#include "tests/kernel/oracle/protocol.h"

namespace vigil::testing {
namespace {

// Dies with who started it, and its child with it.
[[noreturn]] void wait_for(pid_t child) {
  waitpid(child, nullptr, 0);
  _exit(0);
}

// In the child, which has nobody to tell of failures but its exit status.
[[noreturn]] void become_worker(const WorkerPlace& place, const std::array<int, 4>& fds) {
  for (unsigned i = 0; i < place.forks_between; ++i) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (const pid_t child = fork(); child != 0) wait_for(child);
  }
  std::array<int, 4> moved{};
  for (std::size_t i = 0; i < fds.size(); ++i) moved[i] = fcntl(fds[i], F_DUPFD, 50);
  for (std::size_t i = 0; i < fds.size(); ++i) dup2(moved[i], worker_fds[i]);
  for (const int fd : moved) close(fd);
  execl(place.binary.c_str(), place.binary.c_str(), worker_argument, nullptr);
  _exit(127);
}

pid_t fork_into(bool own_pid_namespace) {
  if (!own_pid_namespace) return fork();
  const pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (unshare(CLONE_NEWPID) != 0) _exit(126);
  const pid_t first = fork();  // the namespace's init
  if (first != 0) wait_for(first);
  return 0;
}

std::optional<std::string> status_line(const std::string& status, std::string_view name) {
  std::istringstream lines(status);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name)) return line.substr(name.size());
  }
  return std::nullopt;
}

Result<std::string> status_of(std::uint32_t pid) {
  return read_file(fmt::format("/proc/{}/status", pid), 16384);
}

std::string binary_of(std::uint32_t pid) {
  char path[PATH_MAX];
  const ssize_t size = readlink(fmt::format("/proc/{}/exe", pid).c_str(), path, sizeof path);
  return {path, size < 0 ? 0 : static_cast<std::size_t>(size)};
}

// "Uid:" and so on: real, effective, saved, of files.
std::array<std::uint64_t, 4> ids_of(const std::string& status, std::string_view name) {
  std::array<std::uint64_t, 4> ids{};
  std::istringstream words(status_line(status, name).value_or(""));
  for (std::uint64_t& id : ids) words >> id;
  return ids;
}

std::uint64_t capabilities_of(const std::string& status, std::string_view name) {
  return std::stoull(status_line(status, name).value_or("0"), nullptr, 16);
}

// Of a process that has changed nothing since its exec, in no container.
Result<Worker::Values> values_of(std::uint32_t pid) {
  using enum schema::ProcessValue;
  Worker::Values values{};
  const auto set = [&](schema::ProcessValue value, std::uint64_t number) {
    values.at(static_cast<std::size_t>(value)) = number;
  };
  // In the order of the values.
  constexpr const char* namespaces[] = {
      "uts",    "ipc", "mnt", "pid", "pid_for_children", "net", "time", "time_for_children",
      "cgroup", "user"};
  for (std::size_t i = 0; i < std::size(namespaces); ++i) {
    struct stat status{};
    const std::string path = fmt::format("/proc/{}/ns/{}", pid, namespaces[i]);
    if (stat(path.c_str(), &status) == 0) values.at(i) = status.st_ino;
  }
  TRY(const std::string status, status_of(pid));
  set(permitted_capabilities, capabilities_of(status, "CapPrm:"));
  set(effective_capabilities, capabilities_of(status, "CapEff:"));
  set(inheritable_capabilities, capabilities_of(status, "CapInh:"));
  const auto users = ids_of(status, "Uid:"), groups = ids_of(status, "Gid:");
  constexpr schema::ProcessValue user_values[] = {uid, euid, suid, fsuid};
  constexpr schema::ProcessValue group_values[] = {gid, egid, sgid, fsgid};
  for (std::size_t i = 0; i < users.size(); ++i) {
    set(user_values[i], users.at(i));
    set(group_values[i], groups.at(i));
  }
  for (const schema::ProcessValue none :
       {namespace_changes, permitted_changes, effective_changes, inheritable_changes})
    set(none, 0);
  return values;
}

struct ProcStatus {
  Worker::Relative self;
  std::uint32_t parent = 0;
};

Result<ProcStatus> read_status(std::uint32_t pid) {
  TRY(const std::string status, status_of(pid));
  const auto parent = status_line(status, "PPid:");
  const auto ids = status_line(status, "NStgid:");
  if (!parent || !ids) return Error(fmt::format("/proc/{}/status is not understood", pid));
  std::istringstream words(*ids);
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t number = 0; words >> number;) numbers.push_back(number);
  return ProcStatus{
      {.tgid = pid, .ns_tgid = numbers.size() > 1 ? numbers.back() : 0, .binary = binary_of(pid)},
      static_cast<std::uint32_t>(std::stoul(*parent))};
}

}  // namespace

Result<ExchangeMemory> ExchangeMemory::make() {
  ExchangeMemory made;
  made.fd_ = UniqueFd(memfd_create("exchange", 0));
  if (!made.fd_ || ftruncate(made.fd_.get(), sizeof(Exchange)) != 0)
    return Error::from_errno("making memory to share");
  TRY(made.exchange_, map_exchange(made.fd_.get()));
  return made;
}

Result<Worker> Worker::start(const WorkerPlace& place, const ExchangeMemory& memory,
                             const RingFds& rings) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0) return Error::from_errno("socketpair");
  Worker worker;
  worker.socket_ = UniqueFd(ends[0]);
  UniqueFd far_end(ends[1]);
  TRY_VOID(ask_for_pids(ends[0]));
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  const pid_t child = fork_into(place.own_pid_namespace);
  if (child < 0) return Error::from_errno("fork");
  if (child == 0) become_worker(place, {ends[1], memory.fd(), rings.process, rings.events});
  far_end.reset();  // a worker that dies is an end, not a silence
  TRY(const pid_t pid, receive_pid(worker.socket_.get()));
  TRY_VOID(worker.look_at(pid));
  return worker;
}

Result<void> Worker::look_at(pid_t pid) {
  TRY(values_, values_of(static_cast<std::uint32_t>(pid)));
  for (auto next = static_cast<std::uint32_t>(pid); next != 0;) {
    TRY(const ProcStatus status, read_status(next));
    ancestors_.push_back(status.self);
    next = status.parent;
  }
  return {};
}

Result<void> Worker::run(int program) {
  TRY_VOID(send_fd(socket_.get(), program));
  return receive_done(socket_.get());
}

}  // namespace vigil::testing
