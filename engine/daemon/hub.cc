#include "engine/daemon/hub.h"

#include <fmt/format.h>

#include <atomic>
#include <utility>

#include "engine/stream/event/queue.h"

namespace vigil::daemon {

class Hub::Queue {
 public:
  enum class Push { accepted, dropped };

  Queue(std::string name, std::size_t capacity, std::function<void()> wake)
      : name_(std::move(name)), wake_(std::move(wake)), events_({.events = capacity}) {}

  Push push(const event::EventPtr& event) {
    {
      std::lock_guard lock(mutex_);
      if (!events_.has_room()) {
        ++missing_;
        ++dropped_;
        return Push::dropped;
      }
      if (missing_ > 0) events_.push(take_loss(event->time));
      events_.push(event);
      if (!std::exchange(sleeping_, false)) return Push::accepted;
    }
    wake_();
    return Push::accepted;
  }

  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
      if (!std::exchange(sleeping_, false)) return;
    }
    wake_();
  }

  bool ended() const {
    std::lock_guard lock(mutex_);
    return closed_ && events_.empty() && missing_ == 0;
  }

  HubCounters::Reader counters() const {
    std::lock_guard lock(mutex_);
    return {name_, events_.size(), dropped_};
  }

  event::EventPtr pop() {
    std::lock_guard lock(mutex_);
    if (events_.empty()) {
      if (missing_ > 0) return take_loss(last_time_);
      sleeping_ = true;
      return nullptr;
    }
    event::EventPtr event = events_.pop();
    last_time_ = event->time;
    return event;
  }

 private:
  event::EventPtr take_loss(event::WallTime time) {
    event::Loss loss{event::Loss::Ring::events, std::exchange(missing_, 0)};
    return std::make_shared<const event::Event>(event::Event{time, loss});
  }

  const std::string name_;
  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  event::Queue events_;
  std::uint64_t missing_ = 0;  // dropped after the newest event in the queue
  std::uint64_t dropped_ = 0;  // ever
  event::WallTime last_time_ = 0;
  bool sleeping_ = true;  // the reader found the queue empty: wake it
  bool closed_ = false;
};

struct Hub::Readers {
  using Queues = std::vector<std::shared_ptr<Queue>>;

  mutable std::mutex mutex;
  bool closed = false;
  // Replaced, never changed: publish() walks it without the lock.
  std::shared_ptr<const Queues> queues = std::make_shared<const Queues>();
  std::atomic<std::uint64_t> published{0};
  std::atomic<std::uint64_t> dropped{0};
};

class Hub::QueueSubscription final : public api::Subscription {
 public:
  QueueSubscription(std::shared_ptr<Readers> readers, std::shared_ptr<Queue> queue)
      : readers_(std::move(readers)), queue_(std::move(queue)) {}

  ~QueueSubscription() override {
    std::lock_guard lock(readers_->mutex);
    auto remaining = *readers_->queues;
    std::erase(remaining, queue_);
    readers_->queues = std::make_shared<const Readers::Queues>(std::move(remaining));
  }

  event::EventPtr next() override { return queue_->pop(); }
  bool ended() const override { return queue_->ended(); }

 private:
  std::shared_ptr<Readers> readers_;
  std::shared_ptr<Queue> queue_;
};

Hub::Hub(HubLimits limits) : limits_(limits), readers_(std::make_shared<Readers>()) {}
Hub::~Hub() = default;

Result<std::unique_ptr<api::Subscription>> Hub::subscribe(std::string name,
                                                          std::function<void()> wake) {
  auto queue = std::make_shared<Queue>(name, limits_.queue_events, std::move(wake));
  std::lock_guard lock(readers_->mutex);
  if (readers_->closed) return Error("the daemon is stopping");
  if (readers_->queues->size() >= limits_.readers)
    return Error(fmt::format("subscribing {}: {} readers are connected, the most allowed", name,
                             limits_.readers));
  auto more = *readers_->queues;
  more.push_back(queue);
  readers_->queues = std::make_shared<const Readers::Queues>(std::move(more));
  return std::make_unique<QueueSubscription>(readers_, std::move(queue));
}

void Hub::publish(const event::EventPtr& event) {
  std::shared_ptr<const Readers::Queues> queues;
  {
    std::lock_guard lock(readers_->mutex);
    queues = readers_->queues;
  }
  readers_->published.fetch_add(1, std::memory_order_relaxed);
  for (const auto& queue : *queues)
    if (queue->push(event) == Queue::Push::dropped)
      readers_->dropped.fetch_add(1, std::memory_order_relaxed);
}

void Hub::close() {
  std::shared_ptr<const Readers::Queues> queues;
  {
    std::lock_guard lock(readers_->mutex);
    readers_->closed = true;
    queues = readers_->queues;
  }
  for (const auto& queue : *queues) queue->close();
}

HubCounters Hub::counters() const {
  std::lock_guard lock(readers_->mutex);
  HubCounters counters{readers_->published.load(), readers_->dropped.load(), {}};
  for (const auto& queue : *readers_->queues) counters.readers.push_back(queue->counters());
  return counters;
}

}  // namespace vigil::daemon
