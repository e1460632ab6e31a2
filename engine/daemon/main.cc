#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>

#include "engine/base/fd.h"
#include "engine/base/text.h"
#include "engine/daemon/check_places.h"
#include "engine/daemon/command_line.h"
#include "engine/daemon/daemon.h"
#include "engine/daemon/descriptors.h"
#include "engine/daemon/log.h"
#include "engine/daemon/service_manager.h"

namespace vigil::daemon {
namespace {

constexpr int failure_status = 1;

void tell_manager(std::string_view state) {
  if (auto told = notify(state); !told) spdlog::warn("{}", told.error().message());
}

// Blocked in every thread, so that the main one can wait for them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

// Those that are blocked wait until they are taken.
bool told_to_stop() {
  sigset_t waiting;
  return sigpending(&waiting) == 0 &&
         (sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1);
}

void serve_until_told(Daemon& daemon, const sigset_t& signals) {
  for (int signal = 0; sigwait(&signals, &signal) == 0 && signal == SIGHUP;) {
    tell_manager("RELOADING=1");
    daemon.reload();
    tell_manager("READY=1");
  }
  tell_manager("STOPPING=1");
}

int run(const Config& config) {
  start_log(config.log_level, config.log_format);
  if (auto raised = raise_descriptor_limit(); !raised)
    spdlog::debug("{}", raised.error().message());
  umask(0077);
  const sigset_t signals = block_signals();
  auto daemon = Daemon::start(config, told_to_stop);
  if (!daemon) {
    spdlog::error("{}", daemon.error().message());
    return failure_status;
  }
  if (!*daemon) {
    tell_manager("STOPPING=1");
    spdlog::info("told to stop before it was ready: everything is out of the kernel");
    return 0;
  }
  tell_manager("READY=1");
  say_ready(config.log_format);
  serve_until_told(**daemon, signals);
  daemon->reset();
  spdlog::info("everything is out of the kernel");
  return 0;
}

int complain(std::string_view message) {
  std::fprintf(stderr, "vigild: %s\n", printable(message).c_str());
  return failure_status;
}

// What was printed but did not get out is a failure.
int status_of_output() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return 0;
  return complain(Error::from_errno("writing the output").message());
}

int check_settings(const Config& config) {
  const auto mistakes = check_places(config);
  for (const auto& mistake : mistakes) complain(mistake.message());
  if (!mistakes.empty()) return failure_status;
  std::puts("vigild: the settings are right");
  return status_of_output();
}

[[gnu::constructor(101)]] void before_static_objects() { fill_standard_streams(); }

int main(int argc, char** argv) {
  const auto invocation = read_command_line(argc, argv, {});
  if (const auto* leave = std::get_if<Leave>(&invocation))
    return leave->exit_status == 0 ? status_of_output() : leave->exit_status;
  const auto& [task, config] = std::get<Invocation>(invocation);
  switch (task) {
    case Task::run: return run(config);
    case Task::check_config: return check_settings(config);
  }
  return failure_status;
}

}  // namespace
}  // namespace vigil::daemon

int main(int argc, char** argv) {
  // What a library throws ends here.
  try {
    return vigil::daemon::main(argc, argv);
  } catch (const std::exception& exception) {
    return vigil::daemon::complain(exception.what());
  }
}
