// Rings: the two ring buffers, drained so that a flood of events cannot hold up
// process and enforcement records.
#pragma once

#include <memory>

#include <bpf/libbpf.h>

#include "engine/base/result.h"
#include "engine/loader/kernel.h"

namespace vigil::loader {

class Rings {
 public:
  static Result<Rings> make(int process_fd, int events_fd);

  Result<Left> poll(int timeout_ms, const RecordHandler& handler);

 private:
  // What the callback of one ring works with; its address must stay.
  struct Source {
    Ring ring;
    const RecordHandler* handler = nullptr;
    unsigned budget = 0;
  };
  struct Closer {
    void operator()(ring_buffer* buffer) const { ring_buffer__free(buffer); }
  };
  struct Consumer {
    std::unique_ptr<Source> source;
    std::unique_ptr<ring_buffer, Closer> buffer;
  };

  static int take(void* context, void* data, std::size_t size);
  static Result<Consumer> consume_from(Ring ring, int fd);
  static Result<Left> drain(Consumer& consumer, unsigned budget, const RecordHandler& handler);

  Consumer process_, events_;
  Left left_ = Left::nothing;
};

}  // namespace vigil::loader
