// Queue: events that wait for one reader, bounded by their number and by their bytes. Long
// arguments of processes have a bound of their own, beyond which they are cut: they never push
// out an event.
#pragma once

#include <cstddef>
#include <deque>

#include "engine/stream/event/event.h"
#include "engine/stream/event/text_memory.h"

namespace vigil::event {

class Queue {
 public:
  struct Limits {
    std::size_t events = 10'000;
    std::size_t bytes = 32u << 20;
    std::size_t argument_bytes = 32u << 20;
  };

  explicit Queue(Limits limits) : limits_(limits) {}

  // Room for one more, however large.
  bool has_room() const { return events_.size() < limits_.events && bytes_ < limits_.bytes; }
  bool empty() const { return events_.empty(); }
  std::size_t size() const { return events_.size(); }

  void push(EventPtr event);
  EventPtr pop();  // not empty

 private:
  bool fits(const Event& event) const;

  Limits limits_;
  std::deque<EventPtr> events_;
  std::size_t bytes_ = 0;
  TextMemory arguments_;
};

}  // namespace vigil::event
