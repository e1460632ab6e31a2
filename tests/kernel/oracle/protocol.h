// What a worker and the test that started it say to each other.
#pragma once

#include <sys/types.h>

#include <array>

#include "engine/base/fd.h"
#include "engine/base/result.h"
#include "tests/kernel/oracle/worker.h"

namespace vigil::testing {

// A worker's descriptors: socket, exchange, ring of processes, ring of events.
inline constexpr std::array worker_fds = {3, 4, 5, 6};

Result<Exchange*> map_exchange(int fd);

// The worker says who it is, by the kernel's word: its pid as the receiver sees it.
Result<void> ask_for_pids(int socket);  // before the worker speaks
Result<void> send_ready(int socket);
Result<pid_t> receive_pid(int socket);
// A program to run, and that it has been run for every job.
Result<void> send_fd(int socket, int fd);
Result<UniqueFd> receive_fd(int socket);  // invalid: there is nobody any more
Result<void> send_done(int socket);
Result<void> receive_done(int socket);

}  // namespace vigil::testing
