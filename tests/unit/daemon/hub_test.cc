#include "engine/daemon/hub.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <thread>

namespace vigil::daemon {
namespace {

event::EventPtr exit_event(std::uint32_t status) {
  event::ProcessExit body;
  body.status = status;
  return std::make_shared<const event::Event>(event::Event{status, body});
}

std::uint32_t status_of(const event::EventPtr& event) {
  return std::get<event::ProcessExit>(event->body).status;
}

auto nothing = [] {};

TEST(Hub, every_reader_gets_every_event_in_order) {
  Hub hub({});
  auto first = hub.subscribe("first", nothing).value();
  auto second = hub.subscribe("second", nothing).value();
  for (std::uint32_t i = 0; i < 3; ++i) hub.publish(exit_event(i));
  for (auto* reader : {first.get(), second.get()}) {
    for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(status_of(reader->next()), i);
    EXPECT_EQ(reader->next(), nullptr);
  }
}

TEST(Hub, slow_reader_loses_only_its_own_and_is_told_where) {
  Hub hub({.queue_events = 2});
  auto slow = hub.subscribe("slow", nothing).value();
  auto quick = hub.subscribe("quick", nothing).value();
  for (std::uint32_t i = 0; i < 5; ++i) {
    hub.publish(exit_event(i));
    EXPECT_EQ(status_of(quick->next()), i);
  }
  EXPECT_EQ(hub.counters().dropped, 3u);

  EXPECT_EQ(status_of(slow->next()), 0u);
  hub.publish(exit_event(5));
  EXPECT_EQ(status_of(slow->next()), 1u);
  EXPECT_EQ(std::get<event::Loss>(slow->next()->body).records, 3u);
  EXPECT_EQ(status_of(slow->next()), 5u);
  EXPECT_EQ(slow->next(), nullptr);
}

TEST(Hub, loss_at_the_end_of_a_burst_is_told_too) {
  Hub hub({.queue_events = 1});
  auto slow = hub.subscribe("slow", nothing).value();
  hub.publish(exit_event(0));
  hub.publish(exit_event(1));
  EXPECT_EQ(status_of(slow->next()), 0u);
  EXPECT_EQ(std::get<event::Loss>(slow->next()->body).records, 1u);
  EXPECT_EQ(slow->next(), nullptr);
}

TEST(Hub, a_closed_hub_ends_for_a_reader_that_took_all) {
  Hub hub({.queue_events = 10});
  int wakes = 0;
  auto reader = hub.subscribe("reader", [&] { ++wakes; }).value();
  EXPECT_EQ(reader->next(), nullptr);
  EXPECT_FALSE(reader->ended());
  hub.publish(exit_event(1));
  hub.close();
  EXPECT_EQ(wakes, 1) << "it is awake";
  EXPECT_FALSE(reader->ended());
  EXPECT_EQ(status_of(reader->next()), 1u);
  EXPECT_EQ(reader->next(), nullptr);
  EXPECT_TRUE(reader->ended());
  EXPECT_FALSE(hub.subscribe("late", [] {}));
}

TEST(Hub, closing_wakes_a_reader_that_sleeps) {
  Hub hub({.queue_events = 10});
  int wakes = 0;
  auto reader = hub.subscribe("reader", [&] { ++wakes; }).value();
  EXPECT_EQ(reader->next(), nullptr);
  hub.close();
  EXPECT_EQ(wakes, 1);
  EXPECT_TRUE(reader->ended());
}

TEST(Hub, wakes_once_per_sleep) {
  Hub hub({});
  int wakes = 0;
  auto reader = hub.subscribe("reader", [&] { ++wakes; }).value();
  hub.publish(exit_event(0));
  hub.publish(exit_event(1));
  EXPECT_EQ(wakes, 1);
  while (reader->next()) {
  }
  hub.publish(exit_event(2));
  EXPECT_EQ(wakes, 2);
}

TEST(Hub, refuses_readers_past_the_limit_and_takes_one_when_another_left) {
  Hub hub({.readers = 1});
  auto first = hub.subscribe("first", nothing);
  ASSERT_TRUE(first);
  EXPECT_FALSE(hub.subscribe("second", nothing));
  first->reset();
  EXPECT_TRUE(hub.subscribe("third", nothing));
}

TEST(Hub, subscription_may_outlive_the_hub) {
  auto hub = std::make_unique<Hub>(HubLimits{});
  auto reader = hub->subscribe("reader", nothing).value();
  hub->publish(exit_event(7));
  hub.reset();
  EXPECT_EQ(status_of(reader->next()), 7u);
  EXPECT_EQ(reader->next(), nullptr);
}

// Counts what a thread of its own reads, sleeping until woken.
class ReadingThread {
 public:
  explicit ReadingThread(Hub& hub)
      : subscription_(hub.subscribe("thread", [this] { wake(); }).value()),
        thread_([this] { run(); }) {}
  void finish() {
    done_ = true;
    wake();
    thread_.join();
  }
  std::uint64_t seen = 0, lost = 0;

 private:
  void wake() {
    std::lock_guard lock(mutex_);
    awake_ = true;
    condition_.notify_one();
  }
  void drain() {
    while (auto event = subscription_->next()) {
      if (const auto* loss = std::get_if<event::Loss>(&event->body))
        lost += loss->records;
      else
        ++seen;
    }
  }
  void run() {
    while (!done_) {
      drain();
      std::unique_lock lock(mutex_);
      condition_.wait(lock, [this] { return awake_; });
      awake_ = false;
    }
    drain();
  }

  std::mutex mutex_;
  std::condition_variable condition_;
  bool awake_ = false;
  std::atomic<bool> done_{false};
  std::unique_ptr<api::Subscription> subscription_;
  std::thread thread_;
};

TEST(Hub, threads_account_for_every_event_while_others_come_and_go) {
  constexpr std::uint64_t events = 20'000;
  Hub hub({.queue_events = 64});
  ReadingThread first(hub), second(hub);
  std::atomic<bool> done{false};
  std::thread visitor([&] {
    while (!done) {
      auto reader = hub.subscribe("visitor", nothing).value();
      while (reader->next()) {
      }
    }
  });
  for (std::uint64_t i = 0; i < events; ++i) hub.publish(exit_event(0));
  done = true;
  visitor.join();
  first.finish();
  second.finish();
  EXPECT_EQ(first.seen + first.lost, events);
  EXPECT_EQ(second.seen + second.lost, events);
}

}  // namespace
}  // namespace vigil::daemon
