// Events in the two forms they leave the daemon in.
#pragma once

#include <memory>
#include <string>

#include "engine/stream/event/event.h"
#include "engine/stream/sinks/json_form.h"
#include "engine/stream/sinks/proto_form.h"
#include "engine/stream/sinks/recent.h"

namespace vigil::sinks {

// Used by one thread. Writes a process once and remembers its bytes: most events are of few.
template <typename Form>
class Encoder {
 public:
  explicit Encoder(std::string node_name) : node_name_(std::move(node_name)) {}

  // One GetEventsResponse (JSON: without a newline). Lost records become a rate_limit_info.
  void append(const event::Event& event, std::string& out);

 private:
  // Processes with more than that, because of their arguments, are written anew each time.
  static constexpr std::size_t kept_bytes = 4096, kept_processes = 1024;

  // Its fields up to those that a thread's event has in its own way.
  void append_process(const event::ProcessPtr& process, Form& form);

  struct Filler;

  std::string node_name_;
  std::string scratch_;
  std::unique_ptr<Recent<event::Process, std::string, kept_processes>> processes_ =
      std::make_unique<Recent<event::Process, std::string, kept_processes>>();
};

extern template class Encoder<JsonForm>;
extern template class Encoder<ProtoForm>;
using JsonEncoder = Encoder<JsonForm>;
using ProtoEncoder = Encoder<ProtoForm>;

}  // namespace vigil::sinks
