#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>

#include "kernel/include/wire.h"
#include "tests/kernel/oracle/protocol.h"

namespace vigil::testing {
namespace {

volatile std::sig_atomic_t signals_seen = 0;

void note_signal(int number) { signals_seen = signals_seen | 1 << number; }

// Takes the records of hooks out of one ring.
class Consumer {
 public:
  Consumer(int fd, wire_ring ring, Exchange& exchange)
      : ring_(ring), exchange_(exchange), buffer_(ring_buffer__new(fd, take, this, nullptr)) {}

  bool is_open() const { return buffer_ != nullptr; }
  void drain(std::uint32_t job) {
    job_ = job;
    ring_buffer__consume(buffer_.get());
  }

 private:
  static int take(void* self, void* data, std::size_t size) {
    static_cast<Consumer*>(self)->add(data, size);
    return 0;
  }

  void add(const void* data, std::size_t size) {
    wire_hook hook;
    if (size < sizeof hook) return;
    std::memcpy(&hook, data, sizeof hook);
    if (hook.head.kind != WIRE_HOOK) return;
    if (exchange_.hits == Exchange::most_hits) {
      ++exchange_.hits_lost;
      return;
    }
    exchange_.hit[exchange_.hits++] = {.job = job_,
                                       .policy_id = hook.policy_id,
                                       .hook_index = hook.hook_index,
                                       .selector = hook.selector,
                                       .action = hook.action,
                                       .flags = hook.flags,
                                       .ring = static_cast<std::uint8_t>(ring_)};
  }

  struct Closer {
    void operator()(ring_buffer* buffer) const { ring_buffer__free(buffer); }
  };
  wire_ring ring_;
  Exchange& exchange_;
  std::uint32_t job_ = 0;
  std::unique_ptr<ring_buffer, Closer> buffer_;
};

void run(int program, Job& job) {
  signals_seen = 0;
  LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = job.arguments,
              .ctx_size_in = sizeof job.arguments);
  job.error = bpf_prog_test_run_opts(program, &options);
  job.verdict = static_cast<std::int32_t>(options.retval);
  job.signals = static_cast<std::uint32_t>(signals_seen);
}

}  // namespace

int worker_main() {
  const auto& [socket, memory, process_ring, events_ring] = worker_fds;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int signal : {SIGUSR1, SIGUSR2}) std::signal(signal, note_signal);
  auto exchange = map_exchange(memory);
  if (!exchange) return 1;
  Consumer process(process_ring, WIRE_RING_PROCESS, **exchange);
  Consumer events(events_ring, WIRE_RING_EVENTS, **exchange);
  if (!process.is_open() || !events.is_open()) return 1;
  if (!send_ready(socket)) return 1;
  while (true) {
    auto program = receive_fd(socket);
    if (!program || !*program) return 0;
    for (std::uint32_t i = 0; i < (*exchange)->jobs; ++i) {
      run(program->get(), (*exchange)->job[i]);
      process.drain(i);
      events.drain(i);
    }
    if (!send_done(socket)) return 0;
  }
}

}  // namespace vigil::testing
