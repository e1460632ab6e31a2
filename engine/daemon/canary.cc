#include "engine/daemon/canary.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <string>
#include <vector>

namespace vigil::daemon {
namespace {

constexpr std::size_t max_lives = 65'536;
constexpr auto question_interval = std::chrono::milliseconds(100);

// Its path, for the sake of who reads the event; a program replaced on disk has none.
std::string own_program() {
  constexpr const char* link = "/proc/self/exe";
  char path[PATH_MAX] = {};
  const auto size = readlink(link, path, sizeof(path) - 1);
  return size > 0 && access(path, X_OK) == 0 ? std::string(path, static_cast<std::size_t>(size))
                                             : link;
}

Error what_is_missing(pid_t pid, bool fork, bool exec, bool exit) {
  std::vector<std::string_view> missing;
  if (!fork) missing.push_back("fork");
  if (!exec) missing.push_back("exec");
  if (!exit) missing.push_back("exit");
  return Error(
      fmt::format("the base programs are attached, but of a process started to see them work "
                  "(pid {}) no {} was reported",
                  pid, fmt::join(missing, ", no ")));
}

}  // namespace

void LifeWatch::note(std::uint32_t tgid, std::uint32_t ns_tgid, bool Life::* step) {
  {
    std::lock_guard lock(mutex_);
    if (lives_.size() >= max_lives && !lives_.contains(tgid)) return;
    Life& life = lives_[tgid];
    if (ns_tgid != 0) life.ns_tgid = ns_tgid;
    life.*step = true;
  }
  news_.notify_one();
}

void LifeWatch::see(const event::Record& record) {
  if (!looking_) return;
  if (const auto* fork = std::get_if<event::ForkRecord>(&record))
    note(fork->self.tgid, fork->ns_tgid, &Life::fork);
  else if (const auto* exec = std::get_if<event::ExecRecord>(&record))
    note(exec->self.tgid, exec->ns_tgid, &Life::exec);
  else if (const auto* exit = std::get_if<event::ExitRecord>(&record))
    note(exit->self.tgid, 0, &Life::exit);
}

LifeWatch::Life LifeWatch::life_of(pid_t pid) const {
  const auto number = static_cast<std::uint32_t>(pid);
  if (const auto same = lives_.find(number); same != lives_.end() && same->second.ns_tgid == 0)
    return same->second;
  for (const auto& [tgid, life] : lives_)
    if (life.ns_tgid == number) return life;
  return {};
}

Result<void> LifeWatch::wait_for(pid_t pid, std::chrono::milliseconds patience,
                                 const ToldToStop& told_to_stop) {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::unique_lock lock(mutex_);
  Life life;
  const auto is_whole = [&] {
    life = life_of(pid);
    return life.fork && life.exec && life.exit;
  };
  bool whole = false;
  do whole = news_.wait_for(lock, question_interval, is_whole);
  while (!whole && !told_to_stop() && std::chrono::steady_clock::now() < until);
  looking_ = false;
  lives_.clear();
  if (whole) return {};
  return what_is_missing(pid, life.fork, life.exec, life.exit);
}

Result<pid_t> start_canary() {
  std::string program = own_program(), version = "--version";
  char* const argv[] = {program.data(), version.data(), nullptr};
  char* const environment[] = {nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int problem = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv, environment);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0)
    return Error::from_errno("starting a process to see the base programs work", problem);
  return pid;
}

void reap_canary(pid_t pid) {
  kill(pid, SIGKILL);
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace vigil::daemon
