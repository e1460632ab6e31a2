// WholeEvents: events as the bytes that clients get, made once for all who want all of an event.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "engine/stream/event/event.h"
#include "engine/stream/sinks/encoder.h"
#include "engine/stream/sinks/recent.h"
#include "tetragon/events.pb.h"

namespace vigil::daemon {

// Thread safe. A client that is far behind the others has its events made anew.
class WholeEvents {
 public:
  explicit WholeEvents(std::string node_name) : encoder_(std::move(node_name)) {}

  // A GetEventsResponse.
  grpc::ByteBuffer bytes_of(const event::EventPtr& event);
  // The same, to be changed.
  tetragon::GetEventsResponse message_of(const event::EventPtr& event);

 private:
  static constexpr std::size_t kept_bytes = 4096, kept_events = 1024;

  std::mutex mutex_;
  sinks::ProtoEncoder encoder_;
  std::string scratch_;
  sinks::Recent<event::Event, grpc::ByteBuffer, kept_events> recent_;
};

}  // namespace vigil::daemon
