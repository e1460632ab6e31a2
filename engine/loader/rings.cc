#include "engine/loader/rings.h"

#include <poll.h>

#include <array>
#include <cerrno>

#include "engine/loader/libbpf_log.h"

namespace vigil::loader {
namespace {

// Records taken in one go; between two portions of events the process ring has its turn.
constexpr unsigned process_budget = 4096, events_budget = 512;

// Ends libbpf's loop over a ring; the record it was returned for counts as taken.
constexpr int budget_spent = -ECANCELED;

}  // namespace

int Rings::take(void* context, void* data, std::size_t size) {
  auto& source = *static_cast<Source*>(context);
  (*source.handler)(source.ring, {static_cast<const std::uint8_t*>(data), size});
  return --source.budget == 0 ? budget_spent : 0;
}

Result<Rings::Consumer> Rings::consume_from(Ring ring, int fd) {
  LibbpfLog log;
  Consumer consumer;
  consumer.source = std::make_unique<Source>(Source{.ring = ring});
  consumer.buffer.reset(ring_buffer__new(fd, take, consumer.source.get(), nullptr));
  if (!consumer.buffer) return Error::from_errno("mapping a ring");
  return consumer;
}

Result<Rings> Rings::make(int process_fd, int events_fd) {
  Rings rings;
  TRY(rings.process_, consume_from(Ring::process, process_fd));
  TRY(rings.events_, consume_from(Ring::events, events_fd));
  return rings;
}

Result<Left> Rings::drain(Consumer& consumer, unsigned budget, const RecordHandler& handler) {
  consumer.source->handler = &handler;
  consumer.source->budget = budget;
  int taken = ring_buffer__consume(consumer.buffer.get());
  if (taken == budget_spent) return Left::more;
  if (taken < 0) return Error::from_errno("reading a ring", -taken);
  return Left::nothing;
}

Result<Left> Rings::poll(int timeout_ms, const RecordHandler& handler) {
  std::array<pollfd, 2> waiting{{{ring_buffer__epoll_fd(process_.buffer.get()), POLLIN, 0},
                                 {ring_buffer__epoll_fd(events_.buffer.get()), POLLIN, 0}}};
  int timeout = left_ == Left::more ? 0 : timeout_ms;
  if (::poll(waiting.data(), waiting.size(), timeout) < 0 && errno != EINTR) {
    return Error::from_errno("waiting for records");
  }
  TRY(Left process, drain(process_, process_budget, handler));
  TRY(Left events, drain(events_, events_budget, handler));
  left_ = process == Left::more || events == Left::more ? Left::more : Left::nothing;
  return left_;
}

}  // namespace vigil::loader
