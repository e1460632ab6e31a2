#include "engine/stream/event/queue.h"

#include <utility>

#include "engine/stream/event/memory_bytes.h"
#include "engine/stream/event/shortened.h"

namespace vigil::event {
namespace {

// Calls use(ProcessPtr&), constant if the event is, for each process that an event names.
void each_process(auto& event, auto&& use) {
  std::visit(
      [&](auto& body) {
        if constexpr (requires { body.process; }) {
          use(body.process);
          use(body.parent);
        }
      },
      event.body);
}

void each_arguments(const Event& event, auto&& use) {
  each_process(event, [&](const ProcessPtr& process) {
    if (process != nullptr) use(process->arguments);
  });
}

EventPtr without_long_arguments(const Event& event) {
  Event shorter = event;
  each_process(shorter, [](ProcessPtr& process) { process = shortened(process); });
  return std::make_shared<const Event>(std::move(shorter));
}

}  // namespace

bool Queue::fits(const Event& event) const {
  std::size_t cost = 0;
  each_arguments(event, [&](const SharedText& text) { cost += arguments_.cost(text); });
  return cost == 0 || arguments_.bytes() + cost <= limits_.argument_bytes;
}

void Queue::push(EventPtr event) {
  if (!fits(*event)) event = without_long_arguments(*event);
  each_arguments(*event, [&](const SharedText& text) { arguments_.hold(text); });
  bytes_ += memory_bytes(*event);
  events_.push_back(std::move(event));
}

EventPtr Queue::pop() {
  EventPtr first = std::move(events_.front());
  events_.pop_front();
  each_arguments(*first, [&](const SharedText& text) { arguments_.release(text); });
  bytes_ -= memory_bytes(*first);
  return first;
}

}  // namespace vigil::event
