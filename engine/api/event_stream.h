// EventStream: one GetEvents call. Holds no thread: a wake-up from the source starts
// a write, the end of a write starts the next, until the queue is empty.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/api/event_source.h"
#include "engine/api/work_queue.h"

namespace vigil::api {

// Messages as bytes: those of one event are the same for many clients.
using Responses = grpc::ServerWriteReactor<grpc::ByteBuffer>;

// An event as this client asked for it, as the bytes of a GetEventsResponse; none when it did not
// ask for it.
using EventShaper = std::function<std::optional<grpc::ByteBuffer>(const event::EventPtr& event)>;

// The reactor of a call that failed before it began; deletes itself.
Responses* refused_stream(grpc::Status status);

class EventStream final : public Responses, public std::enable_shared_from_this<EventStream> {
 public:
  // The reactor of a running call; lives until gRPC is done with it. `pump` must outlive the
  // server.
  static Responses* start(EventSource& source, std::string client, EventShaper shape,
                          WorkQueue& pump);

  void OnSendInitialMetadataDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  EventStream(EventShaper shape, WorkQueue& pump);

  void wake();
  void advance();
  std::optional<grpc::ByteBuffer> next_response();
  void end(std::unique_lock<std::mutex>& lock, grpc::Status status);

  enum class Phase { opening, idle, writing, ended };

  EventShaper shape_;
  WorkQueue& pump_;
  std::shared_ptr<EventStream> self_;  // until OnDone

  std::mutex mutex_;
  Phase phase_ = Phase::opening;
  bool cancelled_ = false;
  std::unique_ptr<Subscription> subscription_;
  std::optional<grpc::ByteBuffer> response_;  // being written
};

}  // namespace vigil::api
