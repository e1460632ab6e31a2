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

EventPtr hook_with(std::string text) {
  ProcessHook hook;
  hook.arguments.push_back({.value = std::move(text)});
  return std::make_shared<const Event>(Event{0, std::move(hook)});
}

TEST(Queue, is_full_by_bytes_and_empties_to_nothing) {
  Queue queue({.events = 1000, .bytes = 1'000'000});
  for (int i = 0; i < 3; ++i) {
    int pushed = 0;
    for (; queue.has_room(); ++pushed) queue.push(hook_with(std::string(100'000, 'x')));
    EXPECT_EQ(pushed, 10);
    while (!queue.empty()) queue.pop();
  }
}

const Process& process_of(const EventPtr& event) {
  return *std::get<ProcessExec>(event->body).process;
}

TEST(Queue, long_arguments_beyond_their_bound_are_cut_and_push_out_nothing) {
  Queue queue({.events = 1000, .bytes = 1'000'000, .argument_bytes = 1'000'000});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(queue.has_room());
      queue.push(exec_with(std::string(100'000, 'x')));
    }
    for (int i = 0; i < 100; ++i) {
      const EventPtr event = queue.pop();
      EXPECT_EQ(process_of(event).arguments.size(), i < 10 ? 100'000 : 4096);
      EXPECT_EQ(process_of(event).flags, i < 10 ? "" : "truncArgs");
    }
  }
}

TEST(Queue, what_many_share_counts_once) {
  const SharedText shared(std::string(100'000, 'x'));
  Queue queue({.events = 1000, .argument_bytes = 150'000});
  for (int i = 0; i < 100; ++i) queue.push(exec_with(shared));
  queue.push(exec_with(std::string(100'000, 'y')));
  queue.push(exec_with(shared));
  std::vector<std::size_t> sizes;
  while (!queue.empty()) sizes.push_back(process_of(queue.pop()).arguments.size());
  std::vector<std::size_t> expected(102, 100'000);
  expected[100] = 4096;
  EXPECT_EQ(sizes, expected);
}

TEST(Queue, a_parent_counts_too) {
  Queue queue({.events = 1000, .argument_bytes = 50'000});
  auto parent = std::make_shared<Process>();
  parent->arguments = std::string(100'000, 'x');
  queue.push(std::make_shared<const Event>(Event{0, ProcessExit{nullptr, parent}}));
  const EventPtr event = queue.pop();
  EXPECT_EQ(std::get<ProcessExit>(event->body).parent->arguments.size(), 4096);
}

}  // namespace
}  // namespace vigil::event
