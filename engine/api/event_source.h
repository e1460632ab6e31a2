// Where GetEvents takes its events from. The daemon's hub is one; tests bring their own.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/stream/event/event.h"

namespace vigil::api {

// One reader's queue. Leaves the source when destroyed.
class Subscription {
 public:
  virtual ~Subscription() = default;

  // The oldest waiting event; null when there is none, and `wake` will be called
  // once there is again. Called by one thread at a time.
  virtual event::EventPtr next() = 0;
  // Nothing waits and nothing will come: the source is closed.
  virtual bool ended() const = 0;
};

class EventSource {
 public:
  virtual ~EventSource() = default;

  // `wake` is called from the source's thread and must return at once; it may be
  // called once more while the subscription is being destroyed.
  // Fails when there are too many subscriptions.
  virtual Result<std::unique_ptr<Subscription>> subscribe(std::string name,
                                                          std::function<void()> wake) = 0;
};

}  // namespace vigil::api
