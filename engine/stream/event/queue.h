// Queue: events that wait for one reader, bounded by their number and by their bytes.
#pragma once

#include <cstddef>
#include <deque>

#include "engine/stream/event/event.h"

namespace vigil::event {

// About what an event keeps in memory by itself. Arguments of a process count with its
// beginning and its end, by the share of the event: between them the process table holds them.
std::size_t memory_bytes(const Event& event);

class Queue {
 public:
  struct Limits {
    std::size_t events = 10'000;
    std::size_t bytes = 64u << 20;
  };

  explicit Queue(Limits limits) : limits_(limits) {}

  // Room for one more, however large.
  bool has_room() const { return events_.size() < limits_.events && bytes_ < limits_.bytes; }
  bool empty() const { return events_.empty(); }
  std::size_t size() const { return events_.size(); }

  void push(EventPtr event);
  EventPtr pop();  // not empty

 private:
  struct Waiting {
    EventPtr event;
    std::size_t bytes;
  };
  Limits limits_;
  std::deque<Waiting> events_;
  std::size_t bytes_ = 0;
};

}  // namespace vigil::event
