#include "engine/api/event_stream.h"

#include <utility>

namespace vigil::api {
namespace {

// Events looked at before other streams get their turn on the pump.
constexpr int events_per_turn = 256;

grpc::Status client_gone() { return {grpc::StatusCode::CANCELLED, "the client has gone"}; }

class RefusedStream final : public Responses {
 public:
  explicit RefusedStream(grpc::Status status) { Finish(std::move(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

Responses* refused_stream(grpc::Status status) { return new RefusedStream(std::move(status)); }

EventStream::EventStream(EventShaper shape, WorkQueue& pump)
    : shape_(std::move(shape)), pump_(pump) {}

Responses* EventStream::start(EventSource& source, std::string client, EventShaper shape,
                              WorkQueue& pump) {
  auto stream = std::shared_ptr<EventStream>(new EventStream(std::move(shape), pump));
  auto wake = [weak = stream->weak_from_this()] {
    if (auto alive = weak.lock()) alive->wake();
  };
  auto subscription = source.subscribe(std::move(client), std::move(wake));
  if (!subscription)
    return refused_stream({grpc::StatusCode::RESOURCE_EXHAUSTED, subscription.error().message()});
  std::lock_guard lock(stream->mutex_);
  stream->subscription_ = std::move(*subscription);
  stream->self_ = stream;
  // Tells the client that events from now on will reach it.
  stream->StartSendInitialMetadata();
  return stream.get();
}

void EventStream::wake() {
  pump_.post([weak = weak_from_this()] {
    if (auto alive = weak.lock()) alive->advance();
  });
}

void EventStream::OnSendInitialMetadataDone(bool) {
  std::unique_lock lock(mutex_);
  phase_ = Phase::idle;
  if (cancelled_) return end(lock, client_gone());
  lock.unlock();
  wake();
}

void EventStream::OnWriteDone(bool ok) {
  std::unique_lock lock(mutex_);
  phase_ = Phase::idle;
  response_.reset();
  if (cancelled_ || !ok) return end(lock, client_gone());
  lock.unlock();
  advance();
}

void EventStream::OnCancel() {
  std::unique_lock lock(mutex_);
  cancelled_ = true;
  if (phase_ == Phase::idle) end(lock, client_gone());
}

void EventStream::OnDone() {
  auto self = std::move(self_);
  std::lock_guard lock(mutex_);
  subscription_.reset();
}

// Starts the next write if none is under way and there is something to say.
void EventStream::advance() {
  std::unique_lock lock(mutex_);
  if (phase_ != Phase::idle) return;
  response_ = next_response();
  if (!response_) {
    if (subscription_->ended())
      end(lock, {grpc::StatusCode::UNAVAILABLE, "the daemon has stopped"});
    return;
  }
  phase_ = Phase::writing;
  StartWrite(&*response_);
}

std::optional<grpc::ByteBuffer> EventStream::next_response() {
  for (int i = 0; i < events_per_turn; ++i) {
    auto event = subscription_->next();
    if (!event) return std::nullopt;
    if (auto response = shape_(event)) return response;
  }
  wake();
  return std::nullopt;
}

// Everything started has come back: nothing else may be called after Finish.
void EventStream::end(std::unique_lock<std::mutex>& lock, grpc::Status status) {
  phase_ = Phase::ended;
  subscription_.reset();
  lock.unlock();
  Finish(std::move(status));
}

}  // namespace vigil::api
