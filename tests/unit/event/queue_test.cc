#include "engine/stream/event/queue.h"

#include <gtest/gtest.h>

namespace vigil::event {
namespace {

EventPtr exec_with(SharedText arguments) {
  auto process = std::make_shared<Process>();
  process->arguments = std::move(arguments);
  return std::make_shared<const Event>(Event{0, ProcessExec{process, nullptr}});
}

TEST(Queue, is_full_by_number) {
  Queue queue({.events = 2});
  queue.push(exec_with("a"));
  EXPECT_TRUE(queue.has_room());
  queue.push(exec_with("b"));
  EXPECT_FALSE(queue.has_room());
  EXPECT_EQ(std::get<ProcessExec>(queue.pop()->body).process->arguments, "a");
  EXPECT_TRUE(queue.has_room());
}

TEST(Queue, is_full_by_bytes_and_empties_to_nothing) {
  Queue queue({.events = 1000, .bytes = 1'000'000});
  for (int i = 0; i < 3; ++i) {
    int pushed = 0;
    for (; queue.has_room(); ++pushed) queue.push(exec_with(std::string(100'000, 'x')));
    EXPECT_EQ(pushed, 10);
    while (!queue.empty()) queue.pop();
  }
}

TEST(Queue, what_many_share_counts_once) {
  const SharedText shared(std::string(100'000, 'x'));
  std::vector<EventPtr> events;
  for (int i = 0; i < 100; ++i) events.push_back(exec_with(shared));
  Queue queue({.events = 1000, .bytes = 1'000'000});
  for (const auto& event : events) queue.push(event);
  EXPECT_TRUE(queue.has_room());
}

}  // namespace
}  // namespace vigil::event
