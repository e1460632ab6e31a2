// Hub: one publisher, many readers, a bounded queue each. A reader that is slow
// loses events of its own, is told how many where they are missing, and delays nobody.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/api/event_source.h"
#include "engine/base/result.h"
#include "engine/stream/event/event.h"

namespace vigil::daemon {

struct HubLimits {
  std::size_t queue_events = 10'000;  // per reader
  std::size_t readers = 1'024;
};

struct HubCounters {
  struct Reader {
    std::string name;
    std::size_t waiting = 0;  // events
    std::uint64_t dropped = 0;
  };
  std::uint64_t published = 0;
  std::uint64_t dropped = 0;  // over all readers, also those that have gone
  std::vector<Reader> readers;
};

class Hub final : public api::EventSource {
 public:
  explicit Hub(HubLimits limits);
  ~Hub() override;
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // Subscriptions may outlive the hub; they run dry.
  Result<std::unique_ptr<api::Subscription>> subscribe(std::string name,
                                                       std::function<void()> wake) override;

  void publish(const event::EventPtr& event);
  // Readers take what waits for them, and then are told that it ends.
  void close();
  HubCounters counters() const;

 private:
  class Queue;
  class QueueSubscription;
  struct Readers;

  HubLimits limits_;
  std::shared_ptr<Readers> readers_;
};

}  // namespace vigil::daemon
